#pragma once

#include <math.h>

#include "driver.h"

// What dense layers share: a product over rows that are found by their place, cut into items.

/// Rows by their index: four sizes, the last the quickest, and each one's stride.
typedef struct press_places {
  size_t sizes[4], strides[4];
} press_places;

/// Products that share x: each has its own part of the channels and its own weight.
typedef struct press_dense {
  const press_team *team;
  const press_epilogue *epilogue;
  /// Of the first group and all rows. The rows' places, the clamp, and the bias are left open.
  press_multiply product;
  const float *x;
  press_places places;
  size_t groups, x_group, weight_group;
  /// The weight as codes, each group's panels behind the other's; null where it is floats.
  const press_coded *coded;
} press_dense;

/// A product of rows that were found, with all panels of a coded weight that it covers: from panel
/// `panel` of all groups on, whose first lane is `row` of all rows.
void press_multiply_coded(
  const press_dense *dense, const press_multiply *product, size_t panel, size_t row);

void press_run_dense(const press_dense *dense);

/// What a kernel clamps to; other activations follow with press_activate.
static inline float press_low(const press_epilogue *epilogue) {
  return epilogue->activation == press_activation_clip ? epilogue->alpha : -INFINITY;
}
static inline float press_high(const press_epilogue *epilogue) {
  return epilogue->activation == press_activation_clip ? epilogue->beta : INFINITY;
}

/// Applies what a kernel did not to `rows` rows just written.
void press_activate(
  const press_kernels *kernels, const press_epilogue *epilogue, size_t rows, size_t columns,
  float *y, size_t stride);

/// Winograd's algorithms.
size_t press_winograd_scratch(const press_dense_convolution *convolution);
size_t press_winograd_thread_scratch(const press_dense_convolution *convolution);
void press_convolve_winograd(
  const press_team *team, const press_dense_convolution *convolution, const float *weight,
  const press_epilogue *epilogue, const float *x, float *y, float *scratch);
