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

/// Windows of `width` columns without dilation, all inside the input; the number of columns and the
/// stride are known here, so that neighbouring pixels share what they load.
PRESS_INLINE void depthwise_line(
  const float *x, const float *weight, size_t pixel_stride, press_lanes *restrict sum, bool partial,
  size_t count, const int pixels, const int width, const int stride) {
#pragma clang loop unroll(full)
  for (int l = 0; l < width; l++) {
    const press_lanes value = load_lanes(weight + l * pixel_stride, partial, count);
#pragma clang loop unroll(full)
    for (int p = 0; p < pixels; p++) {
      sum[p] += load_lanes(x + (p * stride + l) * pixel_stride, partial, count) * value;
    }
  }
}

/// `pixels` output pixels from `column` on, one group of lanes, the window's columns `part`.
PRESS_INLINE void depthwise_tile(
  const press_depthwise *g, const window_part *rows, const window_part *part, size_t column,
  size_t channel, size_t count, const int pixels, const int width, const int stride) {
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
    if (width > 0) {
      const float *first = x + (column * stride - h->pad_begin) * g->pixel_stride;
      depthwise_line(
        first, weight, g->pixel_stride, sum, partial, count, pixels, width, stride);
      continue;
    }
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
  // Nothing that y could change is read while it is written.
  const size_t pixel_stride = g->pixel_stride, place = column * pixel_stride + channel;
  const float *residual = g->residual ? g->residual + place : NULL;
  const press_lanes low = all_lanes(g->low), high = all_lanes(g->high);
  float *y = g->y + place;
#pragma clang loop unroll(full)
  for (int p = 0; p < pixels; p++) {
    press_lanes value = sum[p];
    if (residual) value += load_lanes(residual + p * pixel_stride, partial, count);
    store_lanes(y + p * pixel_stride, clamp_lanes(value, low, high), partial, count);
  }
}

/// All channels of some pixels. A width of 0 stands for any.
PRESS_INLINE void depthwise_pixels(
  const press_depthwise *g, const window_part *rows, const window_part *part, size_t column,
  const int pixels, const int width, const int stride) {
  size_t channel = 0;
  for (; channel + PRESS_LANES <= g->channels; channel += PRESS_LANES) {
    depthwise_tile(g, rows, part, column, channel, PRESS_LANES, pixels, width, stride);
  }
  if (channel == g->channels) return;
  depthwise_tile(g, rows, part, column, channel, g->channels - channel, pixels, width, stride);
}

__attribute__((noinline)) static void depthwise_border(
  const press_depthwise *g, const window_part *rows, size_t column) {
  const window_part part = inside(g->horizontal, column);
  depthwise_pixels(g, rows, &part, column, 1, 0, 0);
}

/// Pixels whose windows lie inside the input, in tiles; the last one may do some pixels again.
PRESS_INLINE void depthwise_inside(
  const press_depthwise *g, const window_part *rows, size_t column, size_t end, const int pixels,
  const int width, const int stride) {
  const window_part whole = {0, g->horizontal->kernel};
  while (column < end) {
    const size_t start = end - column < (size_t)pixels ? end - pixels : column;
    depthwise_pixels(g, rows, &whole, start, pixels, width, stride);
    column = start + pixels;
  }
}

/// The border pixels one by one, those between in tiles.
PRESS_INLINE void depthwise_row(const press_depthwise *g, const int width, const int stride) {
  const press_axis *h = g->horizontal;
  const window_part rows = inside(g->vertical, g->row);
  // The first column whose window starts inside, and the first whose window ends outside.
  const size_t reach = (h->kernel - 1) * h->dilation;
  const size_t room = h->input + h->pad_begin;
  size_t first = (h->pad_begin + h->stride - 1) / h->stride;
  size_t last = room > reach ? (room - reach - 1) / h->stride + 1 : 0;
  if (last > h->output) last = h->output;
  if (first > last) first = last;
  for (size_t column = 0; column < first; column++) depthwise_border(g, &rows, column);
  const size_t between = last - first;
  if (between >= PRESS_DEPTHWISE_PIXELS) {
    depthwise_inside(g, &rows, first, last, PRESS_DEPTHWISE_PIXELS, width, stride);
  } else if (between >= PRESS_DEPTHWISE_PIXELS / 2) {
    depthwise_inside(g, &rows, first, last, PRESS_DEPTHWISE_PIXELS / 2, width, stride);
  } else {
    depthwise_inside(g, &rows, first, last, 1, width, stride);
  }
  for (size_t column = last; column < h->output; column++) depthwise_border(g, &rows, column);
}

void PRESS_NAME(depthwise)(const press_depthwise *g) {
  const press_axis *h = g->horizontal;
  const size_t kind = h->dilation == 1 && h->stride <= 2 ? h->kernel * 10 + h->stride : 0;
  switch (kind) {
    case 31: depthwise_row(g, 3, 1); break;
    case 32: depthwise_row(g, 3, 2); break;
    case 51: depthwise_row(g, 5, 1); break;
    case 52: depthwise_row(g, 5, 2); break;
    default: depthwise_row(g, 0, 0);
  }
}
