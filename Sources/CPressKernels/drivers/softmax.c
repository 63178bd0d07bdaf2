#include "driver.h"

typedef struct job {
  const press_kernels *kernels;
  size_t rows, count, piece;
  const float *x;
  float *y;
} job;

static void softmax_item(const void *context, size_t item) {
  const job *j = context;
  const size_t row = item * j->piece, rows = press_minimum(j->piece, j->rows - row);
  j->kernels->softmax(rows, j->count, j->x + row * j->count, j->y + row * j->count);
}

void press_softmax(
  const press_team *team, size_t rows, size_t count, const float *x, float *y) {
  if (rows == 0 || count == 0) return;
  const size_t piece = press_pieces(press_small_work, count);
  const job j = {team->kernels, rows, count, piece, x, y};
  press_parallel_for(team->threads, press_pieces(rows, piece), softmax_item, &j);
}
