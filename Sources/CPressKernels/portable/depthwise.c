#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#define PRESS_DEPTHWISE_PIXELS 2
#endif

#include "lanes.h"

// Lanes are channels, a tile is some output pixels of a row, and the window's elements are taken one
// by one in order; those outside the input are left out, or are zeros.

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

/// What a tile's sums are made of: one group of lanes, whole or not.
typedef struct lane_group {
  size_t channel, count;
} lane_group;

PRESS_INLINE press_lanes depthwise_start(const press_depthwise *g, const lane_group lanes) {
  const press_lanes zero = {0};
  if (!g->bias) return zero;
  return load_lanes(g->bias + lanes.channel, lanes.count < PRESS_LANES, lanes.count);
}

PRESS_INLINE void depthwise_end(
  const press_depthwise *g, const lane_group lanes, size_t column, const press_lanes *sum,
  const int pixels) {
  // Nothing that y could change is read while it is written.
  const bool partial = lanes.count < PRESS_LANES;
  const size_t pixel_stride = g->pixel_stride, place = column * pixel_stride + lanes.channel;
  const float *residual = g->residual ? g->residual + place : NULL;
  const press_lanes low = press_fill(g->low), high = press_fill(g->high);
  float *y = g->y + place;
#pragma clang loop unroll(full)
  for (int p = 0; p < pixels; p++) {
    press_lanes value = sum[p];
    if (residual) value += load_lanes(residual + p * pixel_stride, partial, lanes.count);
    store_lanes(y + p * pixel_stride, press_clip(value, low, high), partial, lanes.count);
  }
}

/// Pixels whose windows, any windows, have the same columns inside the input.
PRESS_INLINE void depthwise_any(
  const press_depthwise *g, const window_part *rows, const window_part *columns, size_t column,
  const lane_group lanes, const int pixels) {
  const press_axis *v = g->vertical, *h = g->horizontal;
  const bool partial = lanes.count < PRESS_LANES;
  const size_t step = h->stride * g->pixel_stride;
  press_lanes sum[PRESS_DEPTHWISE_PIXELS];
#pragma clang loop unroll(full)
  for (int p = 0; p < pixels; p++) sum[p] = depthwise_start(g, lanes);
  for (size_t k = rows->begin; k < rows->end; k++) {
    const size_t row = g->row * v->stride + k * v->dilation - v->pad_begin;
    const float *weight = g->weight + lanes.channel + k * h->kernel * g->pixel_stride;
    for (size_t l = columns->begin; l < columns->end; l++) {
      const size_t pixel = column * h->stride + l * h->dilation - h->pad_begin;
      const float *x = g->x + (row * h->input + pixel) * g->pixel_stride + lanes.channel;
      const press_lanes value = load_lanes(weight + l * g->pixel_stride, partial, lanes.count);
#pragma clang loop unroll(full)
      for (int p = 0; p < pixels; p++) {
        sum[p] += load_lanes(x + p * step, partial, lanes.count) * value;
      }
    }
  }
  depthwise_end(g, lanes, column, sum, pixels);
}

/// Any windows: the border pixels one by one, those between in tiles.
__attribute__((noinline)) static void depthwise_any_row(const press_depthwise *g) {
  const press_axis *h = g->horizontal;
  const window_part rows = inside(g->vertical, g->row);
  const size_t reach = (h->kernel - 1) * h->dilation + (PRESS_DEPTHWISE_PIXELS - 1) * h->stride;
  for (size_t column = 0; column < h->output;) {
    const size_t start = column * h->stride;
    const bool tile = start >= h->pad_begin && start + reach < h->input + h->pad_begin
      && column + PRESS_DEPTHWISE_PIXELS <= h->output;
    const window_part columns = inside(h, column);
    for (size_t channel = 0; channel < g->channels; channel += PRESS_LANES) {
      const size_t left = g->channels - channel;
      const lane_group lanes = {channel, left < PRESS_LANES ? left : PRESS_LANES};
      if (tile) depthwise_any(g, &rows, &columns, column, lanes, PRESS_DEPTHWISE_PIXELS);
      else depthwise_any(g, &rows, &columns, column, lanes, 1);
    }
    column += tile ? PRESS_DEPTHWISE_PIXELS : 1;
  }
}

/// Of a tile's input columns, the first that is inside the input, and the first that is not again.
typedef struct tile_edges {
  size_t first, end;
} tile_edges;

