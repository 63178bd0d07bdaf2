#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#endif

#include "accumulate.h"

// Reductions of float32.

PRESS_INLINE float log_sum_exp_row(size_t count, const float *x) {
  const float maximum = reduction_of_row(press_reduction_max, count, x);
  if (!(fabsf(maximum) < INFINITY)) return maximum;
  return maximum + logf(exponential_sum(count, x, maximum));
}

#define PRESS_REDUCE_ROW(name)                                                            \
  case press_reduction_##name:                                                            \
    *y = reduction_end(kind, reduction_of_row(press_reduction_##name, count, x), count);  \
    return;

void PRESS_NAME(reduce_row)(press_reduction kind, size_t count, const float *x, float *y) {
  switch (kind) {
    case press_reduction_log_sum_exp: *y = log_sum_exp_row(count, x); return;
    PRESS_PLAIN_REDUCTIONS(PRESS_REDUCE_ROW)
    default: return;
  }
}

PRESS_INLINE press_lanes log_sum_exp_columns(
  size_t count, size_t inner, size_t width, const float *x) {
  const press_lanes maximum = reduction_of_columns(press_reduction_max, count, inner, width, x);
  press_lanes sum = {0};
  for (size_t k = 0; k < count; k++) {
    sum += press_exp(load_columns(x + k * inner, width) - maximum);
  }
  return press_choose(press_abs(maximum) < INFINITY, maximum + press_log(sum), maximum);
}

#define PRESS_REDUCE_COLUMNS(name)                                                       \
  case press_reduction_##name:                                                           \
    lanes = reduction_of_columns(press_reduction_##name, count, inner, width, x);        \
    for (size_t i = 0; i < width; i++) lanes[i] = reduction_end(kind, lanes[i], count);  \
    break;

void PRESS_NAME(reduce_columns)(
  press_reduction kind, size_t count, size_t inner, size_t width, const float *x, float *y) {
  press_lanes lanes = {0};
  switch (kind) {
    case press_reduction_log_sum_exp:
      lanes = log_sum_exp_columns(count, inner, width, x);
      break;
    PRESS_PLAIN_REDUCTIONS(PRESS_REDUCE_COLUMNS)
    default: break;
  }
  store_columns(y, lanes, width);
}

/// Finds the extreme first and then where it is; both steps see 16 elements at a time.
void PRESS_NAME(index_row)(
  bool largest, bool last, size_t count, const float *row, int64_t *y) {
  const float extreme = largest ? reduction_of_row(press_reduction_max, count, row)
                                : reduction_of_row(press_reduction_min, count, row);
  const size_t blocks = (count + PRESS_LANES - 1) / PRESS_LANES;
  *y = 0;
  for (size_t b = 0; b < blocks; b++) {
    const size_t i = (last ? blocks - 1 - b : b) * PRESS_LANES;
    const size_t width = count - i < PRESS_LANES ? count - i : PRESS_LANES;
    const press_lanes x = load_columns(row + i, width);
    const press_words found = extreme == extreme ? x == extreme : x != x;
    if (!press_any(found)) continue;
    for (size_t k = 0; k < width; k++) {
      const size_t lane = last ? width - 1 - k : k;
      if (!found[lane]) continue;
      *y = (int64_t)(i + lane);
      return;
    }
  }
}

/// Indices are kept in 32 bits.
void PRESS_NAME(index_columns)(
  bool largest, bool last, size_t count, size_t inner, size_t width, const float *plane,
  int64_t *y) {
  const press_words takes_equal = (press_words){0} - (int32_t)last;
  press_lanes best = load_columns(plane, width);
  press_words index = {0};
  for (size_t k = 1; k < count; k++) {
    const press_lanes x = load_columns(plane + k * inner, width);
    const press_words is_better = largest ? x > best : x < best;
    const press_words is_equal = (x == best) | ((x != x) & (best != best));
    const press_words is_new = (x != x) & (best == best);
    const press_words takes = is_better | is_new | (is_equal & takes_equal);
    best = press_choose(takes, x, best);
    index = (takes & (int32_t)k) | (~takes & index);
  }
  for (size_t i = 0; i < width; i++) y[i] = index[i];
}
