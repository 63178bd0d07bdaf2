#include "driver.h"

typedef struct map_job {
  press_unary_kernel *kernel;
  size_t count;
  const float *x;
  float *y;
} map_job;

static void map_item(const void *context, size_t item) {
  const map_job *j = context;
  const size_t first = item * press_small_work;
  j->kernel(press_minimum(press_small_work, j->count - first), j->x + first, j->y + first);
}

void press_map(
  const press_team *team, press_unary function, size_t count, const float *x, float *y) {
  const map_job j = {team->kernels->unary[function], count, x, y};
  press_parallel_for(team->threads, press_pieces(count, press_small_work), map_item, &j);
}

typedef struct combine_job {
  press_binary_kernel *kernel;
  const press_broadcast *broadcast;
  const float *l, *r;
  float *y;
  /// Elements of the last axis; rows of it, and how many of them or of its elements an item takes.
  size_t width, rows, piece_rows, piece_width, pieces;
} combine_job;

static void combine_item(const void *context, size_t item) {
  const combine_job *j = context;
  const press_broadcast *b = j->broadcast;
  const size_t l_step = b->rank ? b->l_strides[b->rank - 1] : 0;
  const size_t r_step = b->rank ? b->r_strides[b->rank - 1] : 0;
  const size_t start = item % j->pieces * j->piece_width;
  const size_t width = press_minimum(j->piece_width, j->width - start);
  const size_t first = item / j->pieces * j->piece_rows;
  const size_t end = press_minimum(first + j->piece_rows, j->rows);
  for (size_t row = first; row < end; row++) {
    size_t rest = row, l = start * l_step, r = start * r_step;
    for (size_t axis = b->rank; axis-- > 1;) {
      const size_t index = rest % b->sizes[axis - 1];
      rest /= b->sizes[axis - 1];
      l += index * b->l_strides[axis - 1];
      r += index * b->r_strides[axis - 1];
    }
    j->kernel(width, j->l + l, l_step, j->r + r, r_step, j->y + row * j->width + start);
  }
}

void press_combine(
  const press_team *team, press_binary function, const press_broadcast *b, const float *l,
  const float *r, float *y) {
  combine_job j = {team->kernels->binary[function], b, l, r, y};
  j.rows = 1;
  j.width = b->rank ? b->sizes[b->rank - 1] : 1;
  for (size_t axis = 0; axis + 1 < b->rank; axis++) j.rows *= b->sizes[axis];
  if (j.rows == 0 || j.width == 0) return;
  j.piece_width = press_minimum(j.width, press_small_work);
  j.pieces = press_pieces(j.width, j.piece_width);
  j.piece_rows = press_pieces(press_small_work, j.piece_width);
  press_parallel_for(
    team->threads, press_pieces(j.rows, j.piece_rows) * j.pieces, combine_item, &j);
}

typedef struct softmax_job {
  const press_kernels *kernels;
  size_t rows, count, piece;
  const float *x;
  float *y;
} softmax_job;

static void softmax_item(const void *context, size_t item) {
  const softmax_job *j = context;
  const size_t row = item * j->piece, rows = press_minimum(j->piece, j->rows - row);
  j->kernels->softmax(rows, j->count, j->x + row * j->count, j->y + row * j->count);
}

void press_softmax(
  const press_team *team, size_t rows, size_t count, const float *x, float *y) {
  if (rows == 0 || count == 0) return;
  const size_t piece = press_pieces(press_small_work, count);
  const softmax_job j = {team->kernels, rows, count, piece, x, y};
  press_parallel_for(team->threads, press_pieces(rows, piece), softmax_item, &j);
}
