#pragma once

#include "press_common.h"

// Functions of whole rows.

/// The kernels that work on rows without gaps.
#define PRESS_ROW_KERNELS(K) K(softmax, (size_t rows, size_t count, const float *x, float *y))

/// Softmax of each of `rows` rows; x and y may be the same.
void press_softmax(
  const press_team *team, size_t rows, size_t count, const float *x, float *y);

/// y (batch, columns, rows) = x (batch, rows, columns), elements of 1, 2, 4 or 8 bytes.
void press_transpose(
  const press_team *team, size_t batch, size_t rows, size_t columns, size_t width, const void *x,
  void *y);
