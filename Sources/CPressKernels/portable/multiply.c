#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#if defined(__aarch64__)
#define PRESS_MULTIPLY_ROWS 6
#else
#define PRESS_MULTIPLY_ROWS 3
#endif
#define PRESS_MULTIPLY_TABLE_ROWS PRESS_MULTIPLY_ROWS
#define PRESS_MULTIPLY_PANELS 1
#define PRESS_FEW_ROWS_PANELS 2
#endif

#include "lanes.h"

// The one inner loop of every dense product. A tile of rows and panels is kept in registers while it
// runs over a block of k; the panels of a block stay in the first cache while the rows go by.

enum {
  /// The most of a block of k. Sums are stored between blocks, which changes no bit of them.
  depth_block = 512,
  /// Up to this many rows, tiles are wide instead of high: the weight is what is waited for.
  few_rows = 2,
  high_tile = PRESS_MULTIPLY_ROWS * PRESS_MULTIPLY_PANELS,
  wide_tile = few_rows * PRESS_FEW_ROWS_PANELS,
  most_sums = high_tile > wide_tile ? high_tile : wide_tile,
};

/// A block of k: `depth` of them from `start` on, and where they are in x.
typedef struct depth_part {
  size_t start, depth;
  bool is_last;
} depth_part;

/// Adds a block of k to the sums of one tile.
PRESS_INLINE void multiply_add(
  const press_multiply *g, const depth_part *part, size_t row, size_t panel,
  press_lanes *restrict sum, const int rows, const int panels, const bool table) {
  const float *x[PRESS_MULTIPLY_ROWS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) x[r] = g->x[row + r] + (table ? 0 : part->start);
  const size_t stride = g->panel_stride;
  const float *restrict weight = g->weight + panel * stride + part->start * PRESS_LANES;
  const uint32_t *restrict offsets = table ? g->offsets + part->start : NULL;
  const size_t depth = part->depth;
  for (size_t k = 0; k < depth; k++, weight += PRESS_LANES) {
    const size_t offset = table ? offsets[k] : k;
    press_lanes values[PRESS_FEW_ROWS_PANELS];
#pragma clang loop unroll(full)
    for (int p = 0; p < panels; p++) values[p] = *(const press_lanes *)(weight + p * stride);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
      for (int p = 0; p < panels; p++) sum[r * panels + p] += x[r][offset] * values[p];
    }
  }
}

/// A tile of rows and panels over one block of k.
PRESS_INLINE void multiply_tile(
  const press_multiply *g, const depth_part *part, size_t row, size_t panel,
  const int rows, const int panels, const bool table) {
  const size_t column = panel * PRESS_LANES, stride = g->y_stride;
  const size_t count = g->columns - column;
  const bool whole = count >= (size_t)panels * PRESS_LANES;
  // Elements of the last panel.
  const size_t rest = whole ? PRESS_LANES : count - (size_t)(panels - 1) * PRESS_LANES;
  const bool starts = part->start == 0 && !g->continues;
  float *restrict y = g->y + row * stride + column;
  press_lanes sum[most_sums];
#pragma clang loop unroll(full)
  for (int p = 0; p < panels; p++) {
    const bool partial = !whole && p == panels - 1;
    press_lanes bias = {0};
    if (starts && g->bias) {
      bias = load_lanes(g->bias + column + p * PRESS_LANES, partial, rest);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      sum[r * panels + p] = starts
        ? bias
        : load_lanes(y + r * stride + p * PRESS_LANES, partial, rest);
    }
  }
  multiply_add(g, part, row, panel, sum, rows, panels, table);
  const float *residual =
    part->is_last && g->residual ? g->residual + row * stride + column : NULL;
  const press_lanes low = press_fill(part->is_last ? g->low : -INFINITY);
  const press_lanes high = press_fill(part->is_last ? g->high : INFINITY);
#pragma clang loop unroll(full)
  for (int p = 0; p < panels; p++) {
    const bool partial = !whole && p == panels - 1;
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      press_lanes value = sum[r * panels + p];
      const size_t place = r * stride + p * PRESS_LANES;
      if (residual) value += load_lanes(residual + place, partial, rest);
      value = press_clip(value, low, high);
      store_lanes(y + place, value, partial, rest);
    }
  }
}

