#pragma once

#include "../kernel.h"

// What kernels of two elements have in common.

/// A kernel `name` from an expression of elements l and r of type T. One of the steps may be 0, or
/// both; the loop over the common case has constant steps, so that it is vectorized.
#define PRESS_DEFINE_PAIR_KERNEL(kernel, type, wrapping, result, expression)            \
  static void kernel(                                                                   \
    size_t count, const void *left, size_t l_step, const void *right, size_t r_step,    \
    void *output) {                                                                     \
    typedef type T;                                                                     \
    typedef wrapping W __attribute__((unused));                                         \
    const T *ls = left, *rs = right;                                                    \
    result *ys = output;                                                                \
    if (l_step && r_step) {                                                             \
      for (size_t i = 0; i < count; i++) {                                              \
        const T l = ls[i], r = rs[i];                                                   \
        ys[i] = expression;                                                             \
      }                                                                                 \
    } else if (l_step) {                                                                \
      const T r = *rs;                                                                  \
      for (size_t i = 0; i < count; i++) {                                              \
        const T l = ls[i];                                                              \
        ys[i] = expression;                                                             \
      }                                                                                 \
    } else {                                                                            \
      const T l = *ls;                                                                  \
      for (size_t i = 0; i < count; i++) {                                              \
        const T r = rs[i * r_step];                                                     \
        ys[i] = expression;                                                             \
      }                                                                                 \
    }                                                                                   \
  }
