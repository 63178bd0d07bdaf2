#!/usr/bin/env python3
"""Makes Fixtures/malformed/{npy,npz,safetensors}/: one small file for each way to be malformed.

    make_malformed.py [--target Fixtures/malformed]

A file's name up to the first '-' is the name of the error case that reading it must give. Needs
Python only, and uses no library that might refuse to write what is wrong.
"""

import argparse
import json
import pathlib
import struct
import zlib


# npy


def npy(text="{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", data=bytes(24), *,
        magic=b"\x93NUMPY", version=(1, 0), length=None):
    text = text.encode("latin-1") + b"\n"
    length = len(text) if length is None else length
    code = "<H" if version[0] == 1 else "<I"
    return magic + bytes(version) + struct.pack(code, length) + text + data


def described(descr="'<f4'", order="False", shape="(2, 3)"):
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}"


def npy_cases():
    yield "magic", npy(magic=b"\x93NUMPZ")
    yield "magic-empty", b""
    yield "version", npy(version=(4, 0))
    yield "version-minor", npy(version=(1, 1))
    yield "truncated", npy(length=60000)
    yield "truncated-length", npy()[:9]
    yield "truncated-version2", npy(version=(2, 0))[:11]
    yield "headerLength", npy(version=(2, 0), length=0xFFFFFFFF)
    yield "syntax", npy("['descr', '<f4']")
    yield "syntax-code", npy("__import__('os').system('true')")
    yield "syntax-escape", npy(described(r"'\x3cf4'"))
    yield "syntax-not-a-tuple", npy(described(shape="(6)"))
    yield "syntax-list", npy(described(shape="[2, 3]"))
    yield "syntax-truth", npy(described(order="0"))
    yield "syntax-tail", npy(described() + "{}")
    yield "syntax-float", npy(described(shape="(2.0, 3)"))
    yield "unknownKey", npy(described()[:-1] + "'more': 1, }")
    yield "duplicateKey", npy(described()[:-1] + "'shape': (2, 3), }")
    yield "duplicateKey-descr", npy(described()[:-1] + "'descr': '<f4', }")
    yield "duplicateKey-order", npy(described()[:-1] + "'fortran_order': True, }")
    yield "missingKey", npy("{'descr': '<f4', 'fortran_order': False, }")
    yield "missingKey-descr", npy("{'fortran_order': False, 'shape': (2, 3), }")
    yield "missingKey-order", npy("{'descr': '<f4', 'shape': (2, 3), }")
    yield "elementType", npy(described("'|O'"))
    yield "elementType-text", npy(described("'<U3'"))
    yield "elementType-quadruple", npy(described("'<f16'"))
    yield "elementType-record", npy(described("[('a', '<f4')]"))
    yield "elementType-no-order", npy(described("'|f4'"))
    yield "dimension", npy(described(shape="(-2, 3)"))
    yield "dimension-huge", npy(described(shape="(99999999999999999999, 3)"))
    yield "rank", npy(described(shape="(" + "1, " * 65 + ")"))
    yield "sizeOverflow", npy(described(shape="(4294967296, 4294967296)"))
    yield "sizeOverflow-bytes", npy(described(shape="(4611686018427387904, )"))
    yield "byteCount", npy(data=bytes(23))
    yield "byteCount-trailing", npy(data=bytes(25))
    yield "sizeOverflow-2-60", npy(described(shape="(1152921504606846976, )"))


# npz


def extra64(*values):
    return struct.pack("<HH", 1, 8 * len(values)) + b"".join(struct.pack("<Q", v) for v in values)


