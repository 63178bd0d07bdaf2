#pragma once

#include "exponential.h"

// Reductions of lanes. `kind` is a constant wherever these are inlined.

PRESS_INLINE float reduction_start(const press_reduction kind) {
  switch (kind) {
    case press_reduction_prod: return 1;
    case press_reduction_max: return -INFINITY;
    case press_reduction_min: return INFINITY;
    default: return 0;
  }
}

/// What is made of two partial results.
PRESS_INLINE press_lanes reduction_joined(
  const press_reduction kind, press_lanes l, press_lanes r) {
  switch (kind) {
    case press_reduction_prod: return l * r;
    case press_reduction_max: return press_choose((r > l) | (r != r), r, l);
    case press_reduction_min: return press_choose((r < l) | (r != r), r, l);
    default: return l + r;
  }
}

/// What an element adds to a partial result.
PRESS_INLINE press_lanes reduction_element(const press_reduction kind, press_lanes x) {
  switch (kind) {
    case press_reduction_l1: return press_abs(x);
    case press_reduction_l2: case press_reduction_sum_square: return x * x;
    default: return x;
  }
}

/// What all partial results come to.
PRESS_INLINE float reduction_end(const press_reduction kind, float x, size_t count) {
  switch (kind) {
    case press_reduction_mean: return x / (float)count;
    case press_reduction_l2: return sqrtf(x);
    case press_reduction_log_sum: return logf(x);
    default: return x;
  }
}

/// One number of 16: halves are joined until one lane is left.
PRESS_INLINE float reduction_of_lanes(const press_reduction kind, press_lanes x) {
  for (int half = PRESS_LANES / 2; half > 0; half /= 2) {
    press_lanes upper = x;
    for (int i = 0; i < half; i++) upper[i] = x[i + half];
    x = reduction_joined(kind, x, upper);
  }
  return x[0];
}

/// Four accumulators of lanes.
typedef struct press_sums {
  press_lanes part[4];
} press_sums;

PRESS_INLINE press_sums reduction_begun(const press_reduction kind) {
  const press_lanes start = press_fill(reduction_start(kind));
  return (press_sums){{start, start, start, start}};
}

PRESS_INLINE float reduction_ended(const press_reduction kind, const press_sums *sums) {
  const press_lanes low = reduction_joined(kind, sums->part[0], sums->part[1]);
  const press_lanes high = reduction_joined(kind, sums->part[2], sums->part[3]);
  return reduction_of_lanes(kind, reduction_joined(kind, low, high));
}

/// Walks over a row of `count` elements: `body` gets in `lane` the number of its accumulator and in
/// `x` 16 elements from place `i` on; behind the last there is `rest`.
#define PRESS_WALK_ROW(count, row, rest, body)                                    \
  {                                                                               \
    size_t i = 0;                                                                 \
    for (; i + 4 * PRESS_LANES <= (count);) {                                     \
      _Pragma("clang loop unroll(full)")                                          \
      for (int lane = 0; lane < 4; lane++, i += PRESS_LANES) {                    \
        const bool is_whole = true;                                               \
        const press_lanes x = press_load((row) + i);                              \
        body                                                                      \
      }                                                                           \
    }                                                                             \
    for (int lane = 0; i < (count); lane++, i += PRESS_LANES) {                   \
      const bool is_whole = i + PRESS_LANES <= (count);                           \
      const press_lanes x = is_whole ? press_load((row) + i)                      \
                                     : press_load_some((row) + i, (count) - i, rest); \
      body                                                                        \
    }                                                                             \
  }

PRESS_INLINE float reduction_of_row(const press_reduction kind, size_t count, const float *row) {
  press_sums sums = reduction_begun(kind);
  PRESS_WALK_ROW(count, row, reduction_start(kind), {
    (void)is_whole;
    sums.part[lane] = reduction_joined(kind, sums.part[lane], reduction_element(kind, x));
  })
  return reduction_ended(kind, &sums);
}

/// The sum of exp(x - maximum).
PRESS_INLINE float exponential_sum(size_t count, const float *row, float maximum) {
  press_sums sums = reduction_begun(press_reduction_sum);
  PRESS_WALK_ROW(count, row, -INFINITY, {
    (void)is_whole;
    sums.part[lane] += press_exp(x - maximum);
  })
  return reduction_ended(press_reduction_sum, &sums);
}

/// Columns of a plane: those of a row, at most 16.
PRESS_INLINE press_lanes load_columns(const float *x, size_t width) {
  return width == PRESS_LANES ? press_load(x) : load_part(x, width);
}

PRESS_INLINE void store_columns(float *y, press_lanes x, size_t width) {
  if (width == PRESS_LANES) press_store(y, x);
  else store_part(y, x, width);
}

PRESS_INLINE press_lanes reduction_of_columns(
  const press_reduction kind, size_t count, size_t inner, size_t width, const float *x) {
  press_lanes result = press_fill(reduction_start(kind));
  for (size_t k = 0; k < count; k++) {
    const press_lanes element = reduction_element(kind, load_columns(x + k * inner, width));
    result = reduction_joined(kind, result, element);
  }
  return result;
}