/// A tile whose number of rows is known only now.
PRESS_INLINE void multiply_rows(
  const press_multiply *g, const depth_part *part, size_t row, size_t panel, size_t rows,
  const int panels, const bool table) {
#define PRESS_ROWS_CASE(n) \
  case n: multiply_tile(g, part, row, panel, n, panels, table); break;
  switch (rows) {
    PRESS_ROWS_CASE(1)
    PRESS_ROWS_CASE(2)
    PRESS_ROWS_CASE(3)
#if PRESS_MULTIPLY_ROWS > 3
    PRESS_ROWS_CASE(4)
    PRESS_ROWS_CASE(5)
    PRESS_ROWS_CASE(6)
#endif
#if PRESS_MULTIPLY_ROWS > 6
    PRESS_ROWS_CASE(7)
    PRESS_ROWS_CASE(8)
    PRESS_ROWS_CASE(9)
    PRESS_ROWS_CASE(10)
    PRESS_ROWS_CASE(11)
    PRESS_ROWS_CASE(12)
#endif
  }
#undef PRESS_ROWS_CASE
}

/// All rows of some panels, in tiles of nearly equal height. A table of offsets takes registers from
/// the rows.
PRESS_INLINE void multiply_column(
  const press_multiply *g, const depth_part *part, size_t panel, const int panels,
  const bool table) {
  const size_t most = table ? PRESS_MULTIPLY_TABLE_ROWS : PRESS_MULTIPLY_ROWS;
  const size_t tiles = (g->rows + most - 1) / most;
  const size_t height = g->rows / tiles, higher = g->rows % tiles;
  for (size_t tile = 0, row = 0; tile < tiles; tile++) {
    const size_t rows = height + (tile < higher);
    multiply_rows(g, part, row, panel, rows, panels, table);
    row += rows;
  }
}

__attribute__((noinline)) static void multiply_panels(
  const press_multiply *g, const depth_part *part, size_t panel) {
  if (g->offsets) multiply_column(g, part, panel, PRESS_MULTIPLY_PANELS, true);
  else multiply_column(g, part, panel, PRESS_MULTIPLY_PANELS, false);
}

#if PRESS_MULTIPLY_PANELS > 1
/// One panel, where an odd one is left.
__attribute__((noinline)) static void multiply_panel(
  const press_multiply *g, const depth_part *part, size_t panel) {
  if (g->offsets) multiply_column(g, part, panel, 1, true);
  else multiply_column(g, part, panel, 1, false);
}
#endif

/// A few rows of many panels.
__attribute__((noinline)) static void multiply_wide(
  const press_multiply *g, const depth_part *part, size_t panel) {
  if (g->offsets && g->rows == 1) {
    multiply_tile(g, part, 0, panel, 1, PRESS_FEW_ROWS_PANELS, true);
  } else if (g->offsets) {
    multiply_tile(g, part, 0, panel, 2, PRESS_FEW_ROWS_PANELS, true);
  } else if (g->rows == 1) {
    multiply_tile(g, part, 0, panel, 1, PRESS_FEW_ROWS_PANELS, false);
  } else {
    multiply_tile(g, part, 0, panel, 2, PRESS_FEW_ROWS_PANELS, false);
  }
}

void PRESS_NAME(multiply)(const press_multiply *g) {
  const size_t panels = (g->columns + PRESS_LANES - 1) / PRESS_LANES;
  if (g->rows == 0 || panels == 0) return;
  // One or two rows read the weight once and have no use for blocks.
  size_t blocks = g->rows <= few_rows ? 1 : g->depth / depth_block + (g->depth % depth_block > 0);
  blocks = blocks > 0 ? blocks : 1;
  depth_part part = {0};
  do {
    const size_t left = g->depth - part.start;
    part.depth = left / blocks + (left % blocks > 0);
    part.is_last = part.depth == left;
    size_t panel = 0;
    if (g->rows <= few_rows) {
      for (; panel + PRESS_FEW_ROWS_PANELS <= panels; panel += PRESS_FEW_ROWS_PANELS) {
        multiply_wide(g, &part, panel);
      }
    }
    for (; panel + PRESS_MULTIPLY_PANELS <= panels; panel += PRESS_MULTIPLY_PANELS) {
      multiply_panels(g, &part, panel);
    }
#if PRESS_MULTIPLY_PANELS > 1
    if (panel < panels) multiply_panel(g, &part, panel);
#endif
    part.start += part.depth;
    blocks--;
  } while (part.start < g->depth);
}
