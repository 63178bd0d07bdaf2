#pragma once

#include "press_common.h"
#include "press_dense.h"

// Sparse products, linear layers, and sparse convolutions over planes.

/// y[r, p] = bias + sum over k of a[r, k] * x[offset(k) + p], for r < rows and p < count, with a
/// sparse `a`: row r holds the elements row_starts[r] ..< row_starts[r + 1].
///
/// `offset(k)` is `x_offsets[k]`, or `k * x_stride` without a table. Whole lanes of x are read, but
/// not with a count of 1. Exactly one of `columns16` and `columns32` is given.
/// Elements at even places of a row are added up apart from those at odd places.
typedef struct press_sparse_product {
  size_t rows, count;
  const uint32_t *row_starts;
  const uint16_t *columns16;
  const uint32_t *columns32;
  const float *values;
  const float *x;
  const uint32_t *x_offsets;
  size_t x_stride;
  const float *row_bias;
  float *y;
  size_t y_stride;
} press_sparse_product;

/// The kernels of sparse products.
///
/// stage_plane copies the phases of a padded plane: element (i, j) of `y` is input row
/// i * vertical.stride + row_phase - vertical.pad_begin and the column likewise, 0 outside.
#define PRESS_LAYER_KERNELS(K)                                                                \
  K(sparse_product, (const press_sparse_product *arguments))                                  \
  K(stage_plane, (const press_axis *vertical, const press_axis *horizontal, size_t row_phase, \
                  size_t column_phase, size_t rows, size_t columns, const float *x, float *y))

/// A matrix of (rows, columns): sparse, or in panels of PRESS_LANES rows, each (columns,
/// PRESS_LANES) with zeros behind the last row.
struct press_matrix {
  size_t rows, columns;
  /// Dense elements. A stride of 0 makes all panels the same.
  const float *elements;
  size_t stride;
  /// Sparse elements; `row_starts` is null where the matrix is dense.
  const uint32_t *row_starts;
  const uint16_t *columns16;
  const uint32_t *columns32;
  const float *values;
  /// Dense or sparse elements as codes, where there are any. They need scratch memory of each thread:
  /// PRESS_CODED_TILE floats, or two for each column.
  press_coded coded;
  press_compact compact;
};

/// y (count, rows) = activation(x (count, columns) * weight' + bias + residual). A sparse weight
/// needs press_linear_scratch() floats at `scratch`.
void press_linear(
  const press_team *team, const press_matrix *weight, const press_epilogue *epilogue, size_t count,
  const float *x, float *y, float *scratch);
/// Floats that a sparse linear layer needs besides its operands; SIZE_MAX if they overflow.
size_t press_linear_scratch(size_t columns, size_t count);

/// A convolution over planes with a sparse weight. `x` is (images, groups * channels, input rows,
/// input columns), the weight's rows are output channels, its columns (channels, kernel rows,
/// kernel columns).
typedef struct press_convolution {
  size_t images, groups, channels;
  press_axis vertical, horizontal;
  /// From a column of the weight to its place in a group's staged planes.
  const uint32_t *offsets;
  /// Images staged at a time: scratch holds the staged planes of all their channels, and
  /// PRESS_LANES floats more.
  size_t staged_images;
} press_convolution;

/// The distinct phases of an axis (input index modulo stride), and a staged plane's extent.
size_t press_axis_phases(const press_axis *axis);
size_t press_axis_extent(const press_axis *axis);
/// Fills `offsets`, one for each of channels * kernel rows * kernel columns.
void press_stage_offsets(const press_convolution *convolution, uint32_t *offsets);
void press_convolve(
  const press_team *team, const press_convolution *convolution, const press_matrix *weight,
  const float *bias, const float *x, float *y, float *scratch);
