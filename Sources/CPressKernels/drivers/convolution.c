#include "driver.h"

// Convolution without unfolding the input. The input is staged: padded, and split by the stride's
// phases, so that every element of a window moves over it in steps of one. Then an output plane,
// taken with the staged plane's row length, is one run of pixels, and each column of the weight is a
// fixed offset into the staged planes. What falls between two output rows is thrown away.

enum { longest_run = 1024, channel_block = 12 };

/// The phases of a window's elements repeat after this many.
static size_t phase_period(const press_axis *axis) {
  size_t a = axis->stride, b = axis->dilation;
  while (b) {
    const size_t rest = a % b;
    a = b;
    b = rest;
  }
  return axis->stride / a;
}

size_t press_axis_phases(const press_axis *axis) {
  return press_minimum(axis->kernel, phase_period(axis));
}

size_t press_axis_extent(const press_axis *axis) {
  if (axis->kernel == 0 || axis->output == 0) return 0;
  return axis->output + (axis->kernel - 1) * axis->dilation / axis->stride;
}

/// Floats of one channel's staged planes: (row phases, column phases, rows, columns).
static size_t staged_channel(const press_convolution *c) {
  return press_axis_phases(&c->vertical) * press_axis_phases(&c->horizontal)
    * press_axis_extent(&c->vertical) * press_axis_extent(&c->horizontal);
}

void press_stage_offsets(const press_convolution *c, uint32_t *offsets) {
  const press_axis *v = &c->vertical, *h = &c->horizontal;
  const size_t columns = press_axis_extent(h), plane = press_axis_extent(v) * columns;
  const size_t row_period = phase_period(v), column_period = phase_period(h);
  for (size_t channel = 0; channel < c->channels; channel++) {
    for (size_t k = 0; k < v->kernel; k++) {
      for (size_t l = 0; l < h->kernel; l++) {
        const size_t phase = k % row_period * press_axis_phases(h) + l % column_period;
        *offsets++ = (uint32_t)(
          channel * staged_channel(c) + phase * plane + k * v->dilation / v->stride * columns
          + l * h->dilation / h->stride);
      }
    }
  }
}

typedef struct job {
  const press_team *team;
  const press_convolution *convolution;
  const press_matrix *weight;
  const float *bias, *x;
  float *y, *scratch;
  /// The images of this round, output rows in one run, runs of a plane, blocks of a group's rows.
  size_t first_image, run_rows, runs, group_rows, blocks;
} job;

static void stage_item(const void *context, size_t item) {
  const job *j = context;
  const press_convolution *c = j->convolution;
  const press_axis *v = &c->vertical, *h = &c->horizontal;
  const size_t channels = c->groups * c->channels;
  const size_t rows = press_axis_extent(v), columns = press_axis_extent(h);
  const float *x = j->x + (j->first_image * channels + item) * v->input * h->input;
  float *y = j->scratch + item * staged_channel(c);
  for (size_t k = 0; k < press_axis_phases(v); k++) {
    for (size_t l = 0; l < press_axis_phases(h); l++, y += rows * columns) {
      j->team->kernels->stage_plane(
        v, h, k * v->dilation % v->stride, l * h->dilation % h->stride, rows, columns, x, y);
    }
  }
}

/// Output channels row ..< row + rows of a run of pixels that starts at x.
static void multiply(
  const job *j, size_t row, size_t rows, const float *x, size_t count, float *y, size_t y_stride) {
  const press_matrix *weight = j->weight;
  const press_sparse_product product = {
    .rows = rows,
    .count = count,
    .row_starts = weight->row_starts ? weight->row_starts + row : NULL,
    .columns16 = weight->columns16,
    .columns32 = weight->columns32,
    .values = weight->values,
    .x = x,
    .x_offsets = j->convolution->offsets,
    .row_bias = j->bias ? j->bias + row : NULL,
    .y = y,
    .y_stride = y_stride,
  };
  press_multiply_rows(j->team, weight, &product, row);
}

static void run_item(const void *context, size_t item) {
  const job *j = context;
  const press_convolution *c = j->convolution;
  const size_t block = item % j->blocks, run = item / j->blocks % j->runs;
  const size_t group = item / j->blocks / j->runs % c->groups;
  const size_t image = item / j->blocks / j->runs / c->groups;
  const size_t width = c->vertical.output ? c->horizontal.output : 0;
  const size_t columns = press_axis_extent(&c->horizontal);
  const size_t plane = c->vertical.output * width;
  const size_t first = run * j->run_rows;
  const size_t lines = press_minimum(j->run_rows, c->vertical.output - first);
  const size_t row = group * j->group_rows + block * channel_block;
  const size_t rows = press_minimum(channel_block, j->group_rows - block * channel_block);
  const float *x = j->scratch + (image * c->groups + group) * c->channels * staged_channel(c)
    + first * columns;
  const size_t image_rows = c->groups * j->group_rows;
  float *y = j->y + ((j->first_image + image) * image_rows + row) * plane + first * width;
  if (columns == width || lines == 1) {
    multiply(j, row, rows, x, (lines - 1) * columns + width, y, plane);
    return;
  }
  float tile[channel_block * longest_run];
  multiply(j, row, rows, x, (lines - 1) * columns + width, tile, longest_run);
  for (size_t r = 0; r < rows; r++) {
    for (size_t line = 0; line < lines; line++) {
      memcpy(
        y + r * plane + line * width, tile + r * longest_run + line * columns,
        width * sizeof(float));
    }
  }
}

void press_convolve(
  const press_team *team, const press_convolution *c, const press_matrix *weight,
  const float *bias, const float *x, float *y, float *scratch) {
  const size_t columns = press_axis_extent(&c->horizontal), height = c->vertical.output;
  if (weight->rows == 0 || height == 0 || c->horizontal.output == 0) return;
  job j = {team, c, weight, bias, x, y, scratch};
  j.group_rows = weight->rows / c->groups;
  j.run_rows = columns < longest_run ? press_minimum(longest_run / columns, height) : 1;
  j.runs = press_pieces(height, j.run_rows);
  j.blocks = press_pieces(j.group_rows, channel_block);
  for (; j.first_image < c->images; j.first_image += c->staged_images) {
    const size_t images = press_minimum(c->staged_images, c->images - j.first_image);
    const size_t items = images * c->groups * j.runs * j.blocks;
    const double work = (double)items * weight->columns * columns * j.run_rows;
    press_threads *threads = work < press_small_work ? NULL : team->threads;
    press_parallel_for(threads, images * c->groups * c->channels, stage_item, &j);
    press_parallel_for(threads, items, run_item, &j);
  }
}
