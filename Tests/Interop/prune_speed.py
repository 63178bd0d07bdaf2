#!/usr/bin/env python3
"""Times NumPy at what `make bench BENCH=passes` times: the smallest 90 % of 138 million float32 weights.

    pip install numpy
    python3 Tests/Interop/prune_speed.py

Prints the wall time of np.partition on the magnitudes alone, and of everything: magnitudes, partition, mask and the
values under it. Medians of five runs. NumPy uses one thread here.
"""
import time

import numpy as np


def measure(name, body):
    times = []
    for _ in range(5):
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    times.sort()
    print(f"{name}: {times[2] * 1e3:.0f} ms ({times[0] * 1e3:.0f} to {times[-1] * 1e3:.0f})")


def everything(weights, kept):
    magnitudes = np.abs(weights)
    mask = magnitudes > np.partition(magnitudes, kept)[kept]
    return mask, weights[mask]


def main():
    random = np.random.default_rng(0)
    weights = random.random((4, 33 * 2048 * 2048), np.float32).sum(axis=0) - 2
    kept = weights.size * 9 // 10 - 1
    magnitudes = np.abs(weights)
    measure(f"np.partition of {weights.size} magnitudes", lambda: np.partition(magnitudes, kept))
    measure("magnitudes, partition, mask and values", lambda: everything(weights, kept))


main()
