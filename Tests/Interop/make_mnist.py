#!/usr/bin/env python3
"""Makes Fixtures/data/mnist_test.npz and Fixtures/data/mnist_train10k.npz.

    make_mnist.py --source FOLDER [--target Fixtures/data]

FOLDER holds either mnist.npz (arrays x_train, y_train, x_test, y_test) or the four original IDX
files, plain or as .gz. Images become uint8 of shape (N, 1, 28, 28), labels uint8 of shape (N,).
The training file keeps the first 10 000 images. Needs NumPy only.
"""

import argparse
import gzip
import io
import pathlib
import zipfile

import numpy as np


def read_idx(folder, stem):
    plain = folder / stem
    packed = folder / (stem + ".gz")
    data = plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes())
    rank = data[3]
    if data[:3] != b"\x00\x00\x08" or rank not in (1, 3):
        raise SystemExit(f"{stem}: expected an IDX file of bytes, found {data[:4].hex()}")
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(rank)]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


def read(folder):
    packed = folder / "mnist.npz"
    if packed.exists():
        with np.load(packed) as arrays:
            return {name: arrays[name] for name in ("x_train", "y_train", "x_test", "y_test")}
    return {
        "x_train": read_idx(folder, "train-images-idx3-ubyte"),
        "y_train": read_idx(folder, "train-labels-idx1-ubyte"),
        "x_test": read_idx(folder, "t10k-images-idx3-ubyte"),
        "y_test": read_idx(folder, "t10k-labels-idx1-ubyte"),
    }


def write(path, arrays):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, array, version=(1, 0), allow_pickle=False)
            entry = zipfile.ZipInfo(name + ".npy")  # dated 1980-01-01: the same bytes every time
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, buffer.getvalue(), compresslevel=9)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--target", type=pathlib.Path, default=root / "Fixtures/data")
    options = parser.parse_args()
    arrays = read(options.source)
    for split in ("train", "test"):
        images = np.ascontiguousarray(arrays["x_" + split], np.uint8)
        arrays["x_" + split] = images.reshape(len(images), 1, 28, 28)
        arrays["y_" + split] = np.ascontiguousarray(arrays["y_" + split], np.uint8)
    options.target.mkdir(parents=True, exist_ok=True)
    write(options.target / "mnist_test.npz", {k: arrays[k] for k in ("x_test", "y_test")})
    write(
        options.target / "mnist_train10k.npz",
        {k: arrays[k][:10_000] for k in ("x_train", "y_train")},
    )


if __name__ == "__main__":
    main()
