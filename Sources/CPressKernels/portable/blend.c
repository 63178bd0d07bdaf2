#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#endif

// Entries of one element are summed one by one; longer ones tap by tap, in pieces that stay in the
// cache. Either way an element's sum runs over the taps upwards.
#define PRESS_BLEND(name, type)                                                               \
  void PRESS_NAME(name)(                                                                      \
    size_t output, size_t inner, size_t taps, const int64_t *rows, const type *weights,       \
    const type *x, type *y) {                                                                 \
    enum { piece = 1024 };                                                                    \
    if (inner == 1) {                                                                         \
      for (size_t j = 0; j < output; j++, rows += taps, weights += taps) {                    \
        type sum = 0;                                                                         \
        for (size_t tap = 0; tap < taps; tap++) {                                             \
          sum += weights[tap] == 0 ? 0 : weights[tap] * x[rows[tap]];                         \
        }                                                                                     \
        y[j] = sum;                                                                           \
      }                                                                                       \
      return;                                                                                 \
    }                                                                                         \
    for (size_t j = 0; j < output; j++, rows += taps, weights += taps, y += inner) {          \
      for (size_t first = 0; first < inner; first += piece) {                                 \
        const size_t end = inner - first < piece ? inner : first + piece;                     \
        for (size_t i = first; i < end; i++) y[i] = 0;                                        \
        for (size_t tap = 0; tap < taps; tap++) {                                             \
          const type weight = weights[tap], *row = x + (size_t)rows[tap] * inner;             \
          if (weight == 0) continue;                                                          \
          for (size_t i = first; i < end; i++) y[i] += weight * row[i];                       \
        }                                                                                     \
      }                                                                                       \
    }                                                                                         \
  }
PRESS_BLEND(blend_float, float)
PRESS_BLEND(blend_double, double)
#undef PRESS_BLEND
