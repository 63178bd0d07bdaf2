#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#endif

#include "lanes.h"

// Winograd's transforms F(2x2, 3x3) and F(4x4, 3x3), lanes being channels. A tile of outputs + 2 inputs
// on a side becomes as many planes of factors; see drivers/winograd.h for the points.

/// One line of a tile's inputs: (x^outputs + ...) evaluated at the points.
PRESS_INLINE void input_line(const press_lanes *d, press_lanes *t, const int outputs) {
  if (outputs == 2) {
    t[0] = d[0] - d[2];
    t[1] = d[1] + d[2];
    t[2] = d[2] - d[1];
    t[3] = d[1] - d[3];
    return;
  }
  const float a = press_point_a, b = press_point_b, aa = a * a, bb = b * b;
  const press_lanes even_a = d[4] - bb * d[2], odd_a = a * (d[3] - bb * d[1]);
  const press_lanes even_b = d[4] - aa * d[2], odd_b = b * (d[3] - aa * d[1]);
  t[0] = (aa * bb) * d[0] - (aa + bb) * d[2] + d[4];
  t[1] = even_a + odd_a;
  t[2] = even_a - odd_a;
  t[3] = even_b + odd_b;
  t[4] = even_b - odd_b;
  t[5] = (aa * bb) * d[1] - (aa + bb) * d[3] + d[5];
}

/// One line of a tile's sums turned into outputs.
PRESS_INLINE void output_line(const press_lanes *m, press_lanes *y, const int outputs) {
  if (outputs == 2) {
    y[0] = m[0] + m[1] + m[2];
    y[1] = m[1] - m[2] - m[3];
    return;
  }
  const float a = press_point_a, b = press_point_b;
  const press_lanes sum_a = m[1] + m[2], sum_b = m[3] + m[4];
  const press_lanes difference_a = m[1] - m[2], difference_b = m[3] - m[4];
  y[0] = m[0] + sum_a + sum_b;
  y[1] = a * difference_a + b * difference_b;
  y[2] = (a * a) * sum_a + (b * b) * sum_b;
  y[3] = (a * a * a) * difference_a + (b * b * b) * difference_b + m[5];
}

PRESS_INLINE void input_lanes(
  const press_winograd_input *g, size_t channel, const size_t count, const int outputs,
  const bool inside) {
  enum { most = 6 };
  const int side = outputs + 2;
  const bool partial = count < PRESS_LANES;
  const size_t plane = g->plane;
  float *y = g->y + channel;
  press_lanes t[most * most];
#pragma clang loop unroll(full)
  for (int j = 0; j < side; j++) {
    press_lanes d[most], line[most];
    const ptrdiff_t column = g->column + j;
#pragma clang loop unroll(full)
    for (int i = 0; i < side; i++) {
      const ptrdiff_t row = g->row + i;
      d[i] = (press_lanes){0};
      if (
        inside
        || (row >= 0 && row < (ptrdiff_t)g->rows && column >= 0 && column < (ptrdiff_t)g->columns)) {
        const ptrdiff_t pixel = row * (ptrdiff_t)g->columns + column;
        d[i] = load_lanes(g->x + pixel * (ptrdiff_t)g->channels + channel, partial, count);
      }
    }
    input_line(d, line, outputs);
#pragma clang loop unroll(full)
    for (int i = 0; i < side; i++) t[i * most + j] = line[i];
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < side; i++) {
    press_lanes line[most];
    input_line(t + i * most, line, outputs);
#pragma clang loop unroll(full)
    for (int j = 0; j < side; j++) {
      store_lanes(y + (i * side + j) * plane, line[j], partial, count);
    }
  }
}

PRESS_INLINE void input_tile(const press_winograd_input *g, const int outputs) {
  const ptrdiff_t side = outputs + 2;
  const bool inside = g->row >= 0 && g->row + side <= (ptrdiff_t)g->rows && g->column >= 0
    && g->column + side <= (ptrdiff_t)g->columns;
  size_t channel = 0;
  for (; channel + PRESS_LANES <= g->channels; channel += PRESS_LANES) {
    if (inside) input_lanes(g, channel, PRESS_LANES, outputs, true);
    else input_lanes(g, channel, PRESS_LANES, outputs, false);
  }
  if (channel < g->channels) input_lanes(g, channel, g->channels - channel, outputs, false);
}

void PRESS_NAME(winograd_input)(const press_winograd_input *g) {
  if (g->outputs == 2) input_tile(g, 2);
  else input_tile(g, 4);
}

PRESS_INLINE void output_lanes(
  const press_winograd_output *g, size_t channel, const size_t count, const int outputs) {
  enum { most = 6 };
  const int side = outputs + 2;
  const bool partial = count < PRESS_LANES;
  press_lanes t[4 * most];
#pragma clang loop unroll(full)
  for (int j = 0; j < side; j++) {
    press_lanes m[most], line[4];
#pragma clang loop unroll(full)
    for (int i = 0; i < side; i++) {
      m[i] = load_lanes(g->x + (i * side + j) * g->plane + channel, partial, count);
    }
    output_line(m, line, outputs);
#pragma clang loop unroll(full)
    for (int i = 0; i < outputs; i++) t[i * most + j] = line[i];
  }
  // Nothing that y could change is read while it is written.
  const size_t rows = g->rows, columns = g->columns;
  const size_t row_stride = g->row_stride, pixel_stride = g->pixel_stride;
  const float *residual = g->residual ? g->residual + channel : NULL;
  const press_lanes low = press_fill(g->low), high = press_fill(g->high);
  float *y = g->y + channel;
  press_lanes bias = {0};
  if (g->bias) bias = load_lanes(g->bias + channel, partial, count);
#pragma clang loop unroll(full)
  for (int i = 0; i < outputs; i++) {
    press_lanes line[4];
    output_line(t + i * most, line, outputs);
#pragma clang loop unroll(full)
    for (int j = 0; j < outputs; j++) {
      if ((size_t)i >= rows || (size_t)j >= columns) continue;
      const size_t place = i * row_stride + j * pixel_stride;
      press_lanes value = line[j] + bias;
      if (residual) value += load_lanes(residual + place, partial, count);
      store_lanes(y + place, press_clip(value, low, high), partial, count);
    }
  }
}

PRESS_INLINE void output_tile(const press_winograd_output *g, const int outputs) {
  size_t channel = 0;
  for (; channel + PRESS_LANES <= g->channels; channel += PRESS_LANES) {
    output_lanes(g, channel, PRESS_LANES, outputs);
  }
  if (channel < g->channels) output_lanes(g, channel, g->channels - channel, outputs);
}

void PRESS_NAME(winograd_output)(const press_winograd_output *g) {
  if (g->outputs == 2) output_tile(g, 2);
  else output_tile(g, 4);
}