class Entry:
    """One entry; every field that the two headers hold can be given a wrong value."""

    def __init__(self, name=b"x.npy", data=None, *, deflate=False, flags=0, **lies):
        self.data = npy() if data is None else data
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        self.kept = packer.compress(self.data) + packer.flush() if deflate else self.data
        self.kept = lies.pop("kept", self.kept)
        truth = {
            "name": name, "flags": flags, "method": 8 if deflate else 0,
            "sum": zlib.crc32(self.data), "stored": len(self.kept), "size": len(self.data),
            "extra": b"", "disk": 0, "signature": None, "offset": None,
        }
        self.local = dict(truth)
        self.central = dict(truth)
        self.descriptor = lies.pop("descriptor", b"")
        for key, value in lies.items():
            side, field = key.split("_", 1)
            for values in {"local": [self.local], "central": [self.central],
                           "both": [self.local, self.central]}[side]:
                values[field] = value

    def common(self, v):
        return struct.pack("<HHHHHIII", 20, v["flags"], v["method"], 0, 33, v["sum"],
                           v["stored"], v["size"])

    def local_bytes(self):
        v = self.local
        signature = 0x04034B50 if v["signature"] is None else v["signature"]
        return (struct.pack("<I", signature) + self.common(v)
                + struct.pack("<HH", len(v["name"]), len(v["extra"])) + v["name"] + v["extra"]
                + self.kept + self.descriptor)

    def central_bytes(self, offset):
        v = self.central
        signature = 0x02014B50 if v["signature"] is None else v["signature"]
        offset = offset if v["offset"] is None else v["offset"]
        return (struct.pack("<IH", signature, 20) + self.common(v)
                + struct.pack("<HHHHHII", len(v["name"]), len(v["extra"]), 0, v["disk"], 0, 0, offset)
                + v["name"] + v["extra"])


def archive(*entries, disk=0, counts=None, offset=None, size=None, comment=b"", tail=b"",
            wide=None, gap=b""):
    body = b""
    directory = b""
    for entry in entries:
        start = len(body)
        body += entry.local_bytes()
        directory += entry.central_bytes(start)
    start = len(body) if offset is None else offset
    size = len(directory) if size is None else size
    counts = (len(entries), len(entries)) if counts is None else counts
    result = body + directory + gap
    if wide is not None:
        fields = {"rest": 44, "disk": 0, "counts": counts, "offset": start, "size": size,
                  "disks": 1, "at": len(result), **wide}
        result += struct.pack("<IQHHII", 0x06064B50, fields["rest"], 45, 45, fields["disk"], 0)
        result += struct.pack("<QQQQ", *fields["counts"], fields["size"], fields["offset"])
        result += struct.pack("<IIQI", 0x07064B50, 0, fields["at"], fields["disks"])
    result += struct.pack("<IHHHHIIH", 0x06054B50, disk, disk, *counts, size, start, len(comment))
    return result + comment + tail


