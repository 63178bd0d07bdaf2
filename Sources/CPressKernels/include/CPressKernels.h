#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "press_dense.h"

// The inner loops of Press. All numbers are float32; all strides and offsets count elements.
//
// Results do not depend on how the work is cut: an element of an output is the same sequence of
// operations whatever block, batch or thread it falls into.

/// Elements that every kernel handles together. Where a kernel says that it reads whole lanes, the
/// memory behind the last element must be readable up to the next multiple of this.
#define PRESS_LANES 16

/// y[r, p] = bias + sum over k of a[r, k] * x[offset(k) + p], for r < rows and p < count.
///
/// `offset(k)` is `x_offsets[k]`, or `k * x_stride` without a table. Whole lanes of x are read. A
/// bias may be given by row or by column. The sum runs from k = 0 upwards.
typedef struct press_product {
  size_t rows, depth, count;
  const float *a;
  size_t a_stride;
  const float *x;
  const uint32_t *x_offsets;
  size_t x_stride;
  const float *row_bias;
  const float *column_bias;
  float *y;
  size_t y_stride;
} press_product;

/// The same product with a sparse `a`: row r holds the elements row_starts[r] ..< row_starts[r + 1].
///
/// Exactly one of `columns16` and `columns32` is given. With a count of 1 no whole lanes are read.
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

/// A window that moves over one axis.
struct press_axis {
  size_t input, output, kernel, stride, dilation, pad_begin, pad_end;
};

/// Functions of one element: a name, and what it does to x.
#define PRESS_UNARY_FUNCTIONS(F)                       \
  F(abs, fabsf(x))                                     \
  F(ceil, ceilf(x))                                    \
  F(cos, cosf(x))                                      \
  F(erf, erff(x))                                      \
  F(exp, expf(x))                                      \
  F(floor, floorf(x))                                  \
  F(log, logf(x))                                      \
  F(neg, -x)                                           \
  F(reciprocal, 1 / x)                                 \
  F(relu, x < 0 ? 0 : x)                               \
  F(round, rintf(x))                                   \
  F(sigmoid, 1 / (1 + expf(-x)))                       \
  F(sign, x > 0 ? 1 : (x < 0 ? -1 : x))                \
  F(sin, sinf(x))                                      \
  F(softplus, fmaxf(x, 0) + log1pf(expf(-fabsf(x))))   \
  F(softsign, x / (1 + fabsf(x)))                      \
  F(sqrt, sqrtf(x))                                    \
  F(tan, tanf(x))                                      \
  F(tanh, tanhf(x))

/// Functions of two elements: a name, and what it does to l and r.
#define PRESS_BINARY_FUNCTIONS(F) \
  F(add, l + r)                   \
  F(sub, l - r)                   \
  F(mul, l * r)                   \
  F(div, l / r)                   \
  F(pow, powf(l, r))

#define PRESS_UNARY_CASE(name, expression) press_unary_##name,
#define PRESS_BINARY_CASE(name, expression) press_binary_##name,
typedef enum press_unary : uint32_t {
  PRESS_UNARY_FUNCTIONS(PRESS_UNARY_CASE) press_unary_count
} press_unary;
typedef enum press_binary : uint32_t {
  PRESS_BINARY_FUNCTIONS(PRESS_BINARY_CASE) press_binary_count
} press_binary;

typedef void press_unary_kernel(size_t count, const float *x, float *y);
/// Steps are 0 (one element for all) or 1.
typedef void press_binary_kernel(
  size_t count, const float *l, size_t l_step, const float *r, size_t r_step, float *y);

/// Every kernel: its name in the table, and its parameters.
///
/// stage_plane copies the phases of a padded plane: element (i, j) of `y` is input row
/// i * vertical.stride + row_phase - vertical.pad_begin and the column likewise, 0 outside.
/// The windows pool one plane; softmax works on rows without gaps.
#define PRESS_KERNELS(K)                                                                        \
  K(product, (const press_product *arguments))                                                  \
  K(sparse_product, (const press_sparse_product *arguments))                                    \
  K(multiply, (const press_multiply *arguments))                                                \
  K(depthwise, (const press_depthwise *arguments))                                              \
  K(winograd_input, (const press_winograd_input *arguments))                                    \
  K(winograd_output, (const press_winograd_output *arguments))                                  \
  K(activate, (press_activation activation, size_t count, float alpha, float beta, float *y))   \
  K(stage_plane, (const press_axis *vertical, const press_axis *horizontal, size_t row_phase,   \
                  size_t column_phase, size_t rows, size_t columns, const float *x, float *y))  \
  K(max_window, (const press_axis *vertical, const press_axis *horizontal, const float *x,      \
                 float *y))                                                                     \
  K(average_window, (const press_axis *vertical, const press_axis *horizontal,                  \
                     bool counts_padding, const float *x, float *y))                            \
  K(softmax, (size_t rows, size_t count, const float *x, float *y))                             \
  K(widen_float16, (size_t count, const uint16_t *x, float *y))                                 \
  K(widen_bfloat16, (size_t count, const uint16_t *x, float *y))

