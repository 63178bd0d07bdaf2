#pragma once

#include "press_common.h"

// What makes a transposed convolution out of a product.

#define PRESS_FOLD_AXES 3
/// One image and group of a transposed convolution: `columns` is (input places, window, channels),
/// y's pixels are `y_stride` floats apart. A pixel is the bias, which may be null, plus what each
/// element of the window has for it, from the window's first on. An axis's padding is what is cut
/// off in front; `pad_end` is not looked at.
typedef struct press_fold {
  press_axis axes[PRESS_FOLD_AXES];
  size_t channels;
  const float *columns, *bias;
  float *y;
  size_t y_stride;
} press_fold;
void press_fold_columns(const press_team *team, const press_fold *fold);

/// y (rows, count) = the rows of x, which are `stride` floats apart.
void press_take_rows(
  const press_team *team, size_t rows, size_t count, const float *x, size_t stride, float *y);
