#include "driver.h"

typedef struct job {
  const press_kernels *kernels;
  bool logarithm;
  size_t axis, inner, runs, piece;
  const float *x;
  float *y;
} job;

static void softmax_item(const void *context, size_t item) {
  const job *j = context;
  const size_t across = press_pieces(j->inner, PRESS_LANES);
  const size_t end = press_minimum((item + 1) * j->piece, j->runs);
  for (size_t run = item * j->piece; run < end; run++) {
    const size_t column = run % across * PRESS_LANES;
    const size_t place = run / across * j->axis * j->inner + column;
    if (j->inner == 1) {
      j->kernels->softmax_row(j->logarithm, j->axis, j->x + place, j->y + place);
    } else {
      const size_t width = press_minimum(PRESS_LANES, j->inner - column);
      j->kernels->softmax_columns(
        j->logarithm, j->axis, j->inner, width, j->x + place, j->y + place);
    }
  }
}

void press_softmax(
  const press_team *team, bool logarithm, size_t outer, size_t axis, size_t inner, const float *x,
  float *y) {
  if (outer == 0 || axis == 0 || inner == 0) return;
  const size_t width = press_minimum(inner, PRESS_LANES);
  const size_t runs = outer * press_pieces(inner, PRESS_LANES);
  const size_t piece = press_pieces(press_small_work, axis * width);
  const job j = {team->kernels, logarithm, axis, inner, runs, piece, x, y};
  press_parallel_for(team->threads, press_pieces(runs, piece), softmax_item, &j);
}
