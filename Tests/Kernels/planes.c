#include "check.h"

// Copies, windows and products.

static void check_transposition(const press_team *team, size_t width, size_t rows, size_t columns) {
  uint8_t *x = malloc(rows * columns * width), *y = malloc(rows * columns * width);
  for (size_t i = 0; i < rows * columns * width; i++) x[i] = (uint8_t)random_below(256);
  const press_strided s = {
    2, {columns, rows}, {1, (ptrdiff_t)columns}, {(ptrdiff_t)rows, 1}};
  press_copy(team, width, &s, x, y);
  for (size_t i = 0; i < rows * columns; i++) {
    const uint8_t *from = x + (i % rows * columns + i / rows) * width;
    if (memcmp(from, y + i * width, width)) fail("transposition of %zu bytes", width);
  }
  free(x), free(y);
}

void check_copies(const press_team *team) {
  for (size_t width = 1; width <= 8; width *= 2) {
    check_transposition(team, width, 16, 32);
    check_transposition(team, width, 19, 45);
  }
  checked(press_kernel_transpose1), checked(press_kernel_transpose2);
  checked(press_kernel_transpose4), checked(press_kernel_transpose8);
}

// MARK: Windows

static const press_axis vertical = {9, 5, 3, 2, 1, 1, 1}, horizontal = {11, 10, 3, 1, 2, 1, 2};
enum { window_channels = 37, window_input = 9 * 11, window_output = 5 * 10 };

/// A window of the plane whose elements lie `step` apart.
static double pooled(press_window kind, const float *x, size_t step, size_t position) {
  double largest = -INFINITY, sum = 0, inside = 0, padded = 0;
  for (size_t k = 0; k < 9; k++) {
    const long i = (long)(position / 10 * 2 + k / 3) - 1, j = (long)(position % 10 + k % 3 * 2) - 1;
    padded += i < 10 && j < 13;
    if (i < 0 || i >= 9 || j < 0 || j >= 11) continue;
    const double value = x[(size_t)(i * 11 + j) * step];
    largest = fmax(largest, value);
    sum += value;
    inside++;
  }
  if (kind == press_window_max) return largest;
  return sum / (kind == press_window_average ? inside : padded);
}

void check_windows(const press_team *team) {
  const press_axis axes[3] = {{1, 1, 1, 1, 1, 0, 0}, vertical, horizontal};
  float *x = random_floats(window_channels * window_input);
  float *planes = random_floats(window_channels * window_output);
  float *last = random_floats(window_channels * window_output);
  for (press_window kind = 0; kind < press_window_sum; kind++) {
    press_pool(team, kind, window_channels, &vertical, &horizontal, x, planes);
    press_pool_channels(team, kind, 1, axes, window_channels, x, last);
    for (size_t i = 0; i < window_channels * window_output; i++) {
      const size_t plane = i / window_output, channel = i % window_channels;
      expect_near(
        "pool", planes[i], pooled(kind, x + plane * window_input, 1, i % window_output), 1e-6);
      expect_near(
        "pool channels-last", last[i],
        pooled(kind, x + channel, window_channels, i / window_channels), 1e-6);
    }
  }
  free(x), free(planes), free(last);
  checked(press_kernel_max_window), checked(press_kernel_average_window);
  checked(press_kernel_max_channels), checked(press_kernel_average_channels);
}

// MARK: Products

/// A convolution of 3 x 3 over one plane with every second element of its weight.
static void check_convolution(const press_team *team) {
  enum { outputs = 14 };
  press_convolution c = {1, 1, 1, vertical, {11, 11, 3, 1, 1, 1, 1}, NULL, 1};
  const size_t staged = press_axis_phases(&c.vertical) * press_axis_phases(&c.horizontal)
    * press_axis_extent(&c.vertical) * press_axis_extent(&c.horizontal);
  uint32_t offsets[9], row_starts[outputs + 1] = {0};
  uint16_t columns[outputs * 9];
  c.offsets = offsets;
  press_stage_offsets(&c, offsets);
  float *weight = random_floats(outputs * 9), *x = random_floats(99);
  float *y = random_floats(outputs * 55), *scratch = random_floats(staged + PRESS_LANES);
  float values[outputs * 9];
  for (size_t i = 0; i < outputs * 9; i++) {
    if (i % 2) weight[i] = 0;
    if (weight[i] != 0) {
      columns[row_starts[i / 9 + 1]] = (uint16_t)(i % 9);
      values[row_starts[i / 9 + 1]++] = weight[i];
    }
    if (i % 9 == 8 && i / 9 + 2 <= outputs) row_starts[i / 9 + 2] = row_starts[i / 9 + 1];
  }
  const press_matrix matrix = {
    .rows = outputs, .columns = 9, .row_starts = row_starts, .columns16 = columns,
    .values = values};
  press_convolve(team, &c, &matrix, NULL, x, y, scratch);
  for (size_t i = 0; i < outputs * 55; i++) {
    double sum = 0;
    for (size_t k = 0; k < 9; k++) {
      const long row = (long)(i % 55 / 11 * 2 + k / 3) - 1, column = (long)(i % 11 + k % 3) - 1;
      if (row < 0 || row >= 9 || column < 0 || column >= 11) continue;
      sum += (double)weight[i / 55 * 9 + k] * x[row * 11 + column];
    }
    expect_near("sparse convolution", y[i], sum, 1e-5);
  }
  free(weight), free(x), free(y), free(scratch);
}

void check_products(const press_team *team) {
  check_convolution(team);
  checked(press_kernel_sparse_product), checked(press_kernel_stage_plane);
}
