#include "driver.h"

// Every pixel of y gathers what it gets, so that threads never write to the same one and sums
// always have the same order.

enum { row_piece = 64 };

/// The place of x whose window's element `tap` falls on a place of y; false if there is none.
static bool source(const press_axis *axis, size_t place, size_t tap, size_t *index) {
  const size_t padded = place + axis->pad_begin, shift = tap * axis->dilation;
  if (padded < shift || (padded - shift) % axis->stride) return false;
  *index = (padded - shift) / axis->stride;
  return *index < axis->input;
}

static void add(size_t count, const float *restrict x, float *restrict y) {
  for (size_t i = 0; i < count; i++) y[i] += x[i];
}

/// One pixel, whose place along the first two axes is given.
static void gather(const press_fold *f, size_t d, size_t h, size_t w, float *y) {
  const press_axis *axes = f->axes;
  const size_t taps = axes[0].kernel * axes[1].kernel * axes[2].kernel;
  size_t i, j, k;
  for (size_t a = 0; a < axes[0].kernel; a++) {
    if (!source(&axes[0], d, a, &i)) continue;
    for (size_t b = 0; b < axes[1].kernel; b++) {
      if (!source(&axes[1], h, b, &j)) continue;
      for (size_t c = 0; c < axes[2].kernel; c++) {
        if (!source(&axes[2], w, c, &k)) continue;
        const size_t place = (i * axes[1].input + j) * axes[2].input + k;
        const size_t tap = (a * axes[1].kernel + b) * axes[2].kernel + c;
        add(f->channels, f->columns + (place * taps + tap) * f->channels, y);
      }
    }
  }
}

static void row_item(const void *context, size_t item) {
  const press_fold *f = context;
  const size_t width = f->axes[2].output;
  const size_t d = item / f->axes[1].output, h = item % f->axes[1].output;
  for (size_t w = 0; w < width; w++) {
    float *y = f->y + (item * width + w) * f->y_stride;
    if (f->bias) {
      memcpy(y, f->bias, f->channels * sizeof(float));
    } else {
      memset(y, 0, f->channels * sizeof(float));
    }
    gather(f, d, h, w, y);
  }
}

void press_fold_columns(const press_team *team, const press_fold *fold) {
  const press_axis *axes = fold->axes;
  const size_t rows = axes[0].output * axes[1].output;
  const double pixels = (double)rows * axes[2].output;
  const double taps = (double)axes[0].kernel * axes[1].kernel * axes[2].kernel;
  const bool small = pixels * taps * fold->channels < press_small_work;
  press_parallel_for(small ? NULL : team->threads, rows, row_item, fold);
}

typedef struct take_job {
  size_t rows, count, stride;
  const float *x;
  float *y;
} take_job;

static void take_item(const void *context, size_t item) {
  const take_job *j = context;
  const size_t last = press_minimum((item + 1) * row_piece, j->rows);
  for (size_t row = item * row_piece; row < last; row++) {
    memcpy(j->y + row * j->count, j->x + row * j->stride, j->count * sizeof(float));
  }
}

void press_take_rows(
  const press_team *team, size_t rows, size_t count, const float *x, size_t stride, float *y) {
  const take_job j = {rows, count, stride, x, y};
  const bool small = rows * count < press_small_work;
  press_parallel_for(small ? NULL : team->threads, press_pieces(rows, row_piece), take_item, &j);
}
