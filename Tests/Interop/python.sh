#!/usr/bin/env bash
# Runs Python with the packages that the scripts here need, which go into .build/python.
#
#     Tests/Interop/python.sh SCRIPT ARGUMENT ...
set -euo pipefail
environment=$(realpath "$(dirname "$0")/../..")/.build/python
if [ ! -x "$environment/bin/python" ]; then
  python3 -m venv "$environment"
  "$environment/bin/python" -m pip install --quiet numpy onnx onnxruntime
fi
exec "$environment/bin/python" "$@"
