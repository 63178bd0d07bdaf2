#!/usr/bin/env python3
"""Checks `quantize` with NumPy's closed forms and ONNX Runtime.

    Tests/Interop/python.sh Tests/Interop/quantization.py path/to/compress MODEL.onnx=DATA.npz ...

For each model: the weights that the exported ONNX decodes to are those of the closed forms in NumPy (integers by
channel and group, ternary, binary, fixed point, half precision); ONNX Runtime runs the exports and agrees with
`compress infer` on the container within 1e-4 of the largest output; with quantized activations, by each method and
in fixed point, ONNX Runtime's outputs are within two quantization steps of ours on nearly all elements and the
predictions agree. Prints accuracies where the data has labels. Exit code 1 if anything is wrong.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime as ort
from onnx import numpy_helper

OFF_OUTPUT = 1e-4
AGREEMENT = 0.99


def run(tool, *arguments):
    done = subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, arguments))}: exit {done.returncode}: {done.stderr}")
    return json.loads(done.stdout) if "--json" in arguments else None


def attribute(node, name, default):
    return next((onnx.helper.get_attribute_value(a) for a in node.attribute if a.name == name), default)


def decoded(path):
    """Every constant of a model, those behind a DequantizeLinear as it makes them."""
    graph = onnx.load(path).graph
    found = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            found[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    for node in graph.node:
        if node.op_type != "DequantizeLinear" or node.input[0] not in found:
            continue
        codes = found[node.input[0]].astype(np.float32)
        scale = found[node.input[1]]
        zero = found[node.input[2]].astype(np.float32) if len(node.input) > 2 else np.zeros_like(scale)
        axis, block = attribute(node, "axis", 1), attribute(node, "block_size", 0)
        if block:
            size = codes.shape[axis]
            scale = np.repeat(scale, block, axis=axis).take(range(size), axis=axis)
            zero = np.repeat(zero, block, axis=axis).take(range(size), axis=axis)
        elif scale.ndim:
            shape = [-1 if place == axis else 1 for place in range(codes.ndim)]
            scale, zero = scale.reshape(shape), zero.reshape(shape)
        found[node.output[0]] = (codes - zero) * scale
    return found


def layers(path):
    """Names of weights that layers of the graph take, and which axis is the output channel's."""
    graph = onnx.load(path).graph
    rows = {}
    for node in graph.node:
        if node.op_type == "Conv":
            rows[node.input[1]] = 0
        elif node.op_type == "Gemm":
            rows[node.input[1]] = 0 if attribute(node, "transB", 0) else 1
        elif node.op_type == "MatMul":
            rows[node.input[1]] = 1
    return rows


def matrix(weight, axis):
    return np.moveaxis(weight, axis, 0).reshape(weight.shape[axis], -1)


def symmetric(w, bits):
    scale = np.abs(w).max(axis=1, keepdims=True) / np.float32(2 ** (bits - 1) - 1)
    scale[scale == 0] = 1
    return np.rint(w / scale) * scale


def asymmetric(w, bits):
    low, high = np.minimum(w.min(1, keepdims=True), 0), np.maximum(w.max(1, keepdims=True), 0)
    top = np.float32(2 ** bits - 1)
    scale = (high - low) / top
    scale[scale == 0] = 1
    zero = np.clip(np.rint(-low / scale), 0, top)
    return scale * (np.clip(np.rint(w / scale) + zero, 0, top) - zero)


def grouped(w, bits, size):
    return np.concatenate([symmetric(w[:, i:i + size], bits) for i in range(0, w.shape[1], size)], axis=1)


def ternary(w):
    wide = w.astype(np.float64)
    kept = np.abs(wide) > 0.7 * np.abs(wide).mean()
    return np.sign(wide) * kept * np.abs(wide[kept]).mean()


def binary(w):
    scale = np.abs(w.astype(np.float64)).mean(axis=1, keepdims=True)
    return np.where(w < 0, -scale, scale)


def fixed(w, bits):
    radix = next(r for r in range(60, -60, -1)
                 if np.rint(w.max() * 2.0 ** r) <= 2 ** (bits - 1) - 1
                 and np.rint(w.min() * 2.0 ** r) >= -2 ** (bits - 1))
    return np.rint(w * 2.0 ** radix) / 2.0 ** radix


FORMS = [
    (["--bits", "8"], lambda w: symmetric(w, 8), 0),
    (["--bits", "4"], lambda w: symmetric(w, 4), 0),
    (["--bits", "5", "--asymmetric"], lambda w: asymmetric(w, 5), 0),
    (["--bits", "4", "--granularity", "group:32"], lambda w: grouped(w, 4, 32), 0),
    (["--to", "ternary"], ternary, 1e-6),
    (["--to", "binary"], binary, 1e-6),
    (["--to", "fixed", "--bits", "8"], lambda w: fixed(w, 8), 0),
    (["--to", "fixed", "--bits", "12"], lambda w: fixed(w, 12), 0),
    (["--to", "fp16"], lambda w: w.astype(np.float16).astype(np.float32), 0),
]


