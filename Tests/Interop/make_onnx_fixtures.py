#!/usr/bin/env python3
"""Makes Fixtures/onnx: small models, one for each thing that an ONNX file can do.

    pip install onnx==1.23.2 numpy && python3 Tests/Interop/make_onnx_fixtures.py

The result is the same on each run. The models are ours; no licence but the project's applies.
"""
import os

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Fixtures/onnx")
IR_VERSIONS = {7: 3, 8: 3, 9: 4, 10: 5, 11: 6, 13: 7, 17: 8, 19: 9, 21: 10, 25: 13, 28: 14}


def value(name, shape, kind=T.FLOAT):
    return h.make_tensor_value_info(name, kind, shape)


def array(name, values, kind=np.float32):
    return numpy_helper.from_array(np.array(values, kind), name)


def save(name, graph, opset=17, opsets=(), functions=(), **fields):
    imports = [h.make_opsetid("", opset)] + [h.make_opsetid(*other) for other in opsets]
    model = h.make_model(
        graph, opset_imports=imports, functions=functions, ir_version=IR_VERSIONS[opset],
        producer_name="press-fixtures", **fields)
    path = os.path.join(FOLDER, name + ".onnx")
    with open(path, "wb") as file:
        file.write(model.SerializeToString(deterministic=True))
    return model


