#!/usr/bin/env python3
"""Squared errors of `share` beside scikit-learn's k-means, tensor by tensor.

    pip install numpy scikit-learn
    python3 Tests/Interop/codebooks.py path/to/compress MODEL... [--bits 4] [--count N]

For each tensor that `share` changes, KMeans(n_init=10) clusters the same elements into as many clusters in double
precision; ours may be at most (1 + 1e-6) times its error. Zeros have an entry to themselves with us, so that where
there are any, the others go against one cluster less. Beyond 2 million elements the ten starts see a sample of
1 million, and the best of them is then iterated on all elements. Ends with 1 if any error is larger.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy
from sklearn.cluster import KMeans

LARGEST = 2_000_000
SAMPLE = 1_000_000


def converted(compress, arguments, target):
    subprocess.run([compress, *arguments, "-o", target, "--force", "--quiet"], check=True, stdout=subprocess.DEVNULL)
    return target


def arrays(compress, model, folder):
    """The tensors of a model by name."""
    return numpy.load(converted(compress, ["convert", model], folder / "arrays.npz"))


def kmeans_error(values, clusters):
    """The squared error of scikit-learn's best of ten."""
    column = values.reshape(-1, 1)
    if len(values) <= LARGEST:
        return KMeans(clusters, n_init=10, random_state=0).fit(column).inertia_
    sample = numpy.random.default_rng(0).choice(values, SAMPLE, replace=False).reshape(-1, 1)
    start = KMeans(clusters, n_init=10, random_state=0).fit(sample).cluster_centers_
    return KMeans(clusters, init=start, n_init=1).fit(column).inertia_


def compare(name, before, after, bits):
    """Prints one line; whether ours is good enough."""
    before = before.astype(numpy.float64).ravel()
    after = after.astype(numpy.float64).ravel()
    ours = float(numpy.sum((before - after) ** 2))
    zeros = before == 0
    assert not after[zeros].any() and after[~zeros].all(), f"{name}: zeros and only zeros stay zeros"
    assert len(numpy.unique(after)) <= 2**bits, f"{name}: at most 2^bits entries"
    clusters = 2**bits - bool(zeros.any())
    theirs = kmeans_error(before[~zeros], clusters)
    ratio = ours / theirs
    note = f", {zeros.sum()} zeros left out" if zeros.any() else ""
    print(f"{name} {before.size} elements{note}: {ours:.9g}, scikit-learn {theirs:.9g}, ratio {ratio:.9f}", flush=True)
    return ratio <= 1 + 1e-6


def check(compress, model, bits, count):
    """Compares the tensors of a model; whether all are good enough."""
    print(f"{model}, {bits} bits")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        before = arrays(compress, model, folder)
        shared = converted(compress, ["share", "--bits", str(bits), model], folder / "shared.bin")
        after = arrays(compress, shared, folder)
        names = [name for name in before if not numpy.array_equal(before[name], after[name])]
        return all([compare(name, before[name], after[name], bits) for name in names[:count]])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("compress")
    parser.add_argument("models", nargs="+")
    parser.add_argument("--bits", type=int, action="append")
    parser.add_argument("--count", type=int, help="only the first so many tensors")
    options = parser.parse_args()
    results = [
        check(options.compress, model, bits, options.count) for model in options.models for bits in options.bits or [4]
    ]
    sys.exit(0 if all(results) else 1)


main()
