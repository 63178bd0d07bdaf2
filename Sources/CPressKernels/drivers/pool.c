#include "driver.h"

typedef struct job {
  const press_team *team;
  press_window window;
  const press_axis *vertical, *horizontal;
  const float *x;
  float *y;
  size_t planes, piece;
} job;

static void planes_item(const void *context, size_t item) {
  const job *j = context;
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
  const size_t plane_work = output * vertical->kernel * horizontal->kernel;
  const size_t piece = press_pieces(press_small_work, plane_work + 1);
  const job j = {team, window, vertical, horizontal, x, y, planes, piece};
  press_parallel_for(team->threads, press_pieces(planes, piece), planes_item, &j);
}
