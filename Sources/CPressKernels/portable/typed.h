#pragma once

#include "pairs.h"

// Kernels of elements that are not float32: rarely where the time goes, so compiled once.

#define PRESS_DEFINE_SINGLE_KERNEL(kernel, type, wrapping, result, expression)      \
  static void kernel(                                                               \
    size_t count, const void *input, void *output, double alpha, double beta) {     \
    typedef type T;                                                                 \
    typedef wrapping W __attribute__((unused));                                     \
    (void)alpha, (void)beta;                                                        \
    const T *xs = input;                                                            \
    result *ys = output;                                                            \
    for (size_t i = 0; i < count; i++) {                                            \
      const T x = xs[i];                                                            \
      ys[i] = expression;                                                           \
    }                                                                               \
  }
