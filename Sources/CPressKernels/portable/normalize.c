#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#endif

#include "accumulate.h"

/// The sum of squared differences from the mean.
PRESS_INLINE float squared_deviation(size_t count, const float *row, float mean) {
  press_sums sums = reduction_begun(press_reduction_sum);
  PRESS_WALK_ROW(count, row, mean, {
    (void)is_whole;
    const press_lanes difference = x - mean;
    sums.part[lane] += difference * difference;
  })
  return reduction_ended(press_reduction_sum, &sums);
}

void PRESS_NAME(row_moments)(
  press_normalization kind, float epsilon, size_t count, const float *x, float *mean,
  float *inverse) {
  *mean = 0;
  float norm;
  switch (kind) {
    case press_normalization_standard:
      *mean = reduction_of_row(press_reduction_sum, count, x) / (float)count;
      norm = sqrtf(squared_deviation(count, x, *mean) / (float)count + epsilon);
      break;
    case press_normalization_rms:
      norm = reduction_of_row(press_reduction_sum_square, count, x) / (float)count;
      norm = sqrtf(norm + epsilon);
      break;
    case press_normalization_l1: norm = reduction_of_row(press_reduction_l1, count, x); break;
    default: norm = sqrtf(reduction_of_row(press_reduction_sum_square, count, x));
  }
  const bool is_length = kind == press_normalization_l1 || kind == press_normalization_l2;
  *inverse = is_length && norm == 0 ? 0 : 1 / norm;
}

void PRESS_NAME(affine)(
  size_t count, const float *x, float mean, float scale, float bias, float *y) {
  for (size_t i = 0; i < count; i++) y[i] = (x[i] - mean) * scale + bias;
}

void PRESS_NAME(affine_all)(
  size_t count, const float *x, float mean, float inverse, const float *scale,
  const float *bias, float *y) {
  if (scale && bias) {
    for (size_t i = 0; i < count; i++) y[i] = (x[i] - mean) * inverse * scale[i] + bias[i];
  } else if (scale) {
    for (size_t i = 0; i < count; i++) y[i] = (x[i] - mean) * inverse * scale[i];
  } else if (bias) {
    for (size_t i = 0; i < count; i++) y[i] = (x[i] - mean) * inverse + bias[i];
  } else {
    for (size_t i = 0; i < count; i++) y[i] = (x[i] - mean) * inverse;
  }
}

// MARK: Local response normalization

PRESS_INLINE press_lanes lrn_lanes(
  const press_lrn_window *window, press_lanes x, press_lanes squares) {
  return x * press_exp(-window->beta * press_log(window->bias + window->alpha * squares));
}

/// The channels of a window, the first to behind the last.
PRESS_INLINE size_t lrn_first(const press_lrn_window *window, size_t channel) {
  return channel > window->before ? channel - window->before : 0;
}

PRESS_INLINE size_t lrn_end(const press_lrn_window *window, size_t channel, size_t count) {
  return count - channel > window->behind ? channel + window->behind + 1 : count;
}

void PRESS_NAME(lrn_row)(
  const press_lrn_window *window, size_t count, const float *x, float *y) {
  for (size_t i = 0; i < count; i += PRESS_LANES) {
    const size_t width = count - i < PRESS_LANES ? count - i : PRESS_LANES;
    press_lanes squares = {0};
    for (size_t lane = 0; lane < width; lane++) {
      const size_t end = lrn_end(window, i + lane, count);
      float sum = 0;
      for (size_t c = lrn_first(window, i + lane); c < end; c++) sum += x[c] * x[c];
      squares[lane] = sum;
    }
    store_columns(y + i, lrn_lanes(window, load_columns(x + i, width), squares), width);
  }
}

void PRESS_NAME(lrn_columns)(
  const press_lrn_window *window, size_t count, size_t inner, size_t width, const float *x,
  float *y) {
  for (size_t k = 0; k < count; k++) {
    const size_t end = lrn_end(window, k, count);
    press_lanes squares = {0};
    for (size_t c = lrn_first(window, k); c < end; c++) {
      const press_lanes value = load_columns(x + c * inner, width);
      squares += value * value;
    }
    const press_lanes result = lrn_lanes(window, load_columns(x + k * inner, width), squares);
    store_columns(y + k * inner, result, width);
  }
}
