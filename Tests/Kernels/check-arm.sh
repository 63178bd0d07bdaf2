#!/usr/bin/env bash
# Compiles the kernels for 64-bit Arm and checks them under an emulator. Needs clang, and from Debian
# gcc-aarch64-linux-gnu, libc6-dev-arm64-cross and qemu-user, which `make check-arm` installs.
#
#     Tests/Kernels/check-arm.sh [--if-possible]    skips the check where one of them is missing
set -euo pipefail
cd "$(dirname "$0")/../.."
for tool in clang aarch64-linux-gnu-gcc qemu-aarch64 /usr/aarch64-linux-gnu/include/stdio.h; do
  if [ -e "$tool" ] || command -v "$tool" >/dev/null; then continue; fi
  if [ "${1-}" = --if-possible ]; then
    echo "check-arm: skipped, $tool is missing; make check-arm installs what it needs"
    exit 0
  fi
  echo "check-arm: $tool is missing"
  exit 1
done
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
while read -r file; do
  clang --target=aarch64-linux-gnu -isystem /usr/aarch64-linux-gnu/include -O2 -Wall -Wextra \
    -Wno-missing-field-initializers -Werror -I Sources/CPressKernels/include \
    -c "$file" -o "$build/${file//\//_}.o"
done < <(git ls-files 'Sources/CPressKernels/*.c' 'Tests/Kernels/*.c')
aarch64-linux-gnu-gcc -static "$build"/*.o -o "$build/check" -lpthread -lm
qemu-aarch64 "$build/check"
echo "check-arm: every kernel is right"