#define PRESS_KERNEL_MEMBER(name, parameters) void(*name) parameters;
#define PRESS_KERNEL_CASE(name, parameters) press_kernel_##name,
typedef enum press_kernel : uint32_t { PRESS_KERNELS(PRESS_KERNEL_CASE) press_kernel_count } press_kernel;

/// The kernels of one instruction set; what it does no better is taken from the portable ones.
typedef struct press_kernels {
  const char *instruction_set;
  PRESS_KERNELS(PRESS_KERNEL_MEMBER)
  press_unary_kernel *unary[press_unary_count];
  press_binary_kernel *binary[press_binary_count];
} press_kernels;

/// The best kernels for this processor, found once.
const press_kernels *press_kernel_table(void);
/// Every table that this processor can run, portable first; null behind the last.
const press_kernels *press_kernel_table_at(size_t index);
/// A kernel's name; null behind the last.
const char *press_kernel_name(press_kernel kernel);
/// Whether a table has its own version of a kernel rather than the portable one.
bool press_kernel_is_specialized(const press_kernels *table, press_kernel kernel);

// MARK: Threads

/// A team of threads that sleeps when it has had nothing to do for a moment.
typedef struct press_threads press_threads;
/// A team of `count` threads, the caller's own included; null if they can't be had.
press_threads *press_threads_create(size_t count);
/// Ends the threads. Takes null.
void press_threads_destroy(press_threads *threads);
/// Which thread of its team this is: 0 is the caller.
size_t press_thread_index(void);
/// Calls `task` once for each item, on any thread of the team, and returns when all are done.
/// Not to be called from a task, nor by two threads at once. A null team is the caller alone.
void press_parallel_for(
  press_threads *threads, size_t items, void (*task)(const void *context, size_t item),
  const void *context);

// MARK: Whole layers, cut into items for the threads

/// What a layer runs on.
struct press_team {
  const press_kernels *kernels;
  press_threads *threads;
  /// Memory of each thread's own: `thread_floats` for every thread, one behind the other.
  float *thread_scratch;
  size_t thread_floats;
};

/// A matrix of (rows, columns) in one of three forms: sparse; panels of PRESS_LANES rows, each
/// (columns, PRESS_LANES) with zeros behind the last row; or rows as they are.
struct press_matrix {
  size_t rows, columns;
  /// Dense elements. A stride of 0 makes all panels, or all rows, the same.
  const float *elements;
  size_t stride;
  /// Sparse elements; `row_starts` is null where the matrix is dense.
  const uint32_t *row_starts;
  const uint16_t *columns16;
  const uint32_t *columns32;
  const float *values;
};

/// y (count, rows) = activation(x (count, columns) * weight' + bias + residual). A dense weight is in panels.
/// A sparse one needs press_linear_scratch() floats at `scratch`.
void press_linear(
  const press_team *team, const press_matrix *weight, const press_epilogue *epilogue, size_t count,
  const float *x, float *y, float *scratch);
/// Floats that a sparse linear layer needs besides its operands; SIZE_MAX if they overflow.
size_t press_linear_scratch(size_t columns, size_t count);

/// A convolution over planes. `x` is (images, groups * channels, input rows, input columns), the
/// weight's rows are output channels, its columns (channels, kernel rows, kernel columns).
typedef struct press_convolution {
  size_t images, groups, channels;
  press_axis vertical, horizontal;
  /// From a column of the weight to its place in a group's staged planes.
  const uint32_t *offsets;
  /// Images staged at a time; each takes press_stage_size() floats of scratch, and all together
  /// PRESS_LANES more.
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

typedef enum press_window : uint32_t {
  press_window_max, press_window_average, press_window_average_with_padding
} press_window;
/// Pools `planes` planes.
void press_pool(
  const press_team *team, press_window window, size_t planes, const press_axis *vertical,
  const press_axis *horizontal, const float *x, float *y);

/// Applies a function to each element; x and y may be the same.
void press_map(
  const press_team *team, press_unary function, size_t count, const float *x, float *y);

#define PRESS_MAXIMUM_RANK 8
/// A broadcast: y is without gaps, l and r have a stride for each axis, 0 where they repeat.
typedef struct press_broadcast {
  size_t rank;
  size_t sizes[PRESS_MAXIMUM_RANK], l_strides[PRESS_MAXIMUM_RANK], r_strides[PRESS_MAXIMUM_RANK];
} press_broadcast;
/// Combines two operands; the last axis's strides are 0 or 1. y may be l or r where their shapes
/// are equal.
void press_combine(
  const press_team *team, press_binary function, const press_broadcast *broadcast, const float *l,
  const float *r, float *y);

/// Softmax of each of `rows` rows; x and y may be the same.
void press_softmax(
  const press_team *team, size_t rows, size_t count, const float *x, float *y);
