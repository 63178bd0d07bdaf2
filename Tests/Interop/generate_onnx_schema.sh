#!/usr/bin/env bash
# Regenerates Sources/PressONNXSchema/onnx.pb.swift from the schema inside PyPI's onnx package.
#
#     Tests/Interop/generate_onnx_schema.sh [ONNX_VERSION]
#
# Needs python3 with venv, protoc (Debian: protobuf-compiler) and protoc-gen-swift on PATH or in
# $PROTOC_GEN_SWIFT (build it with: swift build --product protoc-gen-swift, in swift-protobuf).
# Comments are dropped before generating: the field numbers are facts, the prose is not ours.
set -euo pipefail
version=${1:-1.23.2}
plugin=${PROTOC_GEN_SWIFT:-$(command -v protoc-gen-swift)}
target=$(cd "$(dirname "$0")/../../Sources/PressONNXSchema" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" download --quiet --no-deps --dest "$work" "onnx==$version"
"$work/venv/bin/python" - "$work" <<'PYTHON'
import glob, re, sys, zipfile
work = sys.argv[1]
with zipfile.ZipFile(glob.glob(work + "/onnx-*.whl")[0]) as wheel:
    text = wheel.read("onnx/onnx-ml.proto").decode()
lines = [re.sub(r"\s*//.*$", "", line) for line in text.splitlines()]
open(work + "/onnx.proto", "w").write("\n".join(line for line in lines if line.strip()) + "\n")
PYTHON
protoc --proto_path="$work" --plugin=protoc-gen-swift="$plugin" \
  --swift_opt=Visibility=Package --swift_out="$target" "$work/onnx.proto"
echo "wrote $target/onnx.pb.swift from onnx $version"
