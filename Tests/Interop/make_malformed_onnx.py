#!/usr/bin/env python3
"""Makes Fixtures/malformed/onnx: one small file for each way an ONNX file can be malformed.

    python3 Tests/Interop/make_malformed_onnx.py

A file is named after the case of ONNXError that it must give, with an optional `-variant`. Bytes
are put together by hand, since no library would write them. Needs Python alone.
"""
import os

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Fixtures/malformed/onnx")


def varint(number):
    number &= (1 << 64) - 1
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def number(field, value):
    return varint(field << 3) + varint(value)


def data(field, *parts):
    payload = b"".join(part.encode() if isinstance(part, str) else part for part in parts)
    return varint(field << 3 | 2) + varint(len(payload)) + payload


def fixed32(field, payload):
    return varint(field << 3 | 5) + payload


def opset(version, domain=""):
    return data(8, data(1, domain), number(2, version))


def model(*graph, ir=8, opsets=(17,), extra=b""):
    imports = b"".join(opset(version) for version in opsets)
    return number(1, ir) + imports + data(7, *graph) + extra


def node(kind="Relu", *parts, name="n"):
    return data(1, data(1, "x"), data(2, "y"), data(3, name), data(4, kind), *parts)


def attribute(*parts, name="a", kind=2):
    return data(5, data(1, name), *parts, number(20, kind))


def shape(*dims):
    """A Constant node whose value is a shape, and a ConstantOfShape node that reads it."""
    value = data(5, number(1, len(dims)), number(2, 7), data(7, *map(varint, dims)))
    constant = data(1, data(2, "s"), data(4, "Constant"), attribute(value, name="value", kind=4))
    return constant + data(1, data(1, "s"), data(2, "z"), data(4, "ConstantOfShape"))


def tensor(*parts, name="w", kind=1, dims=(2,)):
    sizes = b"".join(number(1, dim) for dim in dims)
    return data(5, sizes, number(2, kind), data(8, name), *parts)


def raw(count):
    return data(9, bytes(range(count)))


def external(**entries):
    pairs = b"".join(data(13, data(1, key), data(2, value)) for key, value in entries.items())
    return pairs + number(14, 1)


def nested(depth):
    graph = node()
    for _ in range(depth):
        graph = node("If", attribute(data(6, graph), name="body", kind=5))
    return graph


def deep_type(depth):
    kind = b""
    for _ in range(depth):
        kind = data(4, data(1, kind))
    return kind


