#!/usr/bin/env python3
"""Checks `compress prune --pattern filter` against a derivation of its own and ONNX Runtime.

    pip install numpy onnx onnxruntime
    python3 Tests/Interop/filters.py path/to/compress MODEL.onnx ... [--data DATA.npz ...]

For chains and residual networks (convolutions, batch normalizations, sums, a linear end) the groups of coupled
layers, the ranking and every constant that is left are worked out again with NumPy, for several ratios,
independent and greedy, by |w| and by w^2, and compared element by element. For every model, 30 % of the
multiply-accumulates are asked for, counted with ONNX's own shape inference, and ONNX Runtime runs what is left;
its outputs are compared with ours, and with `--data` (one file for each model, or - for none) so is the accuracy.
Exit code 1 if anything disagrees.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnx.numpy_helper
import onnxruntime

PASSED_ON = {"Relu", "MaxPool", "GlobalAveragePool", "Identity", "BatchNormalization", "Dropout", "AveragePool"}
FOLLOWED = PASSED_ON | {"Conv", "Gemm", "Add", "Sum", "Flatten"}


def run(*command):
    done = subprocess.run([*map(str, command)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: {done.stderr}")
    return json.loads(done.stdout) if "--json" in command else None


def constants(model):
    found = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Identity" and node.input[0] in found:
            found[node.output[0]] = found[node.input[0]]
    return found


class Network:
    """Which layer's choice decides for each value, and who reads it: by names of values."""

    def __init__(self, model):
        self.constants = constants(model)
        self.decides = {}  # value -> the layer (its weight's name) whose filters its channels are
        self.behind = {}  # value -> the weights of all layers that it depends on
        self.follows = {}  # a layer -> the one whose choice it takes over
        self.reads = {}  # a layer -> the value that it reads, as the layer that decides for that
        self.norms = {}  # a parameter of a normalization, or a bias -> the layer
        self.fixed = set()
        self.layers = []
        for node in model.graph.node:
            if node.input[0] not in self.constants:
                self.visit(node)
        for output in model.graph.output:
            self.fixed.add(self.root(self.decides[output.name]))

    def root(self, layer):
        while layer in self.follows:
            layer = self.follows[layer]
        return layer

    def visit(self, node):
        kind, out = node.op_type, node.output[0]
        inputs = [name for name in node.input if name not in self.constants]
        self.behind[out] = set().union(*(self.behind.get(name, set()) for name in inputs))
        if kind in ("Conv", "Gemm"):
            weight = node.input[1]
            if kind == "Gemm":
                assert {a.name: a.i for a in node.attribute}.get("transB") == 1
            self.layers.append(weight)
            self.reads[weight] = self.decides.get(node.input[0])
            self.behind[out].add(weight)
            self.decides[out] = weight
            for bias in node.input[2:]:
                self.norms[bias] = weight
        elif kind in ("Add", "Sum"):
            # The shortcut is the summand with fewer layers behind it; it decides for the other ones.
            order = sorted(inputs, key=lambda name: len(self.behind[name]))
            first = self.root(self.decides[order[0]])
            for other in order[1:]:
                if self.root(self.decides[other]) != first:
                    self.follows[self.root(self.decides[other])] = first
            self.decides[out] = first
        else:
            assert kind in FOLLOWED, kind
            self.decides[out] = self.decides.get(inputs[0])
            if kind == "BatchNormalization":
                for name in node.input[1:]:
                    self.norms[name] = self.decides[out]

    def kept(self, ratio, power, greedy):
        """For each layer that decides the filters that stay."""
        kept = {}
        for layer in self.layers:
            if self.root(layer) != layer:
                continue
            weight = self.constants[layer].astype(np.float64)
            rows = len(weight)
            source = self.reads[layer] and self.root(self.reads[layer])
            matrix = np.abs(weight).reshape(rows, weight.shape[1], -1) ** power
            if greedy and source in kept:
                matrix = matrix[:, self.columns(weight.shape[1], kept[source], source)]
            order = np.argsort(matrix.sum(axis=(1, 2)), kind="stable")
            count = 0 if layer in self.fixed else min(int(np.floor(ratio * rows)), rows - 1)
            kept[layer] = np.sort(order[count:])
        return kept

    def columns(self, width, kept, source):
        """The columns of a layer that read the channels which stay; several for each behind a Flatten."""
        times = width // len(self.constants[source])
        return (kept[:, None] * times + np.arange(times)).ravel()

    def expected(self, kept):
        result = {}
        for layer in self.layers:
            weight = self.constants[layer][kept[self.root(layer)]]
            source = self.reads[layer] and self.root(self.reads[layer])
            if source:
                weight = weight[:, self.columns(weight.shape[1], kept[source], source)]
            result[layer] = weight
        for name, layer in self.norms.items():
            result[name] = self.constants[name][kept[self.root(layer)]]
        return result