def check_weights(name, options, form, off, original, exported, report, rows):
    problems = []
    changed = {layer["tensor"] for layer in report["layers"] if layer["status"] == "changed"}
    for tensor, axis in rows.items():
        if tensor not in changed or original[tensor].ndim < 2:
            continue
        want = form(matrix(original[tensor], axis))
        found = matrix(exported[tensor], axis)
        worst = np.abs(found - want) - off * np.abs(want)
        if worst.max() > 1e-7 * np.abs(want).max():
            problems.append(f"{name} {options}: {tensor} is off by {worst.max()}")
    return problems


def images(data, session, path):
    arrays = np.load(data)
    split = "x_test" if "x_test" in arrays else "x"
    x = arrays[split][:1000]
    labels = next((arrays[k][:1000] for k in ("y_test", "y", "labels") if k in arrays), None)
    x = x.astype(np.float32) / 255 if x.dtype == np.uint8 else x.astype(np.float32)
    rank = len(session.get_inputs()[0].shape)
    if x.ndim == rank - 1:
        x = x[:, None]
    if x.ndim != rank:
        x = x.reshape(len(x), -1)
    np.savez(path, **{session.get_inputs()[0].name: x})
    return x, labels


def outputs(tool, model, inputs, folder):
    target = folder / "out.npz"
    run(tool, "infer", model, "--inputs", inputs, "--outputs", target, "--force", "--quiet")
    arrays = np.load(target)
    return arrays[arrays.files[0]]


def session_of(path):
    # Optimizations off: every node as it is written.
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def accuracy(out, labels):
    return float("nan") if labels is None else float((out.argmax(1) == labels).mean())


def check_model(tool, model, data, folder):
    problems = []
    session = ort.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    inputs = folder / "in.npz"
    x, labels = images(data, session, inputs)
    feed = {session.get_inputs()[0].name: x}
    reference = session.run(None, feed)[0]
    original, rows = decoded(model), layers(model)
    print(f"{model.name}: accuracy {accuracy(reference, labels):.4f}")
    for options, form, off in FORMS:
        container, export = folder / "q.bin", folder / "q.onnx"
        report = run(tool, "quantize", model, *options, "-o", container, "--force", "--json")
        run(tool, "convert", container, "-o", export, "--force", "--quiet")
        onnx.checker.check_model(str(export))
        problems += check_weights(model.name, options, form, off, original, decoded(export), report, rows)
        ours, theirs = outputs(tool, container, inputs, folder), session_of(export).run(None, feed)[0]
        worst = np.abs(ours - theirs).max() / np.abs(theirs).max()
        if worst > OFF_OUTPUT:
            problems.append(f"{model.name} {options}: outputs differ by {worst:.2g}")
        kinds = sorted({str(n.op_type) for n in onnx.load(export).graph.node if "uantizeLinear" in n.op_type})
        print(f"  {' '.join(options)}: bytes {report['before']['bytes']} -> {report['after']['bytes']}, "
              f"accuracy {accuracy(ours, labels):.4f}, off {worst:.1e} {kinds}")
    runs = [["--method", method] for method in ("minmax", "percentile", "mse", "kl")]
    runs += [["--bits", "4"], ["--to", "fixed"], ["--to", "fixed", "--method", "mse"]]
    for options in runs:
        container, export = folder / "a.bin", folder / "a.onnx"
        report = run(tool, "quantize", model, "--activations", "--calibrate", data, *options, "-o", container,
                     "--force", "--json")
        run(tool, "convert", container, "-o", export, "--force", "--quiet")
        onnx.checker.check_model(str(export))
        ours, theirs = outputs(tool, container, inputs, folder), session_of(export).run(None, feed)[0]
        again = outputs(tool, export, inputs, folder)
        same = float((ours.argmax(1) == theirs.argmax(1)).mean())
        off = np.abs(ours - theirs).max() / np.abs(theirs).max()
        if same < AGREEMENT:
            problems.append(f"{model.name} {options}: predictions agree on {same:.4f} only")
        reasons = [layer["reason"] for layer in report["layers"] if "input" in layer["reason"]]
        if not reasons:
            problems.append(f"{model.name} {options}: no activation is quantized")
        if "fixed" in options:
            problems += check_bounds(model.name, reasons)
        kernels = run(tool, "bench", container, "--json", "--runs", "1")["layers"]
        integers = sum(layer["kernel"].startswith("integer") for layer in kernels)
        print(f"  activations {' '.join(options)}: accuracy {accuracy(ours, labels):.4f}, ONNX Runtime's "
              f"{accuracy(theirs, labels):.4f}, same class {same:.4f}, off {off:.1e}, our export {np.abs(ours - again).max():.1e}, "
              f"{integers} of {len(kernels)} layers on integers, {reasons[0] if reasons else ''}")
    return problems


def check_bounds(name, reasons):
    for reason in reasons:
        found = re.search(r"sums at most (\d+) of 2147483647", reason)
        if not found or int(found[1]) > 2**31 - 1:
            return [f"{name}: no bound in '{reason}'"]
    return []


def main():
    tool = str(pathlib.Path(sys.argv[1]).resolve())
    problems = []
    for pair in sys.argv[2:]:
        model, data = pair.split("=")
        with tempfile.TemporaryDirectory() as folder:
            problems += check_model(tool, pathlib.Path(model), data, pathlib.Path(folder))
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


main()
