#include "../portable/window.h"
#include "driver.h"

// The largest bytes of windows, channels last. Drivers are compiled for the smallest instruction
// set only, but that one compares bytes well enough.

typedef struct job {
  const press_axis *axes;
  size_t channels, positions, piece;
  uint8_t flip;
  const uint8_t *x;
  uint8_t *y;
} job;

static void take_larger(
  size_t count, uint8_t flip, const uint8_t *restrict x, uint8_t *restrict y) {
  for (size_t i = 0; i < count; i++) {
    const uint8_t value = x[i] ^ flip;
    y[i] = value > y[i] ? value : y[i];
  }
}

/// The position of a number, which counts images, then the outputs of the axes.
static void pool_position(const job *j, size_t number) {
  uint8_t *y = j->y + number * j->channels;
  const uint8_t *x = j->x;
  size_t counts[3], steps[3], step = j->channels;
  for (size_t axis = 3; axis-- > 0;) {
    const press_axis *a = &j->axes[axis];
    const size_t position = number % a->output;
    const press_range range = press_window_range(a, position);
    number /= a->output;
    counts[axis] = range.end - range.begin;
    steps[axis] = a->dilation * step;
    if (counts[axis] > 0) {
      x += (position * a->stride + range.begin * a->dilation - a->pad_begin) * step;
    }
    step *= a->input;
  }
  x += number * step;
  memset(y, 0, j->channels);
  for (size_t d = 0; d < counts[0]; d++) {
    for (size_t h = 0; h < counts[1]; h++) {
      for (size_t w = 0; w < counts[2]; w++) {
        take_larger(j->channels, j->flip, x + d * steps[0] + h * steps[1] + w * steps[2], y);
      }
    }
  }
  // Signed bytes are compared as unsigned ones.
  for (size_t i = 0; i < j->channels && j->flip; i++) y[i] ^= j->flip;
}

static void positions_item(const void *context, size_t item) {
  const job *j = context;
  const size_t end = press_minimum((item + 1) * j->piece, j->positions);
  for (size_t position = item * j->piece; position < end; position++) pool_position(j, position);
}

void press_pool_bytes(
  const press_team *team, size_t images, const press_axis *axes, size_t channels, bool is_signed,
  const uint8_t *x, uint8_t *y) {
  const size_t volume = axes[0].kernel * axes[1].kernel * axes[2].kernel;
  const size_t positions = images * axes[0].output * axes[1].output * axes[2].output;
  if (positions == 0 || channels == 0) return;
  const job j = {
    .axes = axes,
    .channels = channels,
    .positions = positions,
    .piece = press_pieces(press_small_work, volume * channels + 1),
    .flip = is_signed ? 128 : 0,
    .x = x,
    .y = y,
  };
  press_parallel_for(team->threads, press_pieces(positions, j.piece), positions_item, &j);
}
