#pragma once

#include "press_common.h"

// Elements that move: transposed, sliced, repeated, joined, gathered.

/// The kernels that turn planes on their side: y[column * y_stride + row] is
/// x[row * x_stride + column], with elements of as many bytes as the name says.
#define PRESS_COPY_KERNELS(K)                                                               \
  K(transpose1, (size_t rows, size_t columns, const void *x, ptrdiff_t x_stride, void *y,   \
                 ptrdiff_t y_stride))                                                       \
  K(transpose2, (size_t rows, size_t columns, const void *x, ptrdiff_t x_stride, void *y,   \
                 ptrdiff_t y_stride))                                                       \
  K(transpose4, (size_t rows, size_t columns, const void *x, ptrdiff_t x_stride, void *y,   \
                 ptrdiff_t y_stride))                                                       \
  K(transpose8, (size_t rows, size_t columns, const void *x, ptrdiff_t x_stride, void *y,   \
                 ptrdiff_t y_stride))

/// A copy of elements: each axis's size, and the strides of source and target along it in elements.
/// Those of the source may be 0 or negative; those of the target are positive, and no two elements
/// have the same place.
typedef struct press_strided {
  size_t rank;
  size_t sizes[PRESS_MAXIMUM_RANK];
  ptrdiff_t x_strides[PRESS_MAXIMUM_RANK], y_strides[PRESS_MAXIMUM_RANK];
} press_strided;

/// Copies elements of 1, 2, 4 or 8 bytes. x and y are the places of the first element.
void press_copy(
  const press_team *team, size_t width, const press_strided *strided, const void *x, void *y);

/// y (outer, count, inner) = those of the `size` rows of x (outer, size, inner) that `indices`
/// name; inner counts bytes, and negative indices count from behind. An index out of range gives
/// zeros. Whether all are in range.
bool press_gather(
  const press_team *team, size_t outer, size_t size, size_t inner, size_t count,
  const int64_t *indices, const void *x, void *y);