GOOD = model(node(), tensor(raw(8)))
FILES = {
    "truncated": GOOD[:-3],
    "truncated-length": number(1, 8) + varint(7 << 3 | 2) + varint(1 << 62),
    "truncated-number": number(1, 8) + b"\x80",
    "malformedVarint": b"\x08" + b"\xff" * 11,
    "malformedTag-field0": b"\x00\x01" + GOOD,
    "malformedTag-type6": b"\x0e" + GOOD,
    "strayGroup": GOOD + varint(99 << 3 | 4),
    "openGroup": GOOD + varint(99 << 3 | 3),
    "openGroup-crossed": GOOD + b"".join(varint(n) for n in (99 << 3 | 3, 98 << 3 | 4)),
    "wireType": model(node(), varint(5 << 3) + b"\x01"),
    "wireType-float": model(node("Relu", attribute(number(2, 1), kind=1))),
    "duplicateField-graph": GOOD + data(7, node()),
    "duplicateField-raw": model(node(), tensor(raw(8), raw(8))),
    "duplicateField-tensor": model(
        node("Constant", attribute(data(5, b""), data(5, b""), name="value", kind=4))),
    "tooDeep-graphs": model(nested(64)),
    "tooDeep-type": model(node(), data(11, data(1, "x"), data(2, deep_type(150)))),
    "tooDeep-groups": GOOD + varint(99 << 3 | 3) * 40 + varint(99 << 3 | 4) * 40,
    "malformedMessage": model(node(name=b"\xff\xfe")),
    "missingGraph": number(1, 8) + opset(17),
    "missingGraph-empty": b"",
    "irVersion-0": model(node(), ir=0),
    "irVersion-15": model(node(), ir=15),
    "missingOpset": model(node(), opsets=()),
    "opset-0": model(node(), opsets=(0,)),
    "opset-29": model(node(), opsets=(29,)),
    "opset-negative": model(node(), opsets=(-1,)),
    "oldOperator": model(node("Upsample"), opsets=(6,), ir=3),
    "oldOperator-training": model(node("BatchNormalization"), opsets=(6,), ir=3),
    "oldOperator-axis": model(
        node("Add", attribute(number(3, 1), name="broadcast"), attribute(number(3, 0), name="axis")),
        opsets=(6,), ir=3),
    "oldOperator-slope": model(node("PRelu"), opsets=(6,), ir=3),
    "oldOperator-nested": model(
        node("If", attribute(data(6, node("Upsample")), name="then_branch", kind=5)),
        opsets=(6,), ir=3),
    "conflictingOpsets": model(node(), opsets=(17, 18)),
    "missingOperator": model(data(1, data(1, "x"), data(2, "y"))),
    "missingName": model(node(), tensor(raw(8), name="")),
    "missingName-sparse": model(
        node(), data(15, data(1, number(1, 1), number(2, 1), raw(4)), number(3, 2))),
    "duplicateConstant": model(node(), tensor(raw(8)), tensor(raw(8))),
    "missingAttributeName": model(node("Relu", attribute(number(3, 1), name=""))),
    "attributeKind-absent": model(node("Relu", data(5, data(1, "a"), number(3, 1)))),
    "attributeKind-99": model(node("Relu", attribute(number(3, 1), kind=99))),
    "attributeValue": model(node("Relu", attribute(kind=1))),
    "attributeValue-graph": model(node("If", attribute(kind=5))),
    "undefinedValueType": model(
        node(), data(11, data(1, "x"), data(2, data(1, number(1, 29))))),
    "undefinedType-0": model(node(), tensor(raw(8), kind=0)),
    "undefinedType-29": model(node(), tensor(raw(8), kind=29)),
    "undefinedType-negative": model(node(), tensor(raw(8), kind=-1)),
    "tensor-negative": model(node(), tensor(raw(8), dims=(-2,))),
    "tensor-overflow": model(node(), tensor(raw(8), dims=(1 << 40, 1 << 40))),
    "tensor-huge": model(node(), tensor(raw(8), dims=(1 << 60,))),
    "tensor-limit": model(node(), tensor(raw(8), dims=(1 << 56,))),
    "tensor-short": model(node(), tensor(raw(7))),
    "tensor-long": model(node(), tensor(raw(9))),
    "tensor-absent": model(node(), tensor()),
    "tensor-ofShape": model(shape(1 << 30, 1 << 26)),
    "tensor-ofShapeOverflow": model(shape(1 << 40, 1 << 40)),
    "tensor-ofNegativeShape": model(shape(-5)),
    "tensor-ofManyShapes": model(*[shape(1 << 30, 1 << 10)] * 100),
    "segmented": model(node(), tensor(raw(8), data(3, number(1, 0), number(2, 1)))),
    "ambiguousData": model(node(), tensor(raw(8), data(4, bytes(8)))),
    "ambiguousData-unpacked": model(node(), tensor(data(4, bytes(4)), fixed32(4, bytes(4)))),
    "wrongField": model(node(), tensor(data(10, bytes(16)))),
    "wrongField-string": model(node(), tensor(raw(8), kind=8)),
    "elementCount-int64": model(node(), tensor(data(7, b"\x01"), kind=7)),
    "elementCount-string": model(node(), tensor(data(6, "a"), kind=8)),
    "elementCount-int4": model(node(), tensor(data(5, b"\x01\x02\x03"), kind=22, dims=(3,))),
    "elementRange-int8": model(node(), tensor(data(5, varint(1), varint(300)), kind=3)),
    "elementRange-float6": model(node(), tensor(data(5, varint(1), varint(64)), kind=27)),
    "elementRange-uint32": model(node(), tensor(data(11, varint(1), varint(1 << 32)), kind=12)),
    "sparsePart-values": model(node("X", attribute(data(22, number(3, 2)), kind=11))),
    "sparsePart-indices": model(
        node(), data(15, data(1, number(1, 1), number(2, 1), data(8, "s"), raw(4)), number(3, 2))),
    "externalLocation-absent": model(node(), tensor(external(offset="0"))),
    "externalLocation-absolute": model(node(), tensor(external(location="/etc/hostname"))),
    "externalLocation-parent": model(node(), tensor(external(location="../onnx/truncated.onnx"))),
    "externalNumber-offset": model(
        node(), tensor(external(location="truncated.onnx", offset="-1"))),
    "externalNumber-length": model(
        node(), tensor(external(location="truncated.onnx", length="8.0"))),
    "externalRange": model(
        node(), tensor(external(location="truncated.onnx", offset="1000000"))),
    "externalRange-overflow": model(
        node(), tensor(external(location="truncated.onnx", offset=str((1 << 63) - 1)))),
    "externalLength": model(node(), tensor(external(location="truncated.onnx", length="7"))),
    "externalFile": model(node(), tensor(external(location="nowhere.bin"))),
    "externalLocation-folder": model(node(), tensor(external(location="."))),
}


def main():
    os.makedirs(FOLDER, exist_ok=True)
    for name, content in FILES.items():
        with open(os.path.join(FOLDER, name + ".onnx"), "wb") as file:
            file.write(content)


if __name__ == "__main__":
    main()
