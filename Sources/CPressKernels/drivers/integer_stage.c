#include "integer.h"

// Rows are staged: the window's elements one behind the other, as unsigned bytes, filled up to whole
// quads.

/// Stages one row of a pixel's window: `x` is the row of the image, or null outside.
static uint8_t *stage_line(
  const integer_job *j, const uint8_t *x, size_t place, uint8_t zero, uint8_t *y) {
  const press_integer_layer *layer = j->layer;
  const press_axis *axis = &layer->axes[PRESS_SPATIAL_AXES - 1];
  const size_t pixel = layer->groups * layer->channels, channels = layer->channels;
  // Neighbours lie side by side.
  const bool is_run = axis->dilation == 1 && layer->groups == 1;
  for (size_t tap = 0; tap < axis->kernel;) {
    size_t index, run = 1;
    if (!x || !seen(axis, place, tap, &index)) {
      memset(y, zero, channels);
    } else {
      if (is_run) run = press_minimum(axis->kernel - tap, axis->input - index);
      copy_unsigned(y, x + index * pixel, run * channels, layer->x_is_signed);
    }
    y += run * channels;
    tap += run;
  }
  return y;
}

/// Stages the window of one pixel.
static void stage_row(const integer_job *j, size_t image, size_t position, uint8_t *y) {
  const press_integer_layer *layer = j->layer;
  const press_axis *axes = layer->axes;
  const size_t line = axes[2].input * layer->groups * layer->channels;
  const uint8_t zero = (uint8_t)zero_of(layer, image);
  const size_t line_rest = press_pieces(j->run, quad) * quad - j->run;
  size_t place[PRESS_SPATIAL_AXES], d, h;
  place_of(layer, position, place);
  for (size_t tap_d = 0; tap_d < axes[0].kernel; tap_d++) {
    const bool inside_d = seen(&axes[0], place[0], tap_d, &d);
    for (size_t tap_h = 0; tap_h < axes[1].kernel; tap_h++) {
      const uint8_t *x = NULL;
      if (inside_d && seen(&axes[1], place[1], tap_h, &h)) {
        x = layer->x + ((image * axes[0].input + d) * axes[1].input + h) * line
          + j->group * layer->channels;
      }
      y = stage_line(j, x, place[2], zero, y);
      // A line is filled up by itself where it is a run.
      if (j->run != j->depth) {
        memset(y, 0, line_rest);
        y += line_rest;
      }
    }
  }
}

static void stage_item(const void *context, size_t item) {
  const integer_job *j = context;
  const size_t end = press_minimum((item + 1) * staged_rows, j->rows);
  for (size_t row = item * staged_rows; row < end; row++) {
    const size_t image = (j->first + row) / j->positions;
    uint8_t *y = j->staged + row * j->stride;
    stage_row(j, image, (j->first + row) % j->positions, y);
    if (j->run == j->depth) memset(y + j->depth, 0, j->stride - j->depth);
    const int32_t zero = zero_of(j->layer, image);
    uint32_t sum = 0;
    if (j->needs_rests) {
      for (size_t i = 0; i < j->stride; i++) sum += y[i];
      sum -= (uint32_t)j->depth * (uint32_t)zero;
    }
    j->row_zeros[row] = zero;
    j->row_rests[row] = (int32_t)sum;
  }
}

void press_stage_rows(const integer_job *j, press_threads *threads) {
  press_parallel_for(threads, press_pieces(j->rows, staged_rows), stage_item, j);
}
