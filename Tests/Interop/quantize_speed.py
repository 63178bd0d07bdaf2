#!/usr/bin/env python3
"""How long NumPy takes for what `make bench BENCH=quantize` measures: int8 by channel of 25 M weights.

    Tests/Interop/python.sh Tests/Interop/quantize_speed.py

Prints the median of 15 runs in milliseconds (fastest and slowest in brackets).
"""
import time

import numpy as np

SIDE = 5000
RUNS = 15

matrix = np.random.default_rng(1).standard_normal((SIDE, SIDE), dtype=np.float32)
times = []
for _ in range(RUNS + 1):
    start = time.perf_counter()
    scale = np.abs(matrix).max(axis=1, keepdims=True) / np.float32(127)
    codes = np.rint(matrix / scale).astype(np.int8)
    times.append((time.perf_counter() - start) * 1e3)
times = sorted(times[1:])
print(f"NumPy {SIDE}x{SIDE}, int8 by channel: {times[RUNS // 2]:.1f} ms ({times[0]:.1f} to {times[-1]:.1f})")