def check_derivation(compress, path, folder):
    network = Network(onnx.load(path))
    coupled = [layer for layer in network.layers if network.root(layer) != layer]
    wrong = 0
    for ratio in (0.0, 0.1, 0.3, 0.5, 0.77, 1.0):
        for criterion, power in (("l1-filter", 1), ("l2-filter", 2)):
            for greedy in (False, True):
                target = folder / "pruned.onnx"
                run(compress, "prune", "--pattern", "filter", "--ratio", ratio, "--criterion", criterion,
                    *(["--greedy"] if greedy else []), path, "-o", target, "--force", "--quiet")
                found = constants(onnx.load(target))
                for name, value in network.expected(network.kept(ratio, power, greedy)).items():
                    if found[name].shape != value.shape or not np.array_equal(found[name], value):
                        wrong += 1
                        print(f"  {name} at {ratio} {criterion} greedy={greedy}: {found[name].shape}, "
                              f"expected {value.shape}")
    print(f"{path.stem}: {len(network.layers)} layers, {len(coupled)} follow a shortcut, 24 prunings: "
          f"{'as derived' if wrong == 0 else 'DIFFER'}")
    return wrong == 0


def macs(path):
    model = onnx.load(path)
    for value in model.graph.input:
        dimension = value.type.tensor_type.shape.dim[0]
        if not dimension.HasField("dim_value"):
            dimension.dim_value = 1
    graph = onnx.shape_inference.infer_shapes(model).graph
    shapes = {value.name: [d.dim_value for d in value.type.tensor_type.shape.dim]
              for value in [*graph.value_info, *graph.input, *graph.output]}
    weights = constants(model)
    total = 0
    for node in graph.node:
        if node.op_type in ("Conv", "Gemm"):
            # A weight that is reshaped before it is used has a shape that inference knows.
            weight = weights[node.input[1]].shape if node.input[1] in weights else shapes[node.input[1]]
            transposed = {a.name: a.i for a in node.attribute}.get("transB")
            inner = weight[0] if node.op_type == "Gemm" and not transposed else np.prod(weight[1:])
            total += int(np.prod(shapes[node.output[0]])) * int(inner)
    return total


def accuracy(session, data):
    with np.load(data) as arrays:
        images, labels = arrays["x_test"].astype(np.float32) / 255, arrays["y_test"]
    if images.ndim == 3:
        images = images[:, None]
    name = session.get_inputs()[0].name
    scores = np.concatenate([session.run(None, {name: images[i:i + 500]})[0] for i in range(0, len(images), 500)])
    return float((scores.argmax(axis=1) == labels).mean())


def check_budget(compress, path, folder, data):
    target, container = folder / "small.onnx", folder / "small.bin"
    run(compress, "prune", "--pattern", "filter", "--ratio", 0.3, "--ratio-of", "macs", path, "-o", container,
        "--force", "--quiet")
    run(compress, "convert", container, "-o", target, "--force", "--quiet")
    before, after = macs(path), macs(target)
    session = onnxruntime.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    source = session.get_inputs()[0]
    shape = [size if isinstance(size, int) else 2 for size in source.shape]
    inputs = {source.name: np.random.default_rng(0).random(shape, np.float32)}
    np.savez(folder / "inputs.npz", **inputs)
    run(compress, "infer", container, "--inputs", folder / "inputs.npz", "--outputs", folder / "outputs.npz",
        "--force", "--quiet")
    worst = 0
    with np.load(folder / "outputs.npz") as ours:
        for output, theirs in zip(session.get_outputs(), session.run(None, inputs)):
            span = max(float(np.ptp(theirs)), 1e-6)
            worst = max(worst, float(np.abs(ours[output.name] - theirs).max()) / span)
    text = f"{path.stem}: {before / 1e6:.2f} -> {after / 1e6:.2f} million multiply-accumulates " \
           f"({1 - after / before:.1%} less), outputs within {worst:.1e} of their range"
    good = 1 - after / before >= 0.3 and worst <= 1e-4
    if data:
        ours = run(compress, "evaluate", container, "--data", data, "--json")["accuracy"]
        theirs = accuracy(session, data)
        text += f", accuracy {ours:.4f}, ONNX Runtime's {theirs:.4f}"
        good &= ours == theirs
    print(text + (": agree" if good else ": DIFFER"), flush=True)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("compress")
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    parser.add_argument("--data", nargs="*", default=[])
    options = parser.parse_args()
    good = True
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for index, path in enumerate(options.models):
            model = onnx.load(path, load_external_data=False)
            if all(node.op_type in FOLLOWED for node in model.graph.node):
                good &= check_derivation(options.compress, path, folder)
            data = options.data[index] if index < len(options.data) else "-"
            good &= check_budget(options.compress, path, folder, None if data == "-" else data)
    sys.exit(0 if good else 1)


main()
