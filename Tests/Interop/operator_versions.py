#!/usr/bin/env python3
"""Prints the facts in Sources/PressFormats/ONNX/OperatorVersions.swift.

    pip install onnx==1.23.2 && python3 Tests/Interop/operator_versions.py

One entry for each operator of ONNX's own domain: the versions in which it appeared or changed. A
`+` marks a change that keeps what older models mean: the attributes with their defaults and the
numbers of inputs and outputs stay, and each type that was allowed still is.
"""
import textwrap
from collections import defaultdict

import onnx.defs

# The signature stays, but the text says that results differ.
MEANING = {
    ("AveragePool", 11), ("AveragePool", 22), ("BitShift", 28), ("ConvTranspose", 11),
    ("LpPool", 11), ("LpPool", 22), ("MaxPool", 22), ("Mod", 28), ("OneHot", 11), ("PRelu", 7),
}

# What is new is optional, and without it all is as before.
SAME_WITHOUT = {
    ("ArgMax", 12), ("ArgMin", 12), ("AveragePool", 10), ("Cast", 19), ("Cast", 24),
    ("CastLike", 19), ("CastLike", 24), ("GRU", 14), ("Gemm", 11), ("LSTM", 14), ("MaxPool", 8),
    ("MaxPool", 10), ("RNN", 14), ("Reshape", 14), ("ScatterElements", 16), ("ScatterND", 16),
    ("Shape", 15), ("TopK", 11),
}


def signature(schema):
    attributes = sorted(
        (name, str(attribute.type), attribute.required, str(attribute.default_value))
        for name, attribute in schema.attributes.items())
    ends = [(str(end.option), end.is_homogeneous, end.min_arity)
            for end in [*schema.inputs, *schema.outputs]]
    return (attributes, ends, schema.deprecated, schema.min_input, schema.max_input,
            schema.min_output, schema.max_output)


def types(schema):
    constraints = {c.type_param_str: set(c.allowed_type_strs) for c in schema.type_constraints}
    return [constraints.get(end.type_str, {end.type_str})
            for end in [*schema.inputs, *schema.outputs]]


def widens(old, new):
    return signature(old) == signature(new) and all(
        before <= after for before, after in zip(types(old), types(new)))


def main():
    history = defaultdict(dict)
    for schema in onnx.defs.get_all_schemas_with_history():
        if schema.domain == "":
            history[schema.name][schema.since_version] = schema
    entries = []
    for name, schemas in sorted(history.items()):
        versions = sorted(schemas)
        words = [name, str(versions[0])]
        for old, new in zip(versions, versions[1:]):
            keeps = widens(schemas[old], schemas[new]) and (name, new) not in MEANING
            keeps = keeps or (name, new) in SAME_WITHOUT
            words.append(("+" if keeps else "") + str(new))
        entries.append(" ".join(words))
    print("\n".join(textwrap.wrap("; ".join(entries), 92, break_on_hyphens=False)))


if __name__ == "__main__":
    main()