def packed(element_bits, codes):
    bits = 0
    for place, code in enumerate(codes):
        bits |= code << (place * element_bits)
    return bits.to_bytes((len(codes) * element_bits + 7) // 8, "little")


WIDTHS = {
    T.FLOAT: 32, T.UINT8: 8, T.INT8: 8, T.UINT16: 16, T.INT16: 16, T.INT32: 32, T.INT64: 64,
    T.BOOL: 8, T.FLOAT16: 16, T.DOUBLE: 64, T.UINT32: 32, T.UINT64: 64, T.COMPLEX64: 64,
    T.COMPLEX128: 128, T.BFLOAT16: 16, T.FLOAT8E4M3FN: 8, T.FLOAT8E4M3FNUZ: 8, T.FLOAT8E5M2: 8,
    T.FLOAT8E5M2FNUZ: 8, T.UINT4: 4, T.INT4: 4, T.FLOAT4E2M1: 4, T.FLOAT8E8M0: 8, T.UINT2: 2,
    T.INT2: 2, T.FLOAT6E2M3: 6, T.FLOAT6E3M2: 6,
}
COUNT = 5


def codes(kind):
    """Five bit patterns for an element type, the same for both ways of storing them."""
    width = WIDTHS[kind]
    if kind == T.BOOL:
        return [1, 0, 1, 1, 0]
    spread = int.from_bytes(bytes((37 * i + 11) % 256 for i in range(16)), "little")
    return [(spread >> i) & ((1 << width) - 1) for i in range(COUNT)]


def raw_tensor(kind):
    tensor = T(name=T.DataType.Name(kind).lower(), data_type=kind, dims=[COUNT])
    tensor.raw_data = packed(WIDTHS[kind], codes(kind))
    return tensor


def typed_tensor(kind):
    tensor = T(name=T.DataType.Name(kind).lower(), data_type=kind, dims=[COUNT])
    data = packed(WIDTHS[kind], codes(kind))
    if kind in (T.FLOAT, T.COMPLEX64):
        tensor.float_data.extend(np.frombuffer(data, "<f4").tolist())
    elif kind in (T.DOUBLE, T.COMPLEX128):
        tensor.double_data.extend(np.frombuffer(data, "<f8").tolist())
    elif kind == T.INT64:
        tensor.int64_data.extend(np.frombuffer(data, "<i8").tolist())
    elif kind in (T.UINT64, T.UINT32):
        tensor.uint64_data.extend(codes(kind))
    elif kind in (T.INT32, T.INT16, T.INT8):
        dtype = {T.INT32: "<i4", T.INT16: "<i2", T.INT8: "<i1"}[kind]
        tensor.int32_data.extend(np.frombuffer(data, dtype).tolist())
    elif WIDTHS[kind] in (2, 4):
        tensor.int32_data.extend(data)
    else:
        tensor.int32_data.extend(codes(kind))
    return tensor


def element_types():
    for name, make in (("types_raw", raw_tensor), ("types_typed", typed_tensor)):
        graph = h.make_graph(
            [h.make_node("Identity", ["x"], ["y"])], name, [value("x", ["n"])],
            [value("y", ["n"])], initializer=[make(kind) for kind in sorted(WIDTHS)])
        save(name, graph, opset=28)


def strings():
    words = h.make_tensor("words", T.STRING, [2, 2], [b"a", b"", "\u00fc".encode(), b"\x00\xff"])
    nodes = [
        h.make_node("Constant", [], ["more"], value_strings=["one", "two"]),
        h.make_node("Constant", [], ["single"], value_string="alone"),
        h.make_node("Identity", ["words"], ["y"]),
    ]
    save("strings", h.make_graph(nodes, "strings", [], [value("y", [2, 2], T.STRING)], [words]))


def constants():
    attributes = {
        "tensor": {"value": array("t", [[1, 2], [3, 4]])}, "float": {"value_float": 0.5},
        "floats": {"value_floats": [0.5, 0.25]}, "int": {"value_int": 7},
        "ints": {"value_ints": [7, 8, 9]}, "equal": {"value_floats": [2.0, 2.0, 2.0]},
        "sparse": {"sparse_value": h.make_sparse_tensor(
            array("s", [5.0]), array("i", [2], np.int64), [4])},
    }
    nodes = [h.make_node("Constant", [], [name], **given) for name, given in attributes.items()]
    nodes.append(h.make_node("Add", ["x", "tensor"], ["y"]))
    save("constants", h.make_graph(
        nodes, "constants", [value("x", [2, 2])], [value("y", [2, 2])]))


def constant_of_shape():
    nodes = [
        h.make_node("Constant", [], ["shape"], value=array("", [2, 3], np.int64)),
        h.make_node("Identity", ["shape"], ["same_shape"]),
        h.make_node("ConstantOfShape", ["same_shape"], ["ones"], value=array("", [1.0])),
        h.make_node("ConstantOfShape", ["listed"], ["zeros"]),
        h.make_node("Shape", ["x"], ["dynamic"]),
        h.make_node("ConstantOfShape", ["dynamic"], ["kept"], value=array("", [7], np.int32)),
        h.make_node("MatMul", ["x", "ones"], ["product"]),
        h.make_node("Add", ["product", "zeros"], ["y"]),
    ]
    save("constant_of_shape", h.make_graph(
        nodes, "shapes", [value("x", ["n", 2])], [value("y", ["n", 3])],
        [array("listed", [1, 3], np.int64)]))


def branch(name, number):
    nodes = [
        h.make_node("Constant", [], [name + "_c"], value=array("", [number, number + 1])),
        h.make_node("Add", ["x", name + "_c"], [name + "_s"]),
        h.make_node("Mul", [name + "_s", name + "_w"], [name + "_y"]),
    ]
    return h.make_graph(
        nodes, name, [], [value(name + "_y", [2])], [array(name + "_w", [3.0, number])])


def nested():
    body = h.make_graph(
        [
            h.make_node("Identity", ["go"], ["go_on"]),
            h.make_node("If", ["go"], ["either"], then_branch=branch("then", 1.0),
                        else_branch=branch("else", 2.0)),
            h.make_node("Add", ["sum", "either"], ["next"]),
        ],
        "body", [value("i", [], T.INT64), value("go", [], T.BOOL), value("sum", [2])],
        [value("go_on", [], T.BOOL), value("next", [2])])
    nodes = [h.make_node("Loop", ["trips", "", "x"], ["y"], body=body, name="loop")]
    save("nested", h.make_graph(
        nodes, "main", [value("x", [2])], [value("y", [2])], [array("trips", 3, np.int64)]))


def functions():
    scale = h.make_node("Constant", [], ["k"])
    scale.attribute.add(
        name="value_float", ref_attr_name="factor", type=onnx.AttributeProto.FLOAT)
    nodes = [
        scale,
        h.make_node("Constant", [], ["b"], value=array("", [1.0, 2.0])),
        h.make_node("Mul", ["a", "k"], ["m"]),
        h.make_node("Add", ["m", "b"], ["r"]),
    ]
    function = h.make_function(
        "own", "Scaled", ["a"], ["r"], nodes, [h.make_opsetid("", 17)], [],
        [h.make_attribute("factor", 2.0)])
    graph = h.make_graph(
        [h.make_node("Scaled", ["x"], ["y"], domain="own", factor=3.0)], "main",
        [value("x", [2])], [value("y", [2])])
    save("functions", graph, opsets=[("own", 1)], functions=[function])


def sparse():
    tensor = h.make_sparse_tensor(
        array("w", [1.5, -2.0]), array("w_indices", [[0, 1], [1, 2]], np.int64), [2, 3])
    graph = h.make_graph(
        [h.make_node("MatMul", ["x", "w"], ["y"])], "sparse", [value("x", ["n", 2])],
        [value("y", ["n", 3])])
    graph.sparse_initializer.append(tensor)
    save("sparse", graph)


def old_and_new():
    nodes = [
        h.make_node("Gemm", ["x", "w", "b"], ["g"], transB=1),
        h.make_node("Relu", ["g"], ["y"]),
    ]
    weights = [array("w", [[1, 2, 3], [4, 5, 6]]), array("b", [0.5, -0.5])]
    inputs = [value("x", [1, 3]), value("w", [2, 3]), value("b", [2])]
    save("opset7", h.make_graph(nodes, "old", inputs, [value("y", [1, 2])], weights), opset=7)
    nodes[0] = h.make_node("Gemm", ["x", "w", "b"], ["g"], transB=1)
    save("opset28", h.make_graph(
        nodes, "new", inputs[:1], [value("y", [1, 2])], weights), opset=28)
    relu = h.make_graph(
        [h.make_node("Relu", ["x"], ["y"])], "older", [value("x", [1])], [value("y", [1])])
    path = os.path.join(FOLDER, "opset6.onnx")
    model = h.make_model(relu, opset_imports=[h.make_opsetid("", 6)], ir_version=3)
    open(path, "wb").write(model.SerializeToString(deterministic=True))


def rewritten():
    """Operators that changed with operator set 7, each in a form that the newer one can say."""
    nodes = [
        h.make_node("Add", ["x", "b"], ["a"], broadcast=1, axis=1),
        h.make_node("PRelu", ["a", "slope"], ["p"]),
        h.make_node("BatchNormalization", ["p", "s", "s", "s", "s"], ["n"], is_test=1, epsilon=1e-3),
        h.make_node("AveragePool", ["n"], ["v"], kernel_shape=[2]),
        h.make_node("Flatten", ["v"], ["f"]),
        h.make_node("Gemm", ["f", "w", "g"], ["y"], broadcast=1, beta=0.5),
    ]
    weights = [
        array("b", [[1, 2, 3], [4, 5, 6]]), array("slope", [0.5, 0.25]), array("s", [1, 2]),
        array("w", [[1], [2], [3], [4]]), array("g", [3]),
    ]
    inputs = [value("x", [2, 2, 3])] + [value(t.name, list(t.dims)) for t in weights]
    graph = h.make_graph(
        nodes, "rewritten", inputs, [value("y", [2, 1])], weights, value_info=[value("a", [2, 2, 3])])
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 6)], ir_version=3)
    path = os.path.join(FOLDER, "opset6_rewritten.onnx")
    open(path, "wb").write(model.SerializeToString(deterministic=True))


