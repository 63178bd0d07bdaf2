#!/usr/bin/env bash
# Builds the smallest app over PressRuntime and checks that it links neither Foundation nor a package.
set -euo pipefail
cd "$(dirname "$0")"
swift build --quiet
binary=$(swift build --show-bin-path)/linkage
libraries=$(ldd "$binary" | awk '{ print $1 }')
if grep -E 'Foundation|libicu' <<<"$libraries"; then
  echo "linkage: the runtime links Foundation"
  exit 1
fi
if nm "$binary" | grep -cE 'SwiftProtobuf|ArgumentParser|12PressFormats|11PressPasses' | grep -qv '^0$'; then
  echo "linkage: the runtime links a package or the toolkit"
  exit 1
fi
"$binary" ../../Fixtures/golden/v1/lenet-300-100.bin
echo "linkage: no Foundation, no packages"
