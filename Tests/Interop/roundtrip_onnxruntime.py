#!/usr/bin/env python3
"""Proves that a round trip through Press changes no bit of what a network computes.

    pip install onnx onnxruntime numpy
    python3 Tests/Interop/roundtrip_onnxruntime.py path/to/compress FOLDER [FOLDER ...]

For each .onnx file below the folders: `compress convert a.onnx -o b.bin`, `compress convert b.bin
-o c.onnx`, then ONNX Runtime with its optimizations off runs a and c on the same seeded inputs.
Every output must agree in type, shape and bits. Dynamic dimensions are 2, then 1 where 2 does not
fit. Models that ONNX Runtime cannot run are counted apart. Exit code 1 if any model differs or
does not convert.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnxruntime as ort

TYPES = {
    "tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(float16)": np.float16,
    "tensor(int8)": np.int8, "tensor(int16)": np.int16, "tensor(int32)": np.int32,
    "tensor(int64)": np.int64, "tensor(uint8)": np.uint8, "tensor(uint16)": np.uint16,
    "tensor(uint32)": np.uint32, "tensor(uint64)": np.uint64, "tensor(bool)": np.bool_,
}


class CannotRun(Exception):
    """ONNX Runtime refuses the model or these inputs."""


def session(path):
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise CannotRun(str(error)) from error


def inputs(network, dynamic):
    random = np.random.default_rng(0)
    feed = {}
    for value in network.get_inputs():
        if value.type not in TYPES:
            raise CannotRun(f"input {value.name} is a {value.type}")
        kind = TYPES[value.type]
        shape = [size if isinstance(size, int) else dynamic for size in value.shape]
        floats = np.issubdtype(kind, np.floating)
        feed[value.name] = (
            random.random(shape).astype(kind) if floats
            else random.integers(0, 2, shape).astype(kind))
    return feed


def outputs(network, feed):
    try:
        return network.run(None, feed)
    except Exception as error:
        raise CannotRun(str(error)) from error


def same(left, right):
    if isinstance(left, (list, tuple)):
        return isinstance(right, (list, tuple)) and len(left) == len(right) and all(
            map(same, left, right))
    if left is None or isinstance(left, dict):
        return repr(left) == repr(right)
    left, right = np.asarray(left), np.asarray(right)
    if left.dtype != right.dtype or left.shape != right.shape:
        return False
    if left.dtype.kind in "OSU":
        return left.tolist() == right.tolist()
    return left.tobytes() == right.tobytes()


def convert(tool, source, target):
    done = subprocess.run(
        [tool, "convert", source, "-o", target], capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else f"exit {done.returncode}: {done.stderr.strip()}"


def judge(tool, source, folder):
    """`same`, `cannot run` or what is wrong."""
    container, target = os.path.join(folder, "b.bin"), os.path.join(folder, "c.onnx")
    wrong = convert(tool, source, container) or convert(tool, container, target)
    if wrong:
        return wrong
    for dynamic in (2, 1):
        try:
            before = session(source)
            feed = inputs(before, dynamic)
            expected = outputs(before, feed)
        except CannotRun:
            continue
        try:
            found = outputs(session(target), feed)
        except CannotRun as error:
            return f"the copy does not run: {error}"
        return "same" if same(expected, found) else "outputs differ"
    return "cannot run"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("compress", help="the tool")
    parser.add_argument("folders", nargs="+", help="folders of .onnx files, searched deeply")
    arguments = parser.parse_args()
    counts = {"same": 0, "cannot run": 0, "wrong": 0}
    for root in arguments.folders:
        for source in sorted(pathlib.Path(root).rglob("*.onnx")):
            with tempfile.TemporaryDirectory() as folder:
                verdict = judge(os.path.abspath(arguments.compress), str(source), folder)
            counts[verdict if verdict in counts else "wrong"] += 1
            if verdict != "same":
                print(f"{source}: {verdict}", flush=True)
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    return 1 if counts["wrong"] or not counts["same"] else 0


if __name__ == "__main__":
    sys.exit(main())
