#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#endif

#include "window.h"

void PRESS_NAME(stage_plane)(
  const press_axis *vertical, const press_axis *horizontal, size_t row_phase, size_t column_phase,
  size_t rows, size_t columns, const float *restrict x, float *restrict y) {
  const size_t stride = horizontal->stride;
  const press_range inside =
    press_inside(columns, stride, column_phase, horizontal->pad_begin, horizontal->input);
  for (size_t i = 0; i < rows; i++, y += columns) {
    const size_t padded = i * vertical->stride + row_phase;
    if (padded < vertical->pad_begin || padded >= vertical->input + vertical->pad_begin) {
      memset(y, 0, columns * sizeof(float));
      continue;
    }
    const float *row = x + (padded - vertical->pad_begin) * horizontal->input;
    memset(y, 0, inside.begin * sizeof(float));
    memset(y + inside.end, 0, (columns - inside.end) * sizeof(float));
    if (inside.begin == inside.end) continue;
    row += inside.begin * stride + column_phase - horizontal->pad_begin;
    const size_t count = inside.end - inside.begin;
    if (stride == 1) {
      memcpy(y + inside.begin, row, count * sizeof(float));
    } else {
      for (size_t j = 0; j < count; j++) y[inside.begin + j] = row[j * stride];
    }
  }
}

/// Visits the input rows of each output row, the window's columns outside the loop over pixels.
PRESS_INLINE void PRESS_NAME(window_rows)(
  const press_axis *vertical, const press_axis *horizontal, const float *restrict x,
  float *restrict y, const bool maximum) {
  const size_t stride = horizontal->stride;
  for (size_t i = 0; i < vertical->output; i++, y += horizontal->output) {
    for (size_t j = 0; j < horizontal->output; j++) y[j] = maximum ? -INFINITY : 0;
    for (size_t k = 0; k < vertical->kernel; k++) {
      const size_t padded = i * vertical->stride + k * vertical->dilation;
      if (padded < vertical->pad_begin || padded >= vertical->input + vertical->pad_begin) continue;
      const float *row = x + (padded - vertical->pad_begin) * horizontal->input;
      for (size_t l = 0; l < horizontal->kernel; l++) {
        const size_t shift = l * horizontal->dilation;
        const press_range inside = press_inside(
          horizontal->output, stride, shift, horizontal->pad_begin, horizontal->input);
        for (size_t j = inside.begin; j < inside.end; j++) {
          const float value = row[j * stride + shift - horizontal->pad_begin];
          y[j] = maximum ? (value > y[j] || value != value ? value : y[j]) : y[j] + value;
        }
      }
    }
  }
}

void PRESS_NAME(max_window)(
  const press_axis *vertical, const press_axis *horizontal, const float *x, float *y) {
  PRESS_NAME(window_rows)(vertical, horizontal, x, y, true);
}

void PRESS_NAME(average_window)(
  const press_axis *vertical, const press_axis *horizontal, bool counts_padding, const float *x,
  float *y) {
  PRESS_NAME(window_rows)(vertical, horizontal, x, y, false);
  for (size_t i = 0; i < vertical->output; i++) {
    const size_t rows = press_window_size(vertical, i, counts_padding);
    for (size_t j = 0; j < horizontal->output; j++) {
      const size_t size = rows * press_window_size(horizontal, j, counts_padding);
      y[i * horizontal->output + j] /= (float)size;
    }
  }
}
