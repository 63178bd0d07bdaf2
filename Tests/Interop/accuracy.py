#!/usr/bin/env python3
"""Checks `compress evaluate` against NumPy and ONNX Runtime, neither of which is ours.

    pip install numpy onnxruntime
    python3 Tests/Interop/accuracy.py path/to/compress [--ratio 0.9]

Prunes and codes LeNet-300-100 and LeNet-5, and computes the accuracy on the 10 000 test images from the same
pruned weights: with ONNX Runtime from the model converted back to ONNX, and for LeNet-300-100 also with plain
NumPy from the weights converted to npz. Also checks that the pruning is the one that NumPy's sort gives: as many
zeros, none of them larger than what is left. Exit code 1 if anything disagrees.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnxruntime

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(*command):
    return json.loads(subprocess.run(
        [*map(str, command), "--json"], check=True, capture_output=True, text=True).stdout)


def accuracy(scores, labels):
    return float((scores.argmax(axis=1) == labels).mean())


def dense(weights, images):
    values = images.reshape(len(images), -1)
    for layer in ("fc1", "fc2", "fc3"):
        values = values @ weights[layer + ".weight"].T + weights[layer + ".bias"]
        if layer != "fc3":
            values = np.maximum(values, 0)
    return values


def check_pruning(original, pruned, ratio):
    names = [name for name in original if original[name].ndim >= 2]
    before = np.concatenate([original[name].ravel() for name in names])
    after = np.concatenate([pruned[name].ravel() for name in names])
    wanted = max(int((before == 0).sum()), int(np.floor(ratio * before.size)))
    order = np.argsort(np.abs(before), kind="stable")
    expected = before.copy()
    expected[order[:wanted]] = 0
    return bool((after == 0).sum() == wanted and np.array_equal(expected, after))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("compress")
    parser.add_argument("--ratio", type=float, default=0.9)
    options = parser.parse_args()
    data = ROOT / "Fixtures" / "data" / "mnist_test.npz"
    with np.load(data) as arrays:
        images, labels = arrays["x_test"].astype(np.float32) / 255, arrays["y_test"]
    failed = False
    for name in ("lenet-300-100", "lenet-5"):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            source = ROOT / "Fixtures" / "models" / (name + ".onnx")
            run(options.compress, "convert", source, "-o", folder / "original.npz")
            run(options.compress, "prune", "--ratio", options.ratio, source, "-o", folder / "pruned.bin")
            run(options.compress, "encode", folder / "pruned.bin", "-o", folder / "model.bin")
            run(options.compress, "convert", folder / "model.bin", "-o", folder / "model.onnx")
            run(options.compress, "convert", folder / "model.bin", "-o", folder / "model.npz")
            ours = run(options.compress, "evaluate", folder / "model.bin", "--data", data)
            session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
            scores = np.concatenate([
                session.run(None, {session.get_inputs()[0].name: images[i:i + 500]})[0]
                for i in range(0, len(images), 500)])
            results = {"compress": ours["accuracy"], "ONNX Runtime": accuracy(scores, labels)}
            with np.load(folder / "original.npz") as original, np.load(folder / "model.npz") as pruned:
                same = check_pruning(original, pruned, options.ratio)
                if name == "lenet-300-100":
                    results["NumPy"] = accuracy(dense(pruned, images), labels)
            agree = len(set(results.values())) == 1 and same
            failed |= not agree
            shown = ", ".join(f"{who} {value:.4f}" for who, value in results.items())
            print(f"{name} at {options.ratio}: {shown}; pruning as NumPy's: {same}; "
                  f"{'agree' if agree else 'DIFFER'}")
    sys.exit(1 if failed else 0)


main()
