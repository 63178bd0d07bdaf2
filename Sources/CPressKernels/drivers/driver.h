#pragma once

#include <string.h>

#include "../include/CPressKernels.h"

static inline size_t press_minimum(size_t a, size_t b) { return a < b ? a : b; }
static inline size_t press_pieces(size_t count, size_t piece) { return (count + piece - 1) / piece; }

/// Below this many multiplications or elements a layer is not worth waking anybody for.
enum { press_small_work = 20000 };

/// The products of rows of a sparse weight from `first` on; those of a compact one are expanded, one
/// at a time, into the thread's own memory.
void press_multiply_rows(
  const press_team *team, const press_matrix *weight, const press_sparse_product *product,
  size_t first);

/// How many positions of a window an item takes. Windows may be as large as 2^30 along each axis,
/// however small their input, so that products of their sizes overflow.
static inline size_t press_window_piece(size_t rank, const press_axis *axes, size_t channels) {
  size_t work = press_minimum(channels, press_small_work);
  for (size_t axis = 0; axis < rank; axis++) {
    const size_t kernel = press_minimum(axes[axis].kernel, press_small_work);
    work = press_minimum(work * kernel, press_small_work);
  }
  return press_pieces(press_small_work, work + 1);
}
