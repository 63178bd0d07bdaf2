#pragma once

#include "press_common.h"

// Elements moved from place to place, and weighted sums of few of them along one axis.

#define PRESS_MOVED_RANK 8
/// A walk over an array of `sizes`: where each of its elements is taken from, and put.
///
/// Along an axis an element's place is the index times a stride, or what a table says for the
/// index. Strides and tables count elements, and may be negative or 0.
typedef struct press_moves {
  size_t rank;
  size_t sizes[PRESS_MOVED_RANK];
  ptrdiff_t x_strides[PRESS_MOVED_RANK], y_strides[PRESS_MOVED_RANK];
  const int64_t *x_tables[PRESS_MOVED_RANK];
} press_moves;

/// Copies elements of `width` bytes: 1, 2, 4, 8 or 16. x and y are where all indices are 0.
void press_move(
  const press_team *team, const press_moves *moves, size_t width, const void *x, void *y);

/// Weighted sums: entry j < output of y (output, inner) is the sum over t < taps, upwards, of
/// weights[j * taps + t] times entry rows[j * taps + t] of x; entries are `inner` elements. A weight
/// of 0 leaves its entry out, whatever it holds.
#define PRESS_MOVING_KERNELS(K)                                                            \
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
