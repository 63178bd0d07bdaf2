#pragma once

#include "../kernel.h"

// Where windows lie.

typedef struct press_range {
  size_t begin, end;
} press_range;

/// The positions i < count at which i * stride + shift - pad lies inside 0 ..< input.
static inline press_range press_inside(
  size_t count, size_t stride, size_t shift, size_t pad, size_t input) {
  press_range range;
  range.begin = shift >= pad ? 0 : (pad - shift + stride - 1) / stride;
  range.end = input + pad > shift ? (input + pad - shift + stride - 1) / stride : 0;
  if (range.end > count) range.end = count;
  if (range.begin > range.end) range.begin = range.end;
  return range;
}

/// The elements of the window at `position` that lie inside the input.
static inline press_range press_window_range(const press_axis *axis, size_t position) {
  return press_inside(
    axis->kernel, axis->dilation, position * axis->stride, axis->pad_begin, axis->input);
}

/// How many elements of the window at `position` lie inside 0 ..< input, or inside the padding too.
static inline size_t press_window_size(const press_axis *axis, size_t position, bool with_padding) {
  if (!with_padding) {
    const press_range range = press_window_range(axis, position);
    return range.end - range.begin;
  }
  const size_t padded = axis->input + axis->pad_begin + axis->pad_end;
  const press_range range =
    press_inside(axis->kernel, axis->dilation, position * axis->stride, 0, padded);
  return range.end - range.begin;
}
