#pragma once

#include "press_common.h"
#include "press_types.h"

// Functions of whole rows: reductions, softmax, normalization.
//
// Sums along rows add element i to lane i % 16 of accumulator i / 16 % 4; the accumulators are
// added as (0 + 1) + (2 + 3), then halves of lanes until one is left. Sums along another axis than
// the last add up its elements from the first on.

/// Reductions: name. log_sum is log(sum(x)), log_sum_exp log(sum(exp(x))) without overflow. max and
/// min are not numbers where an element is not.
#define PRESS_PLAIN_REDUCTIONS(R) \
  R(sum) R(mean) R(prod) R(max) R(min) R(l1) R(l2) R(sum_square) R(log_sum)
#define PRESS_REDUCTIONS(R) PRESS_PLAIN_REDUCTIONS(R) R(log_sum_exp)
#define PRESS_REDUCTION_CASE(name) press_reduction_##name,
typedef enum press_reduction : uint32_t {
  PRESS_REDUCTIONS(PRESS_REDUCTION_CASE) press_reduction_count
} press_reduction;

/// How rows are normalized: y = (x - mean) / sqrt(variance + epsilon); the same without the mean;
/// x / sum |x|; x / sqrt(sum x^2). The last two give 0 where they would divide by 0.
typedef enum press_normalization : uint32_t {
  press_normalization_standard, press_normalization_rms, press_normalization_l1,
  press_normalization_l2
} press_normalization;

/// Rows, each of `channels` runs of `inner` elements; channel c of row r has scale and bias
/// (r % groups) * channels + c. Scale, bias, mean and inverse may be null.
typedef struct press_rows {
  press_normalization kind;
  float epsilon;
  size_t rows, groups, channels, inner;
  const float *x;
  const float *scale, *bias;
  float *y;
  /// For each row, what is subtracted and what is multiplied by.
  float *mean, *inverse;
} press_rows;

/// y = x * (bias + alpha * s)^-beta, where s is the sum of squares over channels, `before` before
/// and `behind` behind.
typedef struct press_lrn_window {
  size_t before, behind;
  float alpha, beta, bias;
} press_lrn_window;

/// Functions of float32 rows, and of columns of planes (count, inner), of which they take
/// `width` <= PRESS_LANES.
///
/// affine is y = (x - mean) * scale + bias with one number for all; affine_all is
/// y = ((x - mean) * inverse) * scale + bias with a scale and a bias for each element, or null.
/// lrn_row has the channels in the row, lrn_columns in the columns.
#define PRESS_ROW_KERNELS(K)                                                                    \
  K(reduce_row, (press_reduction kind, size_t count, const float *x, float *y))                 \
  K(reduce_columns, (press_reduction kind, size_t count, size_t inner, size_t width,            \
                     const float *x, float *y))                                                 \
  K(index_row, (bool largest, bool last, size_t count, const float *x, int64_t *y))             \
  K(index_columns, (bool largest, bool last, size_t count, size_t inner, size_t width,          \
                    const float *x, int64_t *y))                                                \
  K(softmax_row, (bool logarithm, size_t count, const float *x, float *y))                      \
  K(softmax_columns, (bool logarithm, size_t count, size_t inner, size_t width, const float *x, \
                      float *y))                                                                \
  K(row_moments, (press_normalization kind, float epsilon, size_t count, const float *x,        \
                  float *mean, float *inverse))                                                 \
  K(affine, (size_t count, const float *x, float mean, float scale, float bias, float *y))      \
  K(affine_all, (size_t count, const float *x, float mean, float inverse, const float *scale,   \
                 const float *bias, float *y))                                                  \
  K(lrn_row, (const press_lrn_window *window, size_t count, const float *x, float *y))          \
  K(lrn_columns, (const press_lrn_window *window, size_t count, size_t inner, size_t width,     \
                  const float *x, float *y))

/// y (outer, inner) = reductions of x (outer, axis, inner) along the axis.
///
/// Integers wrap around as their type does, but for l2, log_sum and log_sum_exp, which are
/// truncated from float64; means of integers truncate. Other floats than float32 are added up in
/// float64, those of a row in 256 accumulators in turn. Of bools there are max and min.
void press_reduce(
  const press_team *team, press_reduction kind, press_type type, size_t outer, size_t axis,
  size_t inner, const void *x, void *y);
/// The index of the first, or last, largest or smallest element along an axis of less than 2^31;
/// what is not a number comes before all. 0 along an empty axis.
void press_reduce_index(
  const press_team *team, bool largest, bool last, press_type type, size_t outer, size_t axis,
  size_t inner, const void *x, int64_t *y);

/// Softmax, or its logarithm, of x (outer, axis, inner) along the axis; x and y may be the same.
void press_softmax(
  const press_team *team, bool logarithm, size_t outer, size_t axis, size_t inner, const float *x,
  float *y);

/// Normalizes rows; x and y may be the same.
void press_normalize(const press_team *team, const press_rows *rows);

/// y = x * scale + bias for each channel of (outer, channels, inner), and then a function, or none
/// where it is press_unary_count. With an inner of 1 the channels lie in the last axis. Scale and
/// bias may be null. x and y may be the same.
typedef struct press_channels {
  size_t outer, channels, inner;
  const float *x, *scale, *bias;
  float *y;
  uint32_t function;
  double alpha, beta;
} press_channels;
void press_scale_channels(const press_team *team, const press_channels *channels);

/// Local response normalization over channels of (outer, channels, inner).
void press_lrn(
  const press_team *team, const press_lrn_window *window, size_t outer, size_t channels,
  size_t inner, const float *x, float *y);
