#include "driver.h"

// MARK: Rows

typedef struct rows_job {
  const press_kernels *kernels;
  const press_rows *r;
  size_t piece;
} rows_job;

static void normalize_row(const rows_job *j, size_t row) {
  const press_rows *r = j->r;
  const size_t count = r->channels * r->inner, first = row % r->groups * r->channels;
  const float *x = r->x + row * count;
  float *y = r->y + row * count;
  float mean, inverse;
  j->kernels->row_moments(r->kind, r->epsilon, count, x, &mean, &inverse);
  if (r->mean) r->mean[row] = mean;
  if (r->inverse) r->inverse[row] = inverse;
  const float *scale = r->scale ? r->scale + first : NULL;
  const float *bias = r->bias ? r->bias + first : NULL;
  if (r->inner == 1 || (!scale && !bias)) {
    j->kernels->affine_all(count, x, mean, inverse, scale, bias, y);
    return;
  }
  for (size_t c = 0; c < r->channels; c++, x += r->inner, y += r->inner) {
    const float factor = scale ? inverse * scale[c] : inverse;
    j->kernels->affine(r->inner, x, mean, factor, bias ? bias[c] : 0, y);
  }
}

static void rows_item(const void *context, size_t item) {
  const rows_job *j = context;
  const size_t end = press_minimum((item + 1) * j->piece, j->r->rows);
  for (size_t row = item * j->piece; row < end; row++) normalize_row(j, row);
}

void press_normalize(const press_team *team, const press_rows *rows) {
  const size_t count = rows->channels * rows->inner;
  // Rows without elements still have a mean, which is no number.
  const bool has_moments = rows->mean || rows->inverse;
  if (rows->rows == 0 || (count == 0 && !has_moments)) return;
  const rows_job j = {team->kernels, rows, press_pieces(press_small_work, count + 1)};
  press_parallel_for(team->threads, press_pieces(rows->rows, j.piece), rows_item, &j);
}

// MARK: Channels

typedef struct channels_job {
  const press_kernels *kernels;
  const press_channels *c;
  /// Rows of one channel, or of all where they lie in the last axis, and how many an item takes.
  size_t rows, count, piece;
} channels_job;

static void channels_item(const void *context, size_t item) {
  const channels_job *j = context;
  const press_channels *c = j->c;
  const size_t end = press_minimum((item + 1) * j->piece, j->rows);
  for (size_t row = item * j->piece; row < end; row++) {
    const float *x = c->x + row * j->count;
    float *y = c->y + row * j->count;
    const size_t channel = row % c->channels;
    if (c->inner == 1) {
      j->kernels->affine_all(j->count, x, 0, 1, c->scale, c->bias, y);
    } else {
      j->kernels->affine(
        j->count, x, 0, c->scale ? c->scale[channel] : 1, c->bias ? c->bias[channel] : 0, y);
    }
    if (c->function < press_unary_count) {
      j->kernels->unary[c->function](j->count, y, y, c->alpha, c->beta);
    }
  }
}

void press_scale_channels(const press_team *team, const press_channels *c) {
  channels_job j = {team->kernels, c, c->outer, c->channels, 0};
  if (c->inner != 1) j.rows *= c->channels, j.count = c->inner;
  if (j.rows == 0 || j.count == 0) return;
  j.piece = press_pieces(press_small_work, j.count);
  press_parallel_for(team->threads, press_pieces(j.rows, j.piece), channels_item, &j);
}

// MARK: Local response normalization

typedef struct lrn_job {
  const press_kernels *kernels;
  const press_lrn_window *window;
  size_t channels, inner, runs;
  const float *x;
  float *y;
} lrn_job;

static void lrn_item(const void *context, size_t run) {
  const lrn_job *j = context;
  const size_t across = press_pieces(j->inner, PRESS_LANES), column = run % across * PRESS_LANES;
  const size_t place = run / across * j->channels * j->inner + column;
  if (j->inner == 1) {
    j->kernels->lrn_row(j->window, j->channels, j->x + place, j->y + place);
  } else {
    const size_t width = press_minimum(PRESS_LANES, j->inner - column);
    j->kernels->lrn_columns(
      j->window, j->channels, j->inner, width, j->x + place, j->y + place);
  }
}

void press_lrn(
  const press_team *team, const press_lrn_window *window, size_t outer, size_t channels,
  size_t inner, const float *x, float *y) {
  if (channels == 0) return;
  const lrn_job j = {
    team->kernels, window, channels, inner, outer * press_pieces(inner, PRESS_LANES), x, y};
  press_parallel_for(team->threads, j.runs, lrn_item, &j);
}