def npz_cases():
    good = archive(Entry())
    yield "endRecord", good + b"tail"
    yield "endRecord-empty", b""
    yield "endRecord-comment", good[:-2] + b"\x05\x00"
    yield "truncated", archive(Entry(both_stored=1 << 20, both_size=1 << 20))
    yield "truncated-local", archive(Entry(central_offset=0x7FFFFFFF))
    yield "truncated-name", good[:26] + b"\xff\xff" + good[28:]
    at = good.index(b"PK\x01\x02") + 28
    yield "truncated-directory", good[:at] + b"\xff\xff" + good[at + 2 :]
    yield "truncated-wide", archive(Entry(), wide={"rest": 45})
    yield "truncated-2-60", archive(Entry(
        both_stored=0xFFFFFFFF, both_size=0xFFFFFFFF, both_extra=extra64(1 << 60, 1 << 60)))
    yield "signature", archive(Entry(local_signature=0x04034B51))
    yield "signature-directory", archive(Entry(central_signature=0x02014B51))
    yield "signature-wide", archive(Entry(), wide={"at": 0})
    yield "disks", archive(Entry(), disk=1)
    yield "disks-entry", archive(Entry(central_disk=2))
    yield "disks-wide", archive(Entry(), wide={"disks": 2})
    yield "disks-wide-record", archive(Entry(), wide={"disk": 1})
    yield "directory", archive(Entry(), offset=1)
    yield "directory-prepended", b"#!/bin/sh\n" + good
    yield "directory-gap", archive(Entry(), gap=b"1234")
    yield "directory-wide", archive(Entry(), wide={"offset": 1 << 63, "size": 1 << 63})
    yield "entryCount", archive(Entry(), counts=(2, 2))
    yield "entryCount-fewer", archive(Entry(), Entry(b"y.npy"), counts=(1, 1))
    yield "entryCount-parts", archive(Entry(), counts=(1, 2))
    yield "entryCount-wide", archive(Entry(), wide={"counts": (1 << 60, 1 << 60)})
    yield "entryCount-wide-parts", archive(Entry(), wide={"counts": (1, 2)})
    yield "nameEncoding", archive(Entry(b"\xff\xfe.npy"))
    yield "duplicateName", archive(Entry(), Entry())
    yield "encrypted", archive(Entry(flags=1))
    yield "method", archive(Entry(both_method=12))
    yield "extraField", archive(Entry(both_extra=struct.pack("<HH", 7, 60000)))
    yield "zip64Field", archive(Entry(both_size=0xFFFFFFFF))
    yield "zip64Field-short", archive(Entry(
        both_size=0xFFFFFFFF, both_stored=0xFFFFFFFF, both_extra=extra64(len(npy()))))
    yield "localHeader", archive(Entry(local_size=5))
    yield "localHeader-stored", archive(Entry(local_stored=5))
    yield "localHeader-sum", archive(Entry(local_sum=5))
    yield "localHeader-flags", archive(Entry(local_flags=2))
    yield "localHeader-method", archive(Entry(local_method=8))
    yield "localName", archive(Entry(local_name=b"y.npy"))
    yield "localName-longer", archive(Entry(local_name=b"x.npyz"))
    yield "dataDescriptor", archive(Entry(flags=8, descriptor=struct.pack("<III", 1, 2, 3)))
    yield "dataDescriptor-none", archive(Entry(flags=8))
    inner = archive(Entry(b"y.npy"))[: -22]
    outer = Entry(b"x.npy", inner[: inner.index(b"PK\x01\x02")])
    yield "overlap", archive(outer, Entry(b"y.npy", central_offset=35))
    yield "storedSize", archive(Entry(both_size=5))
    yield "deflate", archive(Entry(deflate=True, kept=b"\xff" * 20))
    five = npy(described(shape="(5, )"))
    yield "deflate-longer", archive(Entry(data=five, deflate=True, both_size=len(five) - 4))
    seven = npy(described(shape="(7, )"))
    yield "deflate-shorter", archive(Entry(data=seven, deflate=True, both_size=len(seven) + 4))
    yield "array-size", archive(Entry(deflate=True, both_size=len(npy()) + 1))
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(npy()) + packer.flush()
    yield "deflate-tail", archive(Entry(deflate=True, kept=packed + b"tail"))
    yield "deflate-truncated", archive(Entry(deflate=True, kept=packed[:-3]))
    yield "checksum", archive(Entry(both_sum=5))
    yield "checksum-deflated", archive(Entry(deflate=True, both_sum=5))
    bomb = npy(described(shape="(268435456, )"), b"")
    size = len(bomb) + (1 << 30)
    yield "expansion", archive(Entry(data=bomb, deflate=True, both_size=size))
    yield "array", archive(Entry(data=npy(data=bytes(23))))
    yield "array-magic", archive(Entry(data=b"text"))
    yield "array-empty", archive(Entry(data=b"", deflate=True))


# safetensors


