#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#define PRESS_DEPTHWISE_PIXELS 2
#endif

#include "partial.h"

// Lanes are channels, a tile is some output pixels of a row, and the window's elements are taken one
// by one in order; those outside the input are left out.

/// The places of one axis's window that lie inside the input.
typedef struct window_part {
  size_t begin, end;
} window_part;

static window_part inside(const press_axis *axis, size_t position) {
  const size_t start = position * axis->stride, step = axis->dilation;
  const size_t end = axis->input + axis->pad_begin;
  window_part part = {0, axis->kernel};
  if (start < axis->pad_begin) part.begin = (axis->pad_begin - start + step - 1) / step;
  if (start >= end) part.end = 0;
  else if (start + (axis->kernel - 1) * step >= end) part.end = (end - start + step - 1) / step;
  if (part.begin > part.end) part.begin = part.end;
  return part;
}

/// `pixels` output pixels from `column` on, one group of lanes, the window's columns `part`.
PRESS_INLINE void depthwise_tile(
  const press_depthwise *g, const window_part *rows, const window_part *part, size_t column,
  size_t channel, size_t count, const int pixels) {
  const press_axis *v = g->vertical, *h = g->horizontal;
  const bool partial = count < PRESS_LANES;
  const size_t step = h->stride * g->pixel_stride, line = h->input * g->pixel_stride;
  press_lanes sum[PRESS_DEPTHWISE_PIXELS];
  press_lanes bias = {0};
  if (g->bias) bias = load_lanes(g->bias + channel, partial, count);
#pragma clang loop unroll(full)
  for (int p = 0; p < pixels; p++) sum[p] = bias;
  for (size_t k = rows->begin; k < rows->end; k++) {
    const float *x = g->x + channel + (g->row * v->stride + k * v->dilation - v->pad_begin) * line;
    const float *weight = g->weight + channel + k * h->kernel * g->pixel_stride;
    for (size_t l = part->begin; l < part->end; l++) {
      const press_lanes value = load_lanes(weight + l * g->pixel_stride, partial, count);
      const float *pixel =
        x + (column * h->stride + l * h->dilation - h->pad_begin) * g->pixel_stride;
#pragma clang loop unroll(full)
      for (int p = 0; p < pixels; p++) {
        sum[p] += load_lanes(pixel + p * step, partial, count) * value;
      }
    }
  }
#pragma clang loop unroll(full)
  for (int p = 0; p < pixels; p++) {
    const size_t place = (column + p) * g->pixel_stride + channel;
    press_lanes value = sum[p];
    if (g->residual) value += load_lanes(g->residual + place, partial, count);
    store_lanes(g->y + place, clamp_lanes(value, g->low, g->high), partial, count);
  }
}

/// One group of lanes of the whole row: the border pixels one by one, those between in tiles.
PRESS_INLINE void depthwise_lanes(
  const press_depthwise *g, const window_part *rows, size_t channel, const size_t count) {
  const press_axis *h = g->horizontal;
  const window_part whole = {0, h->kernel};
  // The first column whose window starts inside, and the first whose window ends outside.
  const size_t reach = (h->kernel - 1) * h->dilation;
  const size_t room = h->input + h->pad_begin;
  size_t first = (h->pad_begin + h->stride - 1) / h->stride;
  size_t last = room > reach ? (room - reach - 1) / h->stride + 1 : 0;
  if (first > h->output) first = h->output;
  if (last > h->output) last = h->output;
  size_t column = 0;
  for (; column < first; column++) {
    const window_part part = inside(h, column);
    depthwise_tile(g, rows, &part, column, channel, count, 1);
  }
  for (; column + PRESS_DEPTHWISE_PIXELS <= last; column += PRESS_DEPTHWISE_PIXELS) {
    depthwise_tile(g, rows, &whole, column, channel, count, PRESS_DEPTHWISE_PIXELS);
  }
#if PRESS_DEPTHWISE_PIXELS > 4
  for (; column + 4 <= last; column += 4) {
    depthwise_tile(g, rows, &whole, column, channel, count, 4);
  }
#endif
  for (; column < h->output; column++) {
    const window_part part = inside(h, column);
    depthwise_tile(g, rows, &part, column, channel, count, 1);
  }
}

void PRESS_NAME(depthwise)(const press_depthwise *g) {
  const window_part rows = inside(g->vertical, g->row);
  size_t channel = 0;
  for (; channel + PRESS_LANES <= g->channels; channel += PRESS_LANES) {
    depthwise_lanes(g, &rows, channel, PRESS_LANES);
  }
  if (channel < g->channels) depthwise_lanes(g, &rows, channel, g->channels - channel);
}
