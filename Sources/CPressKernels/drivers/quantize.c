#include "driver.h"

// Runs of elements that have one scale, or one scale each, go through blocks of 32-bit numbers.

enum { block = 256, pieces_of_range = 64 };

typedef struct job {
  const press_team *team;
  const press_scaling *scaling;
  bool quantizes;
  press_type x_type, precision, y_type;
  const uint8_t *x;
  uint8_t *y;
  /// Runs, by outer index and by middle index or block; elements of a row of runs; pieces of a run.
  size_t runs, run, row, pieces, piece, item_runs;
} job;

#define PRESS_COPY(from, to)                                                    \
  do {                                                                          \
    for (size_t i = 0; i < count; i++) ((to *)y)[i] = (to)((const from *)x)[i]; \
  } while (false)

static void load_floats(
  const press_kernels *kernels, press_type type, size_t count, const void *x, float *y) {
  switch (type) {
    case press_int32: PRESS_COPY(int32_t, float); break;
    case press_float16: kernels->widen_float16(count, x, y); break;
    case press_bfloat16: kernels->widen_bfloat16(count, x, y); break;
    default: memcpy(y, x, count * sizeof *y);
  }
}

static void store_floats(
  const press_kernels *kernels, press_type type, size_t count, const float *x, void *y) {
  switch (type) {
    case press_float16: kernels->narrow_float16(count, x, y); break;
    case press_bfloat16: kernels->narrow_bfloat16(count, x, y); break;
    default: memcpy(y, x, count * sizeof *x);
  }
}

static void load_integers(press_type type, size_t count, const void *x, int32_t *y) {
  switch (type) {
    case press_int8: PRESS_COPY(int8_t, int32_t); break;
    case press_uint8: PRESS_COPY(uint8_t, int32_t); break;
    case press_int16: PRESS_COPY(int16_t, int32_t); break;
    case press_uint16: PRESS_COPY(uint16_t, int32_t); break;
    default: memcpy(y, x, count * sizeof *y);
  }
}

static void store_integers(press_type type, size_t count, const int32_t *x, void *y) {
  if (press_type_width(type) == 1) {
    PRESS_COPY(int32_t, uint8_t);
  } else {
    PRESS_COPY(int32_t, uint16_t);
  }
}

static int32_t lowest_of(press_type type) {
  return type == press_int8 ? INT8_MIN : type == press_int16 ? INT16_MIN : 0;
}

/// Quotients in a narrower type, in place of the numbers themselves.
static void divide(
  const job *j, size_t count, const float *scale, size_t step, float *x) {
  uint16_t narrow[block];
  for (size_t i = 0; i < count; i++) x[i] /= scale[i * step];
  store_floats(j->team->kernels, j->precision, count, x, narrow);
  load_floats(j->team->kernels, j->precision, count, narrow, x);
}

static void quantize_block(
  const job *j, size_t count, size_t at, const float *scale, const int32_t *zero) {
  const size_t step = j->scaling->inner_step;
  const int32_t lowest = lowest_of(j->y_type);
  const int32_t highest = lowest + (press_type_width(j->y_type) == 1 ? UINT8_MAX : UINT16_MAX);
  float x[block], ones[block];
  int32_t y[block];
  load_floats(j->team->kernels, j->x_type, count, j->x + at * press_type_width(j->x_type), x);
  if (j->precision != press_float32) {
    divide(j, count, scale, step, x);
    for (size_t i = 0; i < count; i++) ones[i] = 1;
    scale = ones;
  }
  j->team->kernels->quantize(count, x, scale, zero, step, lowest, highest, y);
  store_integers(j->y_type, count, y, j->y + at * press_type_width(j->y_type));
}

static void dequantize_block(
  const job *j, size_t count, size_t at, const float *scale, const int32_t *zero) {
  int32_t x[block];
  float y[block];
  load_integers(j->x_type, count, j->x + at * press_type_width(j->x_type), x);
  j->team->kernels->dequantize(count, x, scale, zero, j->scaling->inner_step, y);
  store_floats(j->team->kernels, j->y_type, count, y, j->y + at * press_type_width(j->y_type));
}

/// A piece of some runs.
static void item_of_runs(const void *context, size_t item) {
  const job *j = context;
  const press_scaling *s = j->scaling;
  const size_t first = item / j->pieces * j->item_runs, start = item % j->pieces * j->piece;
  const size_t last = press_minimum(first + j->item_runs, s->outer * j->runs);
  for (size_t number = first; number < last; number++) {
    const size_t outer = number / j->runs, run = number % j->runs;
    const size_t middle = s->inner_step ? run / s->block : run;
    const size_t begin = run * j->run, all = press_minimum(j->run, j->row - begin);
    const size_t end = press_minimum(start + j->piece, all);
    const size_t scale = outer * s->outer_stride + middle * s->block_stride;
    for (size_t i = start; i < end; i += block) {
      const size_t count = press_minimum(block, end - i), at = outer * j->row + begin + i;
      const size_t place = scale + i * s->inner_step;
      if (j->quantizes) {
        quantize_block(j, count, at, s->scales + place, s->zeros + place);
      } else {
        dequantize_block(j, count, at, s->scales + place, s->zeros + place);
      }
    }
  }
}

static void run_all(job j) {
  const press_scaling *s = j.scaling;
  j.row = s->middle * s->inner;
  j.run = s->inner_step ? s->inner : s->block * s->inner;
  if (j.row == 0 || s->outer == 0) return;
  j.runs = press_pieces(j.row, j.run);
  j.piece = press_minimum(j.run, press_small_work);
  j.pieces = press_pieces(j.run, j.piece);
  j.item_runs = press_pieces(press_small_work, j.piece);
  const size_t items = press_pieces(s->outer * j.runs, j.item_runs) * j.pieces;
  press_parallel_for(j.team->threads, items, item_of_runs, &j);
}

void press_quantize(
  const press_team *team, const press_scaling *scaling, press_type x_type, press_type precision,
  press_type y_type, const void *x, void *y) {
  run_all((job){team, scaling, true, x_type, precision, y_type, x, y});
}

void press_dequantize(
  const press_team *team, const press_scaling *scaling, press_type x_type, press_type y_type,
  const void *x, void *y) {
  run_all((job){team, scaling, false, x_type, press_float32, y_type, x, y});
}

typedef struct extremes_job {
  const press_kernels *kernels;
  size_t count, piece;
  const float *x;
  float (*found)[2];
} extremes_job;

static void extremes_item(const void *context, size_t item) {
  const extremes_job *j = context;
  const size_t first = press_minimum(item * j->piece, j->count);
  const size_t count = press_minimum(j->piece, j->count - first);
  j->kernels->extremes(count, j->x + first, &j->found[item][0], &j->found[item][1]);
}

void press_extremes(const press_team *team, size_t count, const float *x, float extremes[2]) {
  float found[pieces_of_range][2];
  const extremes_job j = {
    team->kernels, count, press_pieces(count, pieces_of_range), x, found};
  press_threads *threads = count < press_small_work ? NULL : team->threads;
  press_parallel_for(threads, pieces_of_range, extremes_item, &j);
  extremes[0] = extremes[1] = 0;
  for (size_t i = 0; i < pieces_of_range; i++) {
    extremes[0] = found[i][0] < extremes[0] ? found[i][0] : extremes[0];
    extremes[1] = found[i][1] > extremes[1] ? found[i][1] : extremes[1];
  }
}
