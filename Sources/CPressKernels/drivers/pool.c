#include "../portable/window.h"
#include "driver.h"

// MARK: Planes

typedef struct planes_job {
  const press_team *team;
  press_window window;
  const press_axis *vertical, *horizontal;
  const float *x;
  float *y;
  size_t planes, piece;
} planes_job;

static void planes_item(const void *context, size_t item) {
  const planes_job *j = context;
  const size_t input = j->vertical->input * j->horizontal->input;
  const size_t output = j->vertical->output * j->horizontal->output;
  const size_t end = press_minimum((item + 1) * j->piece, j->planes);
  for (size_t plane = item * j->piece; plane < end; plane++) {
    const float *x = j->x + plane * input;
    float *y = j->y + plane * output;
    if (j->window == press_window_max) {
      j->team->kernels->max_window(j->vertical, j->horizontal, x, y);
    } else {
      const bool counts_padding = j->window == press_window_average_with_padding;
      j->team->kernels->average_window(j->vertical, j->horizontal, counts_padding, x, y);
    }
  }
}

void press_pool(
  const press_team *team, press_window window, size_t planes, const press_axis *vertical,
  const press_axis *horizontal, const float *x, float *y) {
  const size_t output = vertical->output * horizontal->output;
  if (planes == 0 || output == 0) return;
  const press_axis axes[2] = {*vertical, *horizontal};
  if (window == press_window_sum) {
    press_pool_blocks(team, window, press_float32, planes, 2, axes, false, x, y, NULL);
    return;
  }
  const size_t piece = press_window_piece(2, axes, output);
  const planes_job j = {team, window, vertical, horizontal, x, y, planes, piece};
  press_parallel_for(team->threads, press_pieces(planes, piece), planes_item, &j);
}

// MARK: Channels

typedef struct channels_job {
  const press_team *team;
  press_window window;
  const press_axis *axes;
  size_t channels, positions, piece;
  const float *x;
  float *y;
} channels_job;

/// Pools the position of a number, which counts images, then the outputs of the axes.
static void pool_position(const channels_job *j, size_t number) {
  press_position p = {
    .channels = j->channels, .x = j->x, .y = j->y + number * j->channels};
  size_t step = j->channels, size = 1;
  for (size_t axis = 3; axis-- > 0;) {
    const press_axis *a = &j->axes[axis];
    const size_t position = number % a->output;
    const press_range range = press_window_range(a, position);
    number /= a->output;
    p.counts[axis] = range.end - range.begin;
    p.steps[axis] = a->dilation * step;
    if (p.counts[axis] > 0) {
      p.x += (position * a->stride + range.begin * a->dilation - a->pad_begin) * step;
    }
    size *= press_window_size(a, position, j->window == press_window_average_with_padding);
    step *= a->input;
  }
  p.x += number * step;
  if (j->window == press_window_max) {
    j->team->kernels->max_channels(&p);
  } else {
    j->team->kernels->average_channels(&p, j->window == press_window_sum ? 1 : (float)size);
  }
}

static void positions_item(const void *context, size_t item) {
  const channels_job *j = context;
  const size_t end = press_minimum((item + 1) * j->piece, j->positions);
  for (size_t position = item * j->piece; position < end; position++) pool_position(j, position);
}

void press_pool_channels(
  const press_team *team, press_window window, size_t images, const press_axis *axes,
  size_t channels, const float *x, float *y) {
  const size_t positions = images * axes[0].output * axes[1].output * axes[2].output;
  if (positions == 0 || channels == 0) return;
  const size_t piece = press_window_piece(3, axes, channels);
  const channels_job j = {team, window, axes, channels, positions, piece, x, y};
  press_parallel_for(team->threads, press_pieces(positions, piece), positions_item, &j);
}
