#!/usr/bin/env python3
"""Times NumPy's full SVD on one thread, to stand beside `make bench BENCH=svd`.

    Tests/Interop/python.sh Tests/Interop/svd_speed.py [SIZE ...]
"""
import os
import sys
import time

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np  # noqa: E402  (the number of threads is read when it loads)


def main():
    for size in map(int, sys.argv[1:] or ["512", "2048", "4096"]):
        matrix = np.random.default_rng(1).random((size, size), dtype=np.float32) * 2 - 1
        wall, processor = time.perf_counter(), time.process_time()
        values = np.linalg.svd(matrix)[1]
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        print(f"NumPy {np.__version__}, full SVD {size}x{size}, one thread: {wall} s wall, "
              f"{processor} s processor, largest value {values[0]}")


if __name__ == "__main__":
    main()
