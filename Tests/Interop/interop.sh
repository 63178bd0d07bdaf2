#!/usr/bin/env bash
# Compares with software that is not ours: accuracy with NumPy and ONNX Runtime, quantized networks and
# round trips with ONNX Runtime, containers with a reader written from docs/container.md alone.
#
#     Tests/Interop/interop.sh COMPRESS
#
# Uses Fixtures, and the models below $PRESS_DATA where it is set. Python packages go into .build/python.
set -euo pipefail
compress=$(realpath "$1")
cd "$(dirname "$0")/../.."
python=Tests/Interop/python.sh
folders=(Fixtures/models Fixtures/onnx)
if [ -n "${PRESS_DATA:-}" ]; then
  folders+=("$PRESS_DATA/models" "$PRESS_DATA/onnx-light")
else
  echo "PRESS_DATA is not set: only the fixtures are compared"
fi
"$python" Tests/Interop/accuracy.py "$compress"
pairs=(Fixtures/models/lenet-300-100.onnx=Fixtures/data/mnist_test.npz
  Fixtures/models/lenet-5.onnx=Fixtures/data/mnist_test.npz)
if [ -n "${PRESS_DATA:-}" ]; then
  for model in "$PRESS_DATA"/models/*_{mnist,fashion}.onnx; do
    name=${model##*_}
    pairs+=("$model=$PRESS_DATA/datasets/${name%.onnx}.npz")
  done
fi
"$python" Tests/Interop/quantized_pairs.py "$compress" "${pairs[@]}"
"$python" Tests/Interop/roundtrip_onnxruntime.py "$compress" "${folders[@]}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for model in Fixtures/models/*.onnx; do
  name=$(basename "$model" .onnx)
  "$compress" convert "$model" -o "$work/$name.bin" --quiet
  "$compress" encode "$work/$name.bin" -o "$work/$name.coded.bin" --quiet
  for file in "$work/$name.bin" "$work/$name.coded.bin"; do
    "$python" Tests/Interop/read_container.py "$file" --compare "$model"
  done
done
for file in Fixtures/golden/v2/*.bin; do
  "$compress" convert "$file" -o "$work/decoded.safetensors" --force --quiet
  "$python" Tests/Interop/read_container.py "$file" --compare "$work/decoded.safetensors"
done
