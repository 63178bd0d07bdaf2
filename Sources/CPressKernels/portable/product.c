#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#define PRESS_TILE_ROWS 3
#endif

/// A tile of `rows` rows and one group of lanes, kept in registers over the whole depth.
PRESS_INLINE void PRESS_NAME(product_tile)(
  const press_product *g, size_t row, size_t column, const int rows, const bool table) {
  const size_t depth = g->depth, a_stride = g->a_stride, x_stride = g->x_stride;
  const float *restrict a = g->a + row * a_stride;
  const float *restrict x = g->x + column;
  const uint32_t *restrict offsets = g->x_offsets;
  const size_t count = g->count - column < PRESS_LANES ? g->count - column : PRESS_LANES;
  press_lanes sum[PRESS_TILE_ROWS];
  press_lanes start = {0};
  if (g->column_bias) memcpy(&start, g->column_bias + column, count * sizeof(float));
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) sum[r] = g->row_bias ? start + g->row_bias[row + r] : start;
  for (size_t k = 0; k < depth; k++) {
    const press_lanes value = *(const press_lanes *)(x + (table ? offsets[k] : k * x_stride));
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) sum[r] += a[r * a_stride + k] * value;
  }
  float *restrict y = g->y + row * g->y_stride + column;
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    if (count == PRESS_LANES) {
      *(press_lanes *)(y + r * g->y_stride) = sum[r];
    } else {
      // A copy, so that the sums themselves have no address and stay in registers.
      const press_lanes last = sum[r];
      memcpy(y + r * g->y_stride, &last, count * sizeof(float));
    }
  }
}

PRESS_INLINE void PRESS_NAME(product_columns)(const press_product *g, const bool table) {
  for (size_t column = 0; column < g->count; column += PRESS_LANES) {
    size_t row = 0;
    for (; row + PRESS_TILE_ROWS <= g->rows; row += PRESS_TILE_ROWS) {
      PRESS_NAME(product_tile)(g, row, column, PRESS_TILE_ROWS, table);
    }
#if PRESS_TILE_ROWS > 4
    for (; row + 4 <= g->rows; row += 4) PRESS_NAME(product_tile)(g, row, column, 4, table);
#endif
    for (; row < g->rows; row++) PRESS_NAME(product_tile)(g, row, column, 1, table);
  }
}

void PRESS_NAME(product)(const press_product *arguments) {
  if (arguments->x_offsets) {
    PRESS_NAME(product_columns)(arguments, true);
  } else {
    PRESS_NAME(product_columns)(arguments, false);
  }
}
