#!/usr/bin/env python3
"""Checks `factorize`, `separate` and `fold` with NumPy's singular values and ONNX Runtime.

    Tests/Interop/python.sh Tests/Interop/low_rank.py path/to/compress MODEL.onnx [MODEL.onnx ...]

For each model and several options: the layers that have to change do; the two weights of each, as
the exported ONNX holds them, multiply to a matrix whose distance from the original is what NumPy's
SVD in double precision says it has to be, within 1e-5 of the norm, and is the reported one; ONNX
Runtime runs the exported model and agrees with `compress infer` on the container within 1e-4 of the
largest output; folding leaves ONNX Runtime's outputs where they were, within the same. Exit code 1 if
anything is wrong.
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

OFF_NORM = 1e-5
OFF_OUTPUT = 1e-4


def run(tool, *arguments):
    done = subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, arguments))}: exit {done.returncode}: {done.stderr}")
    return json.loads(done.stdout) if "--json" in arguments else None


def constants(path):
    graph = onnx.load(path).graph
    found = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            found[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    return found


def feeds(session):
    random = np.random.default_rng(1)
    feed = {}
    for value in session.get_inputs():
        shape = [size if isinstance(size, int) else 2 + 3 * place
                 for place, size in enumerate(value.shape)]
        if "int" in value.type:
            top = 1000 if value.name == "input_ids" else 2
            feed[value.name] = random.integers(0, top, shape).astype(np.int64)
            if "mask" in value.name:
                feed[value.name][:] = 1
        else:
            feed[value.name] = random.random(shape, dtype=np.float32)
    return feed


def session(path):
    options = ort.SessionOptions()
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def furthest(left, right):
    """The largest difference, as a share of the largest magnitude."""
    return max(
        float(np.max(np.abs(a - b)) / max(np.max(np.abs(b)), 1e-30)) for a, b in zip(left, right))


class Check:
    def __init__(self, tool, model):
        self.tool, self.model = tool, model
        self.graph = onnx.load(model).graph
        self.originals = constants(model)
        self.network = session(model)
        self.feed = feeds(self.network)
        self.outputs = self.network.run(None, self.feed)
        self.wrong = 0

    def fail(self, text):
        self.wrong += 1
        print(f"{self.model.name}: {text}")

    def apply(self, folder, command, *options):
        """Runs a pass; compares ONNX Runtime with our engine. Returns layers, weights, outputs."""
        container, exported = folder / "a.bin", folder / "a.onnx"
        report = run(self.tool, command, self.model, *options, "-o", container, "--force", "--json")
        run(self.tool, "convert", container, "-o", exported, "--force", "--quiet")
        inputs, results = folder / "in.npz", folder / "out.npz"
        np.savez(inputs, **self.feed)
        run(self.tool, "infer", container, "--inputs", inputs, "--outputs", results, "--force")
        network = session(exported)
        expected = network.run(None, self.feed)
        with np.load(results) as found:
            ours = [found[value.name] for value in network.get_outputs()]
        off = furthest(ours, expected)
        if not off <= OFF_OUTPUT:
            self.fail(f"{command} {' '.join(options)}: outputs differ from ONNX Runtime by {off}")
        return {layer["tensor"]: layer for layer in report["layers"]}, constants(exported), expected

    def compare(self, name, layer, matrix, product, rank, kept):
        """The distance of a product from its matrix beside that of the best of its rank."""
        norm = np.linalg.norm(matrix)
        best = np.sqrt(np.sum(kept[rank:] ** 2)) / norm
        real = np.linalg.norm(matrix - product) / norm
        told = float(re.search(r"relative error ([0-9.e+-]+)", layer["reason"]).group(1))
        if abs(real - best) > OFF_NORM or abs(told - best) > OFF_NORM:
            self.fail(f"{name}: SVD's error {best}, the product's {real}, reported {told}")

    def factorize(self, folder, wanted, *options):
        layers, weights, _ = self.apply(folder, "factorize", *options)
        spatial = "spatial" in options
        for name, layer in layers.items():
            if layer["status"] != "changed":
                if name in wanted:
                    self.fail(f"{name} declined: {layer['reason']}")
                continue
            matrix = self.originals[name].astype(np.float64)
            first, second = (weights[f"{name}.{place}"].astype(np.float64)
                             for place in ("first", "second"))
            rank = int(re.match(r"rank (\d+)", layer["reason"]).group(1))
            if matrix.ndim == 4 and spatial:
                # (outputs, inputs, h, w) as (inputs * h, outputs * w)
                outputs, inputs, height, width = matrix.shape
                matrix = matrix.transpose(1, 2, 0, 3).reshape(inputs * height, outputs * width)
                left = first[:, :, :, 0].transpose(1, 2, 0).reshape(-1, rank)
                right = second[:, :, 0, :].transpose(1, 0, 2).reshape(rank, -1)
                product = left @ right
            elif matrix.ndim == 4:
                matrix = matrix.reshape(len(matrix), -1)
                product = second.reshape(len(matrix), rank) @ first.reshape(rank, -1)
            elif first.shape[1] == matrix.shape[1]:
                product = second @ first
            else:
                product = first @ second
            values = np.linalg.svd(matrix, compute_uv=False)
            self.compare(name, layer, matrix, product, rank, values)
        return sum(layer["status"] == "changed" for layer in layers.values())

    def separate(self, folder, wanted, *options):
        layers, weights, _ = self.apply(folder, "separate", *options)
        for name, layer in layers.items():
            if layer["status"] != "changed":
                if name in wanted:
                    self.fail(f"{name} declined: {layer['reason']}")
                continue
            kernel = self.originals[name].astype(np.float64)
            outputs, inputs = kernel.shape[:2]
            rank = int(re.match(r"(\d+) depthwise", layer["reason"]).group(1))
            depthwise = weights[f"{name}.depthwise"].astype(np.float64).reshape(inputs, rank, -1)
            pointwise = weights[f"{name}.pointwise"].astype(np.float64).reshape(outputs, inputs, rank)
            slices = kernel.reshape(outputs, inputs, -1).transpose(1, 0, 2)
            product = pointwise.transpose(1, 0, 2) @ depthwise
            squares = np.sum(np.linalg.svd(slices, compute_uv=False) ** 2, axis=0)
            self.compare(name, layer, slices, product, rank, np.sqrt(squares))
        return sum(layer["status"] == "changed" for layer in layers.values())

    def fold(self, folder):
        layers, _, outputs = self.apply(folder, "fold")
        off = furthest(outputs, self.outputs)
        if not off <= OFF_OUTPUT:
            self.fail(f"fold moved the outputs by {off}")
        left = [node for node in onnx.load(folder / "a.onnx").graph.node
                if node.op_type == "BatchNormalization"]
        producers = {output: node for node in self.graph.node for output in node.output}
        behind = [node for node in self.graph.node if node.op_type == "BatchNormalization"
                  and producers[node.input[0]].op_type == "Conv"]
        if behind and left:
            self.fail(f"{len(left)} normalizations left")
        return sum(layer["status"] == "changed" for layer in layers.values())

    def all(self):
        linear = {name for node in self.graph.node if node.op_type in ("Gemm", "MatMul")
                  for name in node.input[:2] if name in self.originals}
        windows = [node.input[1] for node in self.graph.node if node.op_type == "Conv"
                   and np.prod(self.originals[node.input[1]].shape[2:]) > 1]
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            print(
                f"{self.model.name}: layers changed by",
                "factorize --ratio 0.5:", self.factorize(folder, linear, "--ratio", "0.5"),
                " --energy 0.9:", self.factorize(folder, (), "--energy", "0.9"),
                " --mode spatial:", self.factorize(folder, (), "--mode", "spatial"),
                " separate:", self.separate(folder, windows[1:]),
                " --energy 0:", self.separate(folder, windows[1:], "--energy", "0"),
                " fold:", self.fold(folder), flush=True)
        return self.wrong


def main():
    tool, *models = sys.argv[1:]
    wrong = sum(Check(tool, pathlib.Path(model)).all() for model in models)
    print(f"{len(models)} models, {wrong} things wrong")
    return 1 if wrong or not models else 0


if __name__ == "__main__":
    sys.exit(main())
