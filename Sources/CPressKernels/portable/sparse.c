#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#define PRESS_TILE_LANES 1
#endif

PRESS_INLINE const float *PRESS_NAME(sparse_source)(
  const press_sparse_product *g, size_t index, const bool wide, const bool table) {
  const size_t column = wide ? g->columns32[index] : g->columns16[index];
  return g->x + (table ? g->x_offsets[column] : column * g->x_stride);
}

/// `blocks` groups of lanes of one row, from `column` on.
PRESS_INLINE void PRESS_NAME(sparse_tile)(
  const press_sparse_product *g, size_t row, size_t column, const int blocks, const bool wide,
  const bool table) {
  const size_t end = g->row_starts[row + 1];
  size_t index = g->row_starts[row];
  press_lanes even[PRESS_TILE_LANES], odd[PRESS_TILE_LANES];
  const press_lanes zero = {0};
#pragma clang loop unroll(full)
  for (int b = 0; b < blocks; b++) {
    even[b] = g->row_bias ? zero + g->row_bias[row] : zero;
    odd[b] = zero;
  }
  for (; index + 2 <= end; index += 2) {
    const press_lanes *x0 =
      (const press_lanes *)(PRESS_NAME(sparse_source)(g, index, wide, table) + column);
    const press_lanes *x1 =
      (const press_lanes *)(PRESS_NAME(sparse_source)(g, index + 1, wide, table) + column);
#pragma clang loop unroll(full)
    for (int b = 0; b < blocks; b++) {
      even[b] += g->values[index] * x0[b];
      odd[b] += g->values[index + 1] * x1[b];
    }
  }
  if (index < end) {
    const press_lanes *x0 =
      (const press_lanes *)(PRESS_NAME(sparse_source)(g, index, wide, table) + column);
#pragma clang loop unroll(full)
    for (int b = 0; b < blocks; b++) even[b] += g->values[index] * x0[b];
  }
  float *y = g->y + row * g->y_stride + column;
#pragma clang loop unroll(full)
  for (int b = 0; b < blocks; b++) {
    const press_lanes sum = even[b] + odd[b];
    const size_t done = column + (size_t)b * PRESS_LANES;
    const size_t rest = g->count - done;
    memcpy(y + b * PRESS_LANES, &sum, (rest < PRESS_LANES ? rest : PRESS_LANES) * sizeof(float));
  }
}

/// One row times one vector: the same sums without lanes.
PRESS_INLINE void PRESS_NAME(sparse_single)(
  const press_sparse_product *g, size_t row, const bool wide, const bool table) {
  const size_t end = g->row_starts[row + 1];
  size_t index = g->row_starts[row];
  float even = g->row_bias ? g->row_bias[row] : 0, odd = 0;
  for (; index + 2 <= end; index += 2) {
    even += g->values[index] * *PRESS_NAME(sparse_source)(g, index, wide, table);
    odd += g->values[index + 1] * *PRESS_NAME(sparse_source)(g, index + 1, wide, table);
  }
  if (index < end) even += g->values[index] * *PRESS_NAME(sparse_source)(g, index, wide, table);
  g->y[row * g->y_stride] = even + odd;
}

PRESS_INLINE void PRESS_NAME(sparse_rows)(
  const press_sparse_product *g, const bool wide, const bool table) {
  for (size_t row = 0; row < g->rows; row++) {
    if (g->count == 1) {
      PRESS_NAME(sparse_single)(g, row, wide, table);
      continue;
    }
    const size_t block = PRESS_LANES * PRESS_TILE_LANES;
    size_t column = 0;
    for (; column + block <= g->count; column += block) {
      PRESS_NAME(sparse_tile)(g, row, column, PRESS_TILE_LANES, wide, table);
    }
    for (; column < g->count; column += PRESS_LANES) {
      PRESS_NAME(sparse_tile)(g, row, column, 1, wide, table);
    }
  }
}

void PRESS_NAME(sparse_product)(const press_sparse_product *g) {
  if (g->columns32) {
    if (g->x_offsets) PRESS_NAME(sparse_rows)(g, true, true);
    else PRESS_NAME(sparse_rows)(g, true, false);
  } else {
    if (g->x_offsets) PRESS_NAME(sparse_rows)(g, false, true);
    else PRESS_NAME(sparse_rows)(g, false, false);
  }
}
