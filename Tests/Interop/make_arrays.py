#!/usr/bin/env python3
"""Makes Fixtures/arrays/: npy, npz and safetensors files as NumPy and safetensors write them.

    make_arrays.py [--target Fixtures/arrays]

Every array is 0...5 as shape (2, 3) in some type and layout, so that the tests know what to expect.
Complex elements are i + 2i*j, booleans i % 2. Needs numpy, ml_dtypes and safetensors.
"""

import argparse
import io
import pathlib
import zipfile

import ml_dtypes
import numpy as np
import safetensors

CODES = "b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 c8 c16".split()


def array(code, order="<"):
    if code == "V2":
        return np.arange(6).reshape(2, 3).astype(ml_dtypes.bfloat16).view("V2")
    values = np.arange(6).reshape(2, 3)
    if code == "b1":
        values = values % 2
    if code.startswith("c"):
        values = values + 2j * values
    return values.astype(order + code)


def layouts():
    for code in CODES + ["V2"]:
        yield code, array(code)
        yield code + "_fortran", np.asfortranarray(array(code))
        if code not in ("b1", "i1", "u1", "V2"):
            yield code + "_big", array(code, ">")
            yield code + "_big_fortran", np.asfortranarray(array(code, ">"))


class Unseekable(io.RawIOBase):
    """A sink that cannot go back, so that zipfile writes data descriptors."""

    def __init__(self):
        self.bytes = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.bytes += data
        return len(data)

    def seekable(self):
        return False


def npy(path, values, version=None):
    with open(path, "wb") as file:
        np.lib.format.write_array(file, values, version=version, allow_pickle=False)


def write_arrays(folder):
    npy(folder / "f4.npy", array("f4"))
    npy(folder / "f4_big_fortran.npy", np.asfortranarray(array("f4", ">")))
    npy(folder / "version2.npy", array("f4"), (2, 0))
    npy(folder / "version3.npy", array("f4"), (3, 0))
    npy(folder / "scalar.npy", np.float32(5))
    npy(folder / "vector.npy", np.arange(6, dtype="<i8"))
    npy(folder / "empty.npy", np.zeros((0, 3), "<f4"))
    npy(folder / "cube_fortran.npy", np.asfortranarray(np.arange(24, dtype="<i2").reshape(2, 3, 4)))
    np.savez(folder / "types.npz", **dict(layouts()))
    np.savez_compressed(folder / "types_compressed.npz", **dict(layouts()))
    names = ["a/b", "in.x:0", "größe", "plain"]
    np.savez(folder / "names.npz", **{name: array("f4") for name in names})
    sink = Unseekable()
    np.savez_compressed(sink, x=array("f4"), y=array("i8"))
    (folder / "streamed.npz").write_bytes(bytes(sink.bytes))
    with zipfile.ZipFile(folder / "comment.npz", "w") as archive:
        archive.writestr(zipfile.ZipInfo("notes.txt"), "not an array")
        buffer = io.BytesIO()
        np.lib.format.write_array(buffer, array("f4"), allow_pickle=False)
        archive.writestr(zipfile.ZipInfo("x.npy"), buffer.getvalue())
        archive.comment = b"a comment of the whole archive"
    with zipfile.ZipFile(folder / "none.npz", "w"):
        pass


def write_safetensors(folder):
    tensors = {}
    bits = {
        "bool": 8, "uint8": 8, "int8": 8, "uint16": 16, "int16": 16, "float16": 16, "bfloat16": 16,
        "uint32": 32, "int32": 32, "float32": 32, "uint64": 64, "int64": 64, "float64": 64,
        "float8_e4m3fn": 8, "float8_e5m2": 8, "float8_e8m0fnu": 8, "float8_e4m3fnuz": 8,
        "float8_e5m2fnuz": 8, "complex64": 64,
    }
    kept = []

    def add(name, dtype, shape, data):
        buffer = np.frombuffer(data or b"\0", np.uint8)
        kept.append(buffer)
        tensors[name] = safetensors.TensorSpec(
            dtype=dtype, shape=shape, data_ptr=buffer.ctypes.data, data_len=len(data)
        )

    for name, width in bits.items():
        count = 6 * width // 8
        add("t." + name, name, [2, 3], bytes(i % 2 if name == "bool" else i for i in range(count)))
    # Two elements a byte: the library doubles the last axis.
    add("t.float4_e2m1fn_x2", "float4_e2m1fn_x2", [2, 3], bytes(range(6)))
    add("scalar", "float32", [], bytes(range(4)))
    add("none", "float32", [0, 3], b"")
    (folder / "types.safetensors").write_bytes(
        bytes(safetensors.serialize(tensors, metadata={"format": "größe \"1\"\n"}))
    )
    (folder / "none.safetensors").write_bytes(bytes(safetensors.serialize({}, metadata=None)))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--target", type=pathlib.Path, default=root / "Fixtures/arrays")
    folder = parser.parse_args().target
    folder.mkdir(parents=True, exist_ok=True)
    write_arrays(folder)
    write_safetensors(folder)


if __name__ == "__main__":
    main()
