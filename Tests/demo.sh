#!/usr/bin/env bash
# The main job on a real network: prune, code, and say what it cost.
#
#     Tests/demo.sh COMPRESS MODEL.onnx TEST.npz
set -euo pipefail
compress=$1 model=$2 data=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

run() {
  echo "\$ compress $*"
  "$compress" "$@"
  echo
}
run prune --ratio 0.7 "$model" -o "$folder/pruned.bin" --data "$data"
run encode "$folder/pruned.bin" -o "$folder/model.bin"
run inspect "$folder/model.bin"
run evaluate "$folder/model.bin" --data "$data"
run verify "$folder/model.bin"
echo "before -> after, on the 10 000 images of $data:"
"$compress" evaluate "$model" --data "$data" --json >"$folder/before.json"
"$compress" evaluate "$folder/model.bin" --data "$data" --json >"$folder/after.json"
"$compress" inspect "$model" --json >"$folder/original.json"
"$compress" inspect "$folder/model.bin" --json >"$folder/small.json"
value() { sed -nE "s/^  \"$2\" : ([0-9.e-]+),?$/\1/p" "$folder/$1.json"; }
echo "  bytes      $(value original bytes) -> $(value small bytes)"
echo "  non-zeros  $(value original nonzeros) -> $(value small nonzeros)"
echo "  accuracy   $(value before accuracy) -> $(value after accuracy)"
