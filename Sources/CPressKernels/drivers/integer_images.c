#include "integer.h"

// Windows are read where they are: in copies of images whose bytes are unsigned, and that have the
// zero point around them. A table says how far each quad of a window is from its first.

enum { small_image = 1 << 16 };

void press_measure_images(integer_job *j) {
  const press_integer_layer *layer = j->layer;
  const press_axis *axes = layer->axes;
  const size_t pixel = layer->groups * layer->channels;
  size_t bytes = pixel, given = pixel;
  j->image_bytes = 0;
  if (pixel == 0 || (!has_lines(layer) && layer->channels % quad != 0)) return;
  for (int i = 0; i < PRESS_SPATIAL_AXES; i++) {
    const press_axis *axis = &axes[i];
    j->extents[i] = (axis->output - 1) * axis->stride + (axis->kernel - 1) * axis->dilation + 1;
    given *= axis->input;
    if (axis->output == 0 || __builtin_mul_overflow(bytes, j->extents[i], &bytes)) return;
  }
  // Mostly what lies around an image is not worth copying.
  if (bytes < UINT32_MAX && (bytes <= small_image || bytes / 4 <= given)) j->image_bytes = bytes;
}

/// Copies a line of an image.
static void stage_line(const integer_job *j, size_t line, uint8_t *y) {
  const press_integer_layer *layer = j->layer;
  const press_axis *axes = layer->axes;
  const size_t pixel = layer->groups * layer->channels, width = j->extents[2] * pixel;
  const uint8_t zero = (uint8_t)zero_of(layer, 0);
  const size_t h = line % j->extents[1] - axes[1].pad_begin;
  const size_t d = line / j->extents[1] % j->extents[0] - axes[0].pad_begin;
  const size_t image = j->first / j->positions + line / j->extents[1] / j->extents[0];
  if (h >= axes[1].input || d >= axes[0].input) {
    memset(y, zero, width);
    return;
  }
  const size_t before = press_minimum(axes[2].pad_begin * pixel, width);
  const size_t inside = press_minimum(axes[2].input * pixel, width - before);
  const size_t source = ((image * axes[0].input + d) * axes[1].input + h) * axes[2].input * pixel;
  memset(y, zero, before);
  copy_unsigned(y + before, layer->x + source, inside, layer->x_is_signed);
  memset(y + before + inside, zero, width - before - inside);
}

static void images_item(const void *context, size_t item) {
  const integer_job *j = context;
  const size_t width = j->extents[2] * j->layer->groups * j->layer->channels;
  const size_t lines = j->rows / j->positions * j->extents[0] * j->extents[1];
  const size_t end = press_minimum((item + 1) * staged_rows, lines);
  for (size_t line = item * staged_rows; line < end; line++) {
    stage_line(j, line, j->staged + line * width);
  }
}

void press_stage_images(const integer_job *j, press_threads *threads) {
  const size_t lines = j->rows / j->positions * j->extents[0] * j->extents[1];
  press_parallel_for(threads, press_pieces(lines, staged_rows), images_item, j);
}

void press_fill_offsets(const integer_job *j) {
  const press_integer_layer *layer = j->layer;
  const press_axis *axes = layer->axes;
  const size_t pixel = layer->groups * layer->channels;
  const bool is_line = has_lines(layer);
  const size_t pieces = is_line ? 1 : axes[2].kernel;
  const size_t quads = press_pieces(is_line ? j->run : layer->channels, quad);
  uint32_t *offset = j->offsets;
  if (j->form != press_rows_in_images) {
    for (size_t k = 0; k < j->stride / quad; k++) *offset++ = (uint32_t)(k * quad);
    return;
  }
  for (size_t d = 0; d < axes[0].kernel; d++) {
    for (size_t h = 0; h < axes[1].kernel; h++) {
      for (size_t w = 0; w < pieces; w++) {
        const size_t line = d * axes[0].dilation * j->extents[1] + h * axes[1].dilation;
        const size_t place = (line * j->extents[2] + w * axes[2].dilation) * pixel;
        for (size_t k = 0; k < quads; k++) *offset++ = (uint32_t)(place + k * quad);
      }
    }
  }
}

/// The address of a window, `row` rows behind the first.
static const uint8_t *window_at(const integer_job *j, size_t row, size_t *place) {
  const press_axis *axes = j->layer->axes;
  place_of(j->layer, row % j->positions, place);
  const size_t line = place[0] * axes[0].stride * j->extents[1] + place[1] * axes[1].stride;
  const size_t pixel = line * j->extents[2] + place[2] * axes[2].stride;
  return j->staged + row / j->positions * j->image_bytes
    + pixel * j->layer->groups * j->layer->channels + j->group * j->layer->channels;
}

void press_find_rows(const integer_job *j, size_t row, size_t count, const uint8_t **rows) {
  const press_integer_layer *layer = j->layer;
  const size_t pixel = layer->groups * layer->channels;
  if (j->form != press_rows_in_images) {
    const bool is_given = j->form == press_rows_given;
    const size_t stride = is_given ? pixel : j->stride;
    const uint8_t *x = is_given ? layer->x + j->first * pixel + j->group * layer->channels
                                : j->staged;
    for (size_t i = 0; i < count; i++) rows[i] = x + (row + i) * stride;
    return;
  }
  const size_t step = layer->axes[2].stride * pixel, width = layer->axes[2].output;
  for (size_t i = 0; i < count;) {
    size_t place[PRESS_SPATIAL_AXES];
    const uint8_t *x = window_at(j, row + i, place);
    // To the end of the line.
    const size_t end = press_minimum(count, i + width - place[2]);
    for (; i < end; i++, x += step) rows[i] = x;
  }
}
