#!/usr/bin/env bash
# Writes the golden containers of the present format version from the fixtures. Run once when a version
# is released; the files are then never changed again, and every later reader must read them.
#
#     Tests/golden.sh COMPRESS
set -euo pipefail
compress=$(realpath "$1")
cd "$(dirname "$0")/../Fixtures"
folder=golden/v1
mkdir -p "$folder"
"$compress" prune --ratio 0.97 models/lenet-300-100.onnx -o "$folder/raw.bin" --force --quiet
"$compress" encode "$folder/raw.bin" -o "$folder/lenet-300-100.bin" --force --quiet
for source in onnx/*.onnx; do
  "$compress" convert "$source" -o "$folder/$(basename "$source" .onnx).bin" --force --quiet
done
for file in "$folder"/*.bin; do
  "$compress" verify "$file" --quiet
done
(cd "$folder" && sha256sum *.bin >SHA256SUMS)
