#include "reduce.h"

static void reduce_floats(
  const press_reduce_job *j, size_t width, const float *x, uint8_t *y) {
  const press_kernels *k = j->kernels;
  if (j->is_index && j->inner == 1) {
    k->index_row(j->largest, j->last, j->axis, x, (int64_t *)y);
  } else if (j->is_index) {
    k->index_columns(j->largest, j->last, j->axis, j->inner, width, x, (int64_t *)y);
  } else if (j->inner == 1) {
    k->reduce_row(j->kind, j->axis, x, (float *)y);
  } else {
    k->reduce_columns(j->kind, j->axis, j->inner, width, x, (float *)y);
  }
}

static void reduce_item(const void *context, size_t item) {
  const press_reduce_job *j = context;
  const size_t across = press_pieces(j->inner, j->width);
  const size_t end = press_minimum((item + 1) * j->piece, j->runs);
  const size_t x_width = press_type_width(j->type), y_width = j->is_index ? 8 : x_width;
  for (size_t run = item * j->piece; run < end; run++) {
    const size_t outer = run / across, column = run % across * j->width;
    const size_t width = press_minimum(j->width, j->inner - column);
    const uint8_t *x = j->x + (outer * j->axis * j->inner + column) * x_width;
    uint8_t *y = j->y + (outer * j->inner + column) * y_width;
    if (j->is_index && j->axis == 0) memset(y, 0, width * y_width);
    else if (j->type == press_float32) reduce_floats(j, width, (const float *)x, y);
    else if (j->is_index) press_index_wide(j, width, x, (int64_t *)y);
    else press_reduce_wide(j, width, x, y);
  }
}

static void run(const press_team *team, press_reduce_job *j, size_t outer) {
  const size_t width = j->type == press_float32 ? PRESS_LANES : press_half_block;
  j->kernels = team->kernels;
  j->width = press_minimum(j->inner, width);
  if (outer == 0 || j->inner == 0) return;
  j->runs = outer * press_pieces(j->inner, j->width);
  j->piece = press_pieces(press_small_work, j->axis * j->width + 1);
  press_parallel_for(team->threads, press_pieces(j->runs, j->piece), reduce_item, j);
}

void press_reduce(
  const press_team *team, press_reduction kind, press_type type, size_t outer, size_t axis,
  size_t inner, const void *x, void *y) {
  press_reduce_job j = {.kind = kind, .type = type, .axis = axis, .inner = inner, .x = x, .y = y};
  run(team, &j, outer);
}

void press_reduce_index(
  const press_team *team, bool largest, bool last, press_type type, size_t outer, size_t axis,
  size_t inner, const void *x, int64_t *y) {
  press_reduce_job j = {
    .is_index = true, .largest = largest, .last = last, .type = type, .axis = axis,
    .inner = inner, .x = x, .y = (uint8_t *)y};
  run(team, &j, outer);
}
