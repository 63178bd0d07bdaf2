#!/usr/bin/env python3
"""Gives a network random weights, so that one whose weights were left out can be run and timed.

    pip install numpy onnx
    python3 Tests/Interop/fill_weights.py light_resnet50.onnx resnet50.onnx [--seed 0] [--sparsity 0.9]

ONNX's light networks have ConstantOfShape nodes in place of their large tensors. Here every parameter of Conv,
ConvTranspose, Gemm, MatMul and BatchNormalization becomes an initializer of its own values, whatever it was before
(a constant, an initializer, or one of these through Identity, Reshape or Transpose):

- weights: normal, of variance 2 / fan-in (He et al. 2015), which keeps the scale of activations behind a ReLU;
- biases: normal, of deviation 0.05;
- batch normalization: scale uniform in 0.5...1.5, variance likewise, mean and bias normal of deviation 0.1; half the
  scale where the output is added to another value, so that a chain of residual blocks does not grow without bound.

With --sparsity S the smallest floor(S * n) elements of each weight become 0. The same file, seed and sparsity give the
same values. The result has no ConstantOfShape nodes left that nobody uses, and only real inputs.
"""
import argparse
import math
import pathlib

import numpy as np
import onnx
from onnx import numpy_helper

BIAS_DEVIATION = 0.05
FORWARDING = {"Identity", "Reshape", "Transpose"}
NORMALIZATION = ("input", "scale", "bias", "mean", "variance")


class Network:
    """A graph with look-ups from value names to makers, users and constant values."""

    def __init__(self, model):
        self.graph = model.graph
        self.initializers = {tensor.name: tensor for tensor in self.graph.initializer}
        self.makers = {name: node for node in self.graph.node for name in node.output}
        self.users = {}
        for node in self.graph.node:
            for name in node.input:
                self.users.setdefault(name, []).append(node)

    def constant(self, name):
        """The value of an initializer or of a node that makes a constant; None for anything else."""
        if name in self.initializers:
            return numpy_helper.to_array(self.initializers[name])
        node = self.makers.get(name)
        if node is None:
            return None
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        if node.op_type == "Constant" and "value" in attributes:
            return numpy_helper.to_array(attributes["value"])
        if node.op_type == "ConstantOfShape":
            shape = self.constant(node.input[0])
            value = attributes.get("value")
            element = numpy_helper.to_array(value) if value is not None else np.zeros(1, np.float32)
            return None if shape is None else np.full(shape, element.reshape(-1)[0])
        return None

    def source(self, name):
        """The constant behind a value, through nodes that only pass it on."""
        while self.constant(name) is None:
            node = self.makers.get(name)
            if node is None or node.op_type not in FORWARDING:
                return None
            name = node.input[0]
        return name


def attribute(node, name, default):
    found = [a for a in node.attribute if a.name == name]
    return onnx.helper.get_attribute_value(found[0]) if found else default


def fan_in(network, node, slot, shape):
    """How many elements of a weight each output sums over."""
    if node.op_type == "Conv":
        return math.prod(shape[1:])
    if node.op_type == "ConvTranspose":
        return shape[0] * math.prod(shape[2:]) // attribute(node, "group", 1)
    if network.constant(node.input[slot]) is None:
        # Behind a Reshape: all but the other dimension of the matrix, which is one of the shape's.
        maker = network.makers[node.input[slot]]
        target = network.constant(maker.input[1]) if maker.op_type == "Reshape" else None
        shape = [int(n) for n in target] if target is not None else list(shape)
    # The left operand's rows are summed over, the right one's columns, unless it is transposed.
    is_transposed = bool(attribute(node, "transB" if slot == 1 else "transA", 0))
    return shape[-1] if len(shape) == 1 or (slot == 0) != is_transposed else shape[-2]


def is_added(network, node):
    return any(user.op_type in ("Add", "Sum") for user in network.users.get(node.output[0], []))


def values(network, node, slot, shape, sparsity, random):
    """Random values for the parameter that a node takes at a place; None where it is none."""
    if node.op_type == "BatchNormalization" and slot > 0:
        role = NORMALIZATION[slot]
        if role in ("bias", "mean"):
            return random.normal(0, 0.1, shape)
        found = random.uniform(0.5, 1.5, shape)
        return 0.5 * found if role == "scale" and is_added(network, node) else found
    if node.op_type in ("Conv", "ConvTranspose", "Gemm") and slot == 2:
        return random.normal(0, BIAS_DEVIATION, shape)
    if node.op_type in ("Conv", "ConvTranspose") and slot != 1:
        return None
    found = random.normal(0, math.sqrt(2 / max(fan_in(network, node, slot, shape), 1)), shape)
    zeros = math.floor(sparsity * found.size)
    flat = found.reshape(-1)
    flat[np.argsort(np.abs(flat), kind="stable")[:zeros]] = 0
    return found


def fill(model, seed=0, sparsity=0.0):
    """Fills a model in place; returns how many tensors and elements it filled."""
    network = Network(model)
    random = np.random.default_rng(seed)
    filled = {}
    for node in network.graph.node:
        if node.op_type not in ("Conv", "ConvTranspose", "Gemm", "MatMul", "BatchNormalization"):
            continue
        for slot, name in enumerate(node.input):
            source = network.source(name) if name else None
            if source is None or source in filled:
                continue
            old = network.constant(source)
            if not np.issubdtype(old.dtype, np.floating):
                continue
            new = values(network, node, slot, old.shape, sparsity, random)
            if new is not None:
                filled[source] = new.astype(old.dtype)
    replace(model, filled)
    return len(filled), sum(array.size for array in filled.values())


def replace(model, filled):
    """Makes the filled tensors initializers, and drops what nobody uses any more."""
    graph = model.graph
    nodes = [node for node in graph.node if not set(node.output) <= set(filled)]
    used = {name for node in nodes for name in node.input} | {value.name for value in graph.output}
    kept = [t for t in graph.initializer if t.name not in filled and t.name in used]
    kept += [numpy_helper.from_array(array, name) for name, array in filled.items()]
    named = {tensor.name for tensor in graph.initializer} | set(filled)
    inputs = [value for value in graph.input if value.name not in named]
    for field, items in (("node", nodes), ("initializer", kept), ("input", inputs)):
        del getattr(graph, field)[:]
        getattr(graph, field).extend(items)
    # Only from version 4 on may initializers not be inputs as well.
    model.ir_version = max(model.ir_version, 4)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("target", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sparsity", type=float, default=0.0, help="share of zeros in each weight, 0...1")
    options = parser.parse_args()
    if not 0 <= options.sparsity <= 1:
        parser.error("--sparsity is a share of 0...1")
    model = onnx.load(options.source)
    tensors, elements = fill(model, options.seed, options.sparsity)
    onnx.save(model, options.target)
    print(f"{options.target}: {tensors} tensors, {elements} elements")


if __name__ == "__main__":
    main()
