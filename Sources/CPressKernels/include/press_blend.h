#pragma once

#include "press_common.h"

// Weighted sums of entries of an axis, as sampling at other positions needs them.

/// The kernels of weighted sums: entry j < output of y (output, inner) is the sum over t < taps, upwards, of
/// weights[j * taps + t] times entry rows[j * taps + t] of x; entries are `inner` elements. A weight
/// of 0 leaves its entry out, whatever it holds.
#define PRESS_BLEND_KERNELS(K)                                                            \
  K(blend_float, (size_t output, size_t inner, size_t taps, const int64_t *rows,           \
                  const float *weights, const float *x, float *y))                         \
  K(blend_double, (size_t output, size_t inner, size_t taps, const int64_t *rows,          \
                   const double *weights, const double *x, double *y))

/// Weighted sums along the middle axis of x (outer, input, inner), for y (outer, output, inner).
typedef struct press_blends {
  size_t outer, input, output, inner, taps;
  /// The entries of x that each entry of y is made of: output * taps of them.
  const int64_t *rows;
} press_blends;

void press_blend_floats(
  const press_team *team, const press_blends *blends, const float *weights, const float *x,
  float *y);
void press_blend_doubles(
  const press_team *team, const press_blends *blends, const double *weights, const double *x,
  double *y);