/// A tile of pixels whose windows have `width` columns without dilation. Width and stride are known
/// here, so that neighbouring pixels share what they load; and only a window's outermost columns may
/// be outside, so that only they are looked at, in tiles at an edge.
PRESS_INLINE void depthwise_tile(
  const press_depthwise *g, const window_part *rows, const tile_edges *edges, size_t column,
  const lane_group lanes, const int pixels, const int width, const int stride, const bool edge) {
  const press_axis *v = g->vertical, *h = g->horizontal;
  const bool partial = lanes.count < PRESS_LANES;
  const size_t pixel_stride = g->pixel_stride, line = h->input * pixel_stride;
  const size_t first = edges->first, end = edges->end;
  const int last = (pixels - 1) * stride;
  static const float zeros[PRESS_LANES];
  press_lanes sum[PRESS_DEPTHWISE_PIXELS];
#pragma clang loop unroll(full)
  for (int p = 0; p < pixels; p++) sum[p] = depthwise_start(g, lanes);
  // An offset rather than a pointer: it may lie before the image.
  const uintptr_t image = (uintptr_t)g->x;
  size_t offset = (g->row * v->stride + rows->begin * v->dilation - v->pad_begin) * line
    + (column * stride - h->pad_begin) * pixel_stride + lanes.channel;
  const float *weight = g->weight + lanes.channel + rows->begin * width * pixel_stride;
  for (size_t k = rows->begin; k < rows->end; k++) {
#pragma clang loop unroll(full)
    for (int l = 0; l < width; l++) {
      const press_lanes value = load_lanes(weight + l * pixel_stride, partial, lanes.count);
#pragma clang loop unroll(full)
      for (int p = 0; p < pixels; p++) {
        const int q = p * stride + l;
        // Both places are worked out, so that the choice is no branch.
        uintptr_t x = image + (offset + q * pixel_stride) * sizeof(float);
        if (edge && q < width - 1) x = (size_t)q < first ? (uintptr_t)zeros : x;
        if (edge && q > last) x = (size_t)q >= end ? (uintptr_t)zeros : x;
        sum[p] += load_lanes((const float *)x, partial, lanes.count) * value;
      }
    }
    offset += v->dilation * line;
    weight += width * pixel_stride;
  }
  depthwise_end(g, lanes, column, sum, pixels);
}

/// Windows of `width` columns in tiles; the last tile may do some pixels again.
PRESS_INLINE void depthwise_row(
  const press_depthwise *g, const int pixels, const int width, const int stride) {
  const press_axis *h = g->horizontal;
  const window_part rows = inside(g->vertical, g->row);
  const size_t span = (size_t)((pixels - 1) * stride + width);
  for (size_t column = 0; column < h->output; column += pixels) {
    if (column + pixels > h->output) column = h->output - pixels;
    const size_t start = column * stride, room = h->input + h->pad_begin - start;
    const tile_edges edges = {
      start < h->pad_begin ? h->pad_begin - start : 0, room < span ? room : span};
    const bool edge = edges.first > 0 || edges.end < span;
    size_t channel = 0;
    for (; channel + PRESS_LANES <= g->channels; channel += PRESS_LANES) {
      const lane_group lanes = {channel, PRESS_LANES};
      if (edge) depthwise_tile(g, &rows, &edges, column, lanes, pixels, width, stride, true);
      else depthwise_tile(g, &rows, &edges, column, lanes, pixels, width, stride, false);
    }
    if (channel == g->channels) continue;
    const lane_group lanes = {channel, g->channels - channel};
    depthwise_tile(g, &rows, &edges, column, lanes, pixels, width, stride, true);
  }
}

/// Windows of a known width, in tiles that are as wide as the row allows.
PRESS_INLINE void depthwise_width(const press_depthwise *g, const int width, const int stride) {
  if (g->horizontal->output >= PRESS_DEPTHWISE_PIXELS) {
    depthwise_row(g, PRESS_DEPTHWISE_PIXELS, width, stride);
  } else {
    depthwise_row(g, PRESS_DEPTHWISE_PIXELS / 2, width, stride);
  }
}

void PRESS_NAME(depthwise)(const press_depthwise *g) {
  const press_axis *h = g->horizontal;
  // Beyond the input there are at most a window's columns but one, at either end.
  const size_t end = (h->output - 1) * h->stride;
  const bool fits = h->dilation == 1 && h->stride <= 2 && h->pad_begin < h->kernel
    && end < h->input + h->pad_begin && h->output >= PRESS_DEPTHWISE_PIXELS / 2;
  switch (fits ? h->kernel * 10 + h->stride : 0) {
    case 31: depthwise_width(g, 3, 1); break;
    case 32: depthwise_width(g, 3, 2); break;
    case 51: depthwise_width(g, 5, 1); break;
    case 52: depthwise_width(g, 5, 2); break;
    default: depthwise_any_row(g);
  }
}
