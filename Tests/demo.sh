#!/usr/bin/env bash
# The main job on a real network: a recipe of several passes, and what it did to each layer.
#
#     Tests/demo.sh COMPRESS MODEL.onnx TEST.npz RECIPE.yaml
set -euo pipefail
compress=$1 model=$2 data=$3 recipe=$4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
small=$folder/model.bin

run() {
  echo "\$ compress $*"
  "$compress" "$@"
  echo
}
echo "\$ cat $recipe"
cat "$recipe"
echo
run apply "$recipe" "$model" -o "$small" --dry-run --quiet
run apply "$recipe" "$model" -o "$small" --quiet
run inspect "$small"
run evaluate "$small" --data "$data"
run verify "$small" --replay --source "$model"
run compare "$model" "$small" --random 64 --per-layer --restore 'fc1*'

echo "pass after pass, on the 10 000 images of $data:"
echo
"$compress" apply "$recipe" "$model" -o "$folder/again.bin" --data "$data" | sed '$d'
cmp "$small" "$folder/again.bin"