def tensor(dtype="F32", shape=(2, 3), offsets=(0, 24)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


def safetensors(header=None, data=bytes(24), *, length=None):
    header = {"x": tensor()} if header is None else header
    text = header if isinstance(header, (str, bytes)) else json.dumps(header)
    text = text.encode() if isinstance(text, str) else text
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def with_text(old, new):
    return safetensors(json.dumps({"x": tensor()}).replace(old, new))


def safetensors_cases():
    yield "truncated", b"\x02\0\0\0"
    yield "truncated-empty", b""
    yield "headerLength", safetensors(length=1 << 20)
    yield "headerLength-2-60", safetensors(length=1 << 60)
    yield "headerLength-negative", safetensors(length=(1 << 64) - 1)
    yield "headerLength-zero", safetensors(length=0)
    yield "syntax", safetensors("[1, 2, 3]")
    yield "syntax-space-first", safetensors(b" " + json.dumps({"x": tensor()}).encode())
    yield "syntax-nested", with_text("[2, 3]", "[" * 4000)
    yield "syntax-comma", with_text("}}", "},}")
    yield "syntax-tail", with_text("}}", "}}}")
    yield "syntax-string", safetensors('{"x')
    yield "syntax-control", with_text("F32", "F\n32")
    yield "syntax-escape", with_text("F32", "F\\q32")
    yield "syntax-surrogate", with_text("\"x\"", "\"\\ud800\"")
    yield "syntax-surrogates", with_text("\"x\"", "\"\\ud800\\ud800\"")
    yield "syntax-hexadecimal", with_text("\"x\"", "\"\\u12g4\"")
    yield "syntax-one-offset", with_text("[0, 24]", "[24]")
    yield "syntax-three-offsets", with_text("[0, 24]", "[0, 24, 24]")
    yield "syntax-null", with_text("\"F32\"", "null")
    yield "syntax-zeros", safetensors(b"{}" + bytes(6), b"")
    yield "syntax-metadata", safetensors({"__metadata__": {"a": 1}}, b"")
    yield "encoding", safetensors(b'{"\xff\xfe": {}}', b"")
    yield "duplicateKey", safetensors(
        '{"x": %s, "x": %s}' % ((json.dumps(tensor()),) * 2))
    yield "duplicateKey-escaped", safetensors(
        '{"x": %s, "\\u0078": %s}' % ((json.dumps(tensor()),) * 2))
    yield "duplicateKey-dtype", with_text("\"shape\"", "\"dtype\": \"F32\", \"shape\"")
    yield "duplicateKey-shape", with_text("\"dtype\"", "\"shape\": [2], \"dtype\"")
    yield "duplicateKey-offsets", with_text("\"dtype\"", "\"data_offsets\": [0, 0], \"dtype\"")
    yield "duplicateKey-metadata", safetensors(
        '{"__metadata__": {"a": "1", "a": "2"}, "x": %s}' % json.dumps(tensor()))
    yield "unknownKey", with_text("\"shape\"", "\"extra\": 1, \"shape\"")
    for key in ("dtype", "shape", "data_offsets"):
        header = tensor()
        del header[key]
        yield "missingKey-" + key, safetensors({"x": header})
    yield "elementType", safetensors({"x": tensor("F31")})
    yield "number", with_text("[2, 3]", "[2, -3]")
    yield "number-float", with_text("[2, 3]", "[2, 3.0]")
    yield "number-zero", with_text("[2, 3]", "[2, 03]")
    yield "number-huge", with_text("[2, 3]", "[2, 99999999999999999999]")
    yield "rank", safetensors({"x": tensor(shape=[1] * 65)})
    yield "sizeOverflow", safetensors({"x": tensor(shape=[1 << 32, 1 << 32])})
    yield "sizeOverflow-bytes", safetensors({"x": tensor(shape=[1 << 61])})
    yield "partialByte", safetensors({"x": tensor("F4", [3], [0, 2])}, bytes(2))
    yield "offsets", safetensors({"x": tensor(offsets=[0, 25])})
    yield "offsets-backwards", safetensors({"x": tensor(offsets=[24, 0])})
    yield "byteCount", safetensors({"x": tensor(offsets=[0, 20])}, bytes(20))
    yield "byteCount-2-56", safetensors({"x": tensor(shape=[1 << 56])})
    yield "sizeOverflow-2-60", safetensors({"x": tensor(shape=[1 << 60])})
    yield "gapOrOverlap", safetensors({"x": tensor(), "y": tensor(offsets=[28, 52])}, bytes(52))
    yield "gapOrOverlap-first", safetensors({"x": tensor(offsets=[4, 28])}, bytes(28))
    yield "gapOrOverlap-shared", safetensors(
        {"x": tensor(), "y": tensor(offsets=[20, 44])}, bytes(44))
    yield "gapOrOverlap-same", safetensors({"x": tensor(), "y": tensor()})
    yield "trailing", safetensors(data=bytes(25), header={"x": tensor()})
    yield "trailing-no-tensors", safetensors({}, b"1")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--target", type=pathlib.Path, default=root / "Fixtures/malformed")
    target = parser.parse_args().target
    makers = {"npy": npy_cases, "npz": npz_cases, "safetensors": safetensors_cases}
    for kind, cases in makers.items():
        (target / kind).mkdir(parents=True, exist_ok=True)
        for name, data in cases():
            (target / kind / f"{name}.{kind}").write_bytes(data)


if __name__ == "__main__":
    main()
