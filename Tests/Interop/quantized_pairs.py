#!/usr/bin/env python3
"""Checks that networks with QuantizeLinear and DequantizeLinear pairs run as integers, beside ONNX Runtime.

    pip install numpy onnx onnxruntime
    python3 Tests/Interop/quantized_pairs.py path/to/compress MODEL.onnx=DATA.npz ... [--bench]

Quantizes each network with ONNX Runtime's static quantizer (int8 weights by channel or not, int8 or uint8
activations), calibrated on the first 500 training images, or test images where there are no others. Runs the test
images with Press and with ONNX Runtime, its graph optimizations on and off. Every output may be one quantization
step from ONNX Runtime's and 1 % of them may differ at all; predictions agree on 99.9 % of the images. `--bench` adds
median times of one thread: Press on floats, Press and ONNX Runtime on integers. Exit code 1 if anything disagrees.
"""
import argparse
import json
import logging
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

LEVELS = onnxruntime.GraphOptimizationLevel


class Reader(CalibrationDataReader):
    def __init__(self, name, images):
        self.batches = iter({name: images[i:i + 50]} for i in range(0, len(images), 50))

    def get_next(self):
        return next(self.batches, None)


def session(path, level=LEVELS.ORT_ENABLE_ALL):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = level
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def theirs(path, level, images):
    network = session(path, level)
    name = network.get_inputs()[0].name
    return np.concatenate([network.run(None, {name: images[i:i + 250]})[0] for i in range(0, len(images), 250)])


def ours(compress, path, name, images, folder):
    np.savez(folder / "in.npz", **{name: images})
    subprocess.run([compress, "infer", path, "--inputs", folder / "in.npz", "--outputs", folder / "out.npz",
                    "--quiet", "--force"], check=True, capture_output=True)
    with np.load(folder / "out.npz") as arrays:
        return arrays[arrays.files[0]]


def bench(compress, path, batch):
    return json.loads(subprocess.run(
        [compress, "bench", path, "--batch", str(batch), "--runs", "200", "--json", "--quiet"], check=True,
        capture_output=True, text=True).stdout)


def bench_theirs(path, images):
    network = session(path)
    name, times = network.get_inputs()[0].name, []
    for _ in range(200):
        start = time.perf_counter()
        network.run(None, {name: images})
        times.append(time.perf_counter() - start)
    return float(np.median(times)) * 1e3


def step(path):
    """The scale of the output's integers."""
    graph = onnx.load(path).graph
    last = next(node for node in graph.node if graph.output[0].name in node.output)
    scale = next(tensor for tensor in graph.initializer if tensor.name == last.input[1])
    return float(onnx.numpy_helper.to_array(scale))


def check(options, source, data, folder):
    with np.load(data) as arrays:
        test, labels = arrays["x_test"].astype(np.float32) / 255, arrays["y_test"]
        known = arrays["x_train" if "x_train" in arrays else "x_test"][:500].astype(np.float32) / 255
    ready, failed = folder / "ready.onnx", False
    quant_pre_process(str(source), str(ready), skip_symbolic_shape=True)
    name = session(ready).get_inputs()[0].name
    for by_channel in (False, True):
        for kind in (QuantType.QInt8, QuantType.QUInt8):
            path = folder / "quantized.onnx"
            quantize_static(str(ready), str(path), Reader(name, known), quant_format=QuantFormat.QDQ,
                            per_channel=by_channel, activation_type=kind, weight_type=QuantType.QInt8)
            found = ours(options.compress, path, name, test, folder)
            line = f"{source.stem} {kind.name[1:].lower()}{' by channel' if by_channel else ''}: "
            line += f"accuracy {(found.argmax(1) == labels).mean():.4f}"
            layers = bench(options.compress, path, 1)["layers"]
            integers = sum(layer["kernel"].startswith("integer") for layer in layers)
            failed |= integers == 0 or any(layer["op"] in ("Conv", "Gemm", "MatMul") for layer in layers)
            for level in (LEVELS.ORT_ENABLE_ALL, LEVELS.ORT_DISABLE_ALL):
                expected = theirs(path, level, test)
                steps = np.abs(found - expected) / step(path)
                agree = (found.argmax(1) == expected.argmax(1)).mean()
                failed |= steps.max() > 1.01 or (steps > 0.5).mean() > 0.01 or agree < 0.999
                line += (f"; ONNX Runtime {'optimized' if level == LEVELS.ORT_ENABLE_ALL else 'plain'}: "
                         f"{(expected.argmax(1) == labels).mean():.4f}, equal {(steps < 0.5).mean():.4%}, "
                         f"furthest {steps.max():.1f} steps, predictions {agree:.4%}")
            for batch in (1, 32) if options.bench else ():
                line += (f"; batch {batch}: floats {bench(options.compress, ready, batch)['median_ms']:.3f} ms, "
                         f"integers {bench(options.compress, path, batch)['median_ms']:.3f} ms, "
                         f"ONNX Runtime {bench_theirs(path, test[:batch]):.3f} ms")
            print(line, flush=True)
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("compress")
    parser.add_argument("pairs", nargs="+", metavar="MODEL=DATA")
    parser.add_argument("--bench", action="store_true")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    failed = False
    for pair in options.pairs:
        source, data = pair.split("=", 1)
        with tempfile.TemporaryDirectory() as folder:
            failed |= check(options, pathlib.Path(source), data, pathlib.Path(folder))
    print("differ" if failed else "agree")
    sys.exit(1 if failed else 0)


main()
