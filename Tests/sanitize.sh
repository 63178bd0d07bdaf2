#!/usr/bin/env bash
# Runs the engine's tests under the sanitizers; fails if one of them reports anything.
#
#     Tests/sanitize.sh [undefined] [thread] [address]    all of them by default
#
# undefined: the kernels' check in C for every instruction set, with addresses, optimized
# thread:    the tests of kernels, engine and runtime and ONNX's cases, in Swift and C
# address:   those, and the tests of the readers, with what is undefined in C, and with leaks
#
# PRESS_CASES and PRESS_DATA choose ONNX's cases as they do for `make conformance`; FILTER chooses
# tests as `swift test --filter` does. Needs clang and lld, which Swift brings.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Floats beyond the range of the integer are undefined too, but not part of `undefined`.
undefined=undefined,float-cast-overflow
engine='PressKernelsTests|PressEngineTests|PressRuntimeTests|ConformanceTests'
readers='PressCodingTests|PressContainerTests|PressFormatsTests'

# Swift's own report of a trap gets in the way of the sanitizer's.
export SWIFT_BACKTRACE=enable=no
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

check_undefined() {
  while read -r file; do
    clang -O1 -g -fno-omit-frame-pointer -fsanitize=address,$undefined -fno-sanitize-recover=all \
      -I Sources/CPressKernels/include -c "$file" -o "$work/${file//\//_}.o"
  done < <(git ls-files 'Sources/CPressKernels/*.c' 'Tests/Kernels/*.c')
  clang -fuse-ld=lld -fsanitize=address,undefined "$work"/*.o -o "$work/check" -lpthread -lm
  "$work/check"
}

# The package manager gives the flag to C as well. XCTest has no tests here, and leaks.
test_with() { # sanitizer filter [build option...]
  local sanitizer=$1 filter=${FILTER:-$2}
  shift 2
  local options=(--sanitize="$sanitizer" --scratch-path ".build-$sanitizer")
  swift build --build-tests "${options[@]}" "$@"
  swift test --skip-build --disable-xctest "${options[@]}" --filter "$filter"
}

check_thread() { test_with thread "$engine"; }

check_address() {
  # What a global holds is never freed, and counts as reachable only if the pointer to it has no
  # tag: that of an indirect enum with several cases does.
  echo 'leak:swift::threading_impl::once_slow' >"$work/leaks"
  export LSAN_OPTIONS=suppressions=$work/leaks
  test_with address "$engine|$readers" -Xcc -fsanitize=$undefined
}

for sanitizer in ${*:-undefined thread address}; do
  echo "sanitize: $sanitizer"
  "check_$sanitizer"
done
echo "sanitize: nothing found"
