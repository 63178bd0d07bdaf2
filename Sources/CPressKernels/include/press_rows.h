#pragma once

#include "press_common.h"

// Functions of whole rows.

/// The kernels that work on rows without gaps.
#define PRESS_ROW_KERNELS(K) K(softmax, (size_t rows, size_t count, const float *x, float *y))

/// Softmax of each of `rows` rows; x and y may be the same.
void press_softmax(
  const press_team *team, size_t rows, size_t count, const float *x, float *y);
