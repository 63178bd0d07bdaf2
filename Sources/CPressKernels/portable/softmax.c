#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#endif

#include "accumulate.h"

/// Exponentials of what the elements are below the largest, divided by their sum.
PRESS_INLINE void softmax_plain(size_t count, const float *row, float *y) {
  const float maximum = reduction_of_row(press_reduction_max, count, row);
  press_sums sums = reduction_begun(press_reduction_sum);
  PRESS_WALK_ROW(count, row, -INFINITY, {
    const press_lanes e = press_exp(x - maximum);
    sums.part[lane] += e;
    if (is_whole) press_store(y + i, e);
    else store_part(y + i, e, count - i);
  })
  const press_lanes sum = press_fill(reduction_ended(press_reduction_sum, &sums));
  PRESS_WALK_ROW(count, y, 0, {
    (void)lane;
    if (is_whole) press_store(y + i, x / sum);
    else store_part(y + i, x / sum, count - i);
  })
}

PRESS_INLINE void softmax_logarithm(size_t count, const float *row, float *y) {
  const float maximum = reduction_of_row(press_reduction_max, count, row);
  const float logarithm = logf(exponential_sum(count, row, maximum));
  PRESS_WALK_ROW(count, row, 0, {
    (void)lane;
    const press_lanes result = (x - maximum) - logarithm;
    if (is_whole) press_store(y + i, result);
    else store_part(y + i, result, count - i);
  })
}

void PRESS_NAME(softmax_row)(bool logarithm, size_t count, const float *x, float *y) {
  if (logarithm) softmax_logarithm(count, x, y);
  else softmax_plain(count, x, y);
}

void PRESS_NAME(softmax_columns)(
  bool logarithm, size_t count, size_t inner, size_t width, const float *x, float *y) {
  const press_lanes maximum = reduction_of_columns(press_reduction_max, count, inner, width, x);
  press_lanes sum = {0};
  for (size_t k = 0; k < count; k++) {
    const press_lanes e = press_exp(load_columns(x + k * inner, width) - maximum);
    sum += e;
    if (!logarithm) store_columns(y + k * inner, e, width);
  }
  const press_lanes shift = press_log(sum);
  for (size_t k = 0; k < count; k++) {
    const press_lanes result = logarithm
      ? (load_columns(x + k * inner, width) - maximum) - shift
      : load_columns(y + k * inner, width) / sum;
    store_columns(y + k * inner, result, width);
  }
}
