#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#define PRESS_SIGNED_ROWS 2
#define PRESS_SIGNED_PANELS 2
#endif

#include "codes.h"

// Weights of signs: x is added and subtracted under masks of lanes, and multiplied once for each part.

enum {
  signed_high = PRESS_SIGNED_ROWS,
  signed_wide = PRESS_SIGNED_PANELS,
  signed_sums = signed_high > signed_wide ? signed_high : signed_wide,
};

/// The two parameters of a part for each lane of a panel: a and b.
PRESS_INLINE press_lanes signed_parameter(const press_signed *g, const float *first) {
  press_lanes value;
  for (int lane = 0; lane < PRESS_LANES; lane++) value[lane] = first[(size_t)lane * g->lane_stride];
  return value;
}

/// Adds one part, k from `start` to `end`, to the totals of a tile.
PRESS_INLINE void signed_part(
  const press_signed *g, size_t start, size_t end, size_t row, size_t panel, press_lanes *total,
  const int rows, const int panels, const bool binary, const bool table) {
  const size_t width = binary ? 1 : 2;
  const uint16_t *masks = g->masks + panel * g->panel_stride;
  press_lanes plus[signed_sums], minus[signed_sums];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * panels; i++) plus[i] = minus[i] = (press_lanes){0};
  for (size_t k = start; k < end; k++) {
    const size_t offset = table ? g->offsets[k] : k;
#pragma clang loop unroll(full)
    for (int p = 0; p < panels; p++) {
      const uint16_t *mask = masks + p * g->panel_stride + k * width;
      const press_picks adds = pick_lanes(mask[0]);
      const press_picks subtracts = pick_lanes(binary ? 0 : mask[1]);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        const press_lanes x = press_fill(g->x[row + r][offset]);
        const int i = r * panels + p;
        if (binary) {
          plus[i] = add_or_subtract(plus[i], x, adds);
        } else {
          plus[i] = add_picked(plus[i], x, adds);
          minus[i] = add_picked(minus[i], x, subtracts);
        }
      }
    }
  }
  const float *first = g->parameters + start / g->part_depth * width;
#pragma clang loop unroll(full)
  for (int p = 0; p < panels; p++) {
    const float *own = first + (panel + p) * PRESS_LANES * g->lane_stride;
    const press_lanes a = signed_parameter(g, own);
    const press_lanes b = binary ? a : signed_parameter(g, own + 1);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const int i = r * panels + p;
      total[i] += binary ? a * plus[i] : b * plus[i] - a * minus[i];
    }
  }
}

/// A tile of rows and panels.
PRESS_INLINE void signed_tile(
  const press_signed *g, size_t row, size_t panel, const int rows, const int panels,
  const bool binary, const bool table) {
  press_lanes total[signed_sums];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * panels; i++) total[i] = (press_lanes){0};
  for (size_t start = 0, end; start < g->depth; start = end) {
    end = g->depth - start > g->part_depth ? start + g->part_depth : g->depth;
    signed_part(g, start, end, row, panel, total, rows, panels, binary, table);
  }
  const press_lanes low = press_fill(g->low), high = press_fill(g->high);
#pragma clang loop unroll(full)
  for (int p = 0; p < panels; p++) {
    const size_t column = (panel + p) * PRESS_LANES, left = g->columns - column;
    const bool partial = left < PRESS_LANES;
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const size_t place = (row + r) * g->y_stride + column;
      press_lanes value = total[r * panels + p];
      if (g->scales) value *= load_lanes(g->scales + column, partial, left);
      if (g->bias) value += load_lanes(g->bias + column, partial, left);
      if (g->residual) value += load_lanes(g->residual + place, partial, left);
      store_lanes(g->y + place, press_clip(value, low, high), partial, left);
    }
  }
}

PRESS_INLINE void signed_form(const press_signed *g, const bool binary, const bool table) {
  const size_t panels = (g->columns + PRESS_LANES - 1) / PRESS_LANES;
  for (size_t row = 0; row < g->rows;) {
    const bool high = g->rows - row >= signed_high;
    size_t panel = 0;
    if (!high) {
      for (; panel + signed_wide <= panels; panel += signed_wide) {
        signed_tile(g, row, panel, 1, signed_wide, binary, table);
      }
    }
    for (; panel < panels; panel++) {
      if (high) signed_tile(g, row, panel, signed_high, 1, binary, table);
      else signed_tile(g, row, panel, 1, 1, binary, table);
    }
    row += high ? signed_high : 1;
  }
}

void PRESS_NAME(signed_sums)(const press_signed *g) {
  if (g->is_binary) {
    if (g->offsets) signed_form(g, true, true);
    else signed_form(g, true, false);
  } else {
    if (g->offsets) signed_form(g, false, true);
    else signed_form(g, false, false);
  }
}