def external():
    folder = os.path.join(FOLDER, "external")
    os.makedirs(os.path.join(folder, "data"), exist_ok=True)
    first, second = np.arange(6, dtype="<f4"), np.arange(6, 12, dtype="<f4")
    with open(os.path.join(folder, "data", "weights.bin"), "wb") as file:
        file.write(first.tobytes() + bytes(8) + second.tobytes())
    tensors = []
    for name, offset in (("w", 0), ("v", 32)):
        tensor = T(name=name, data_type=T.FLOAT, dims=[2, 3], data_location=T.EXTERNAL)
        tensor.external_data.add(key="location", value="data/weights.bin")
        tensor.external_data.add(key="length", value="24")
        if offset:
            tensor.external_data.add(key="offset", value=str(offset))
        tensors.append(tensor)
    nodes = [h.make_node("Add", ["x", "w"], ["s"]), h.make_node("Add", ["s", "v"], ["y"])]
    save("external/model", h.make_graph(
        nodes, "external", [value("x", [2, 3])], [value("y", [2, 3])], tensors))


def annotations():
    relu = h.make_node("Relu", ["x"], ["y"], name="r", doc_string="a node's text")
    relu.metadata_props.add(key="node", value="property")
    relu.device_configurations.add(configuration_id="two", pipeline_stage=1)
    leaky = h.make_node("LeakyRelu", ["y"], ["z"], alpha=0.25)
    leaky.attribute[0].doc_string = "an attribute's text"
    weight = array("w", [1.0, 2.0])
    weight.doc_string = "a tensor's text"
    weight.metadata_props.add(key="tensor", value="property")
    x = value("x", ["n", None, 3])
    x.doc_string = "a value's text"
    x.metadata_props.add(key="value", value="property")
    x.type.denotation = "IMAGE"
    x.type.tensor_type.shape.dim[0].denotation = "DATA_BATCH"
    graph = h.make_graph(
        [relu, leaky], "annotated", [x], [value("z", None)], [weight],
        doc_string="a graph's text", value_info=[value("y", ["n", None, 3])])
    graph.metadata_props.add(key="graph", value="property")
    note = graph.quantization_annotation.add(tensor_name="y")
    note.quant_parameter_tensor_names.add(key="SCALE_TENSOR", value="w")
    model = save("annotations", graph, opset=25, doc_string="a model's text", domain="some.where",
                 model_version=3, producer_version="1.2")
    model.metadata_props.add(key="model", value="property")
    model.configuration.add(name="two", num_devices=2, device=["a", "b"])
    training = model.training_info.add()
    training.initialization.name = "start"
    training.initialization.initializer.append(array("w", [0.5, 0.5]))
    training.initialization_binding.add(key="w", value="w")
    path = os.path.join(FOLDER, "annotations.onnx")
    unknown = bytes([0xA2, 0x06, 3]) + b"new"  # field 100 of the ModelProto
    open(path, "wb").write(model.SerializeToString(deterministic=True) + unknown)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    for make in (element_types, strings, constants, constant_of_shape, nested, functions, sparse,
                 old_and_new, rewritten, external, annotations):
        make()


if __name__ == "__main__":
    main()
