#!/usr/bin/env bash
# Rules about imports that the manifest cannot state: Foundation in its small form only, packages and
# C libraries with one importer each, unsafe code in its four places.
set -euo pipefail
cd "$(dirname "$0")/../.."
failed=0

forbid() { # message pattern [paths...]
  local message=$1 pattern=$2
  shift 2
  if git grep -nE "$pattern" -- "$@"; then
    echo "lint: $message"
    failed=1
  fi
}

import='^ *(public |package |internal |@_exported )*import '
# Where there is no FoundationEssentials (Apple), an indented import inside #if stands in for it.
forbid "FoundationEssentials, never all of Foundation" '^(public |package |internal |@_exported )*import Foundation$' \
  'Sources/*.swift' ':!*.pb.swift'
forbid "the runtime has no Foundation" "${import}Foundation" \
  Sources/PressTensor Sources/PressFile Sources/PressKernels Sources/PressCoding Sources/PressGraph \
  Sources/PressContainer Sources/PressEngine Sources/PressRuntime
forbid "only PressKernels imports the C kernels" "${import}CPressKernels" \
  Sources ':!Sources/PressKernels'
forbid "only PressFile imports libz" "${import}CZlib" Sources ':!Sources/PressFile'
forbid "only PressYAML imports libyaml" "${import}CYaml" Sources ':!Sources/PressYAML'
forbid "only PressPasses imports PressYAML" "${import}PressYAML" Sources ':!Sources/PressPasses'
forbid "only PressLinearAlgebra imports LAPACK" "${import}COpenBLAS" Sources ':!Sources/PressLinearAlgebra'
forbid "only PressFormats and the schema import SwiftProtobuf" "${import}SwiftProtobuf" \
  Sources ':!Sources/PressFormats' ':!Sources/PressONNXSchema'
forbid "only the tool imports ArgumentParser" "${import}ArgumentParser" Sources ':!Sources/compress'
forbid "C libraries are imported by PressFile and PressKernels" "${import}(Glibc|Darwin|Musl)" \
  Sources ':!Sources/PressFile' ':!Sources/PressKernels'
forbid "unsafe code belongs where C libraries are called" '(^|[ (=])unsafe ' \
  'Sources/*.swift' ':!Sources/PressKernels' ':!Sources/PressFile' ':!Sources/PressLinearAlgebra' \
  ':!Sources/PressTensor/RawSpan+Reading.swift' ':!Sources/PressYAML/YAMLEvents.swift'
forbid "errors, not traps" 'fatalError\(|try!| as! ' 'Sources/*.swift' ':!*.pb.swift'
exit "$failed"
