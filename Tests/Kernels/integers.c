#include "check.h"

// Products of 8-bit integers, quantization, and weighted sums.

static uint8_t *random_bytes(size_t count) {
  uint8_t *x = calloc(count + PRESS_LANES * 4, 1);
  for (size_t i = 0; i < count; i++) x[i] = (uint8_t)random_below(256);
  return x;
}

/// The step of k at which panels hold a column's element.
static int8_t element(const int8_t *w, size_t quads, size_t column, size_t k) {
  const size_t panel = column / PRESS_LANES, lane = column % PRESS_LANES;
  return w[((panel * quads + k / 4) * PRESS_LANES + lane) * 4 + k % 4];
}

static void check_dot(const press_team *team, size_t rows, size_t quads, size_t panels) {
  const size_t columns = panels * PRESS_LANES;
  uint8_t *x = random_bytes(rows * quads * 4), *w = random_bytes(columns * quads * 4);
  int32_t *sums = calloc(rows * columns + 1, sizeof *sums);
  const uint8_t *starts[64];
  uint32_t offsets[64];
  for (size_t r = 0; r < rows; r++) starts[r] = x + r * quads * 4;
  for (size_t k = 0; k < quads; k++) offsets[k] = (uint32_t)(4 * k);
  const press_dot8 dot = {
    .rows = rows, .quads = quads, .panels = panels, .x = starts, .offsets = offsets,
    .w = (const int8_t *)w, .sums = sums, .sums_stride = columns};
  team->kernels->dot8(&dot);
  for (size_t r = 0; r < rows; r++) {
    for (size_t c = 0; c < columns; c++) {
      int32_t sum = 0;
      for (size_t k = 0; k < quads * 4; k++) {
        sum += x[r * quads * 4 + k] * element((const int8_t *)w, quads, c, k);
      }
      if (sums[r * columns + c] != sum) fail("dot8 %zu %zu %zu", rows, quads, panels);
    }
  }
  free(x);
  free(w);
  free(sums);
}

static void check_sums(const press_team *team, bool is_signed) {
  enum { rows = 3, columns = 70 };
  int32_t sums[rows * columns], bias[columns], column_sums[columns], column_zeros[columns];
  int32_t row_zeros[rows], row_rests[rows], wide[rows * columns];
  float scales[columns], offsets[columns], floats[rows * columns];
  uint8_t narrow[rows * columns], by_scales[rows * columns];
  int32_t shifts[columns];
  for (size_t i = 0; i < rows * columns; i++) sums[i] = (int32_t)random_below(20001) - 10000;
  for (size_t i = 0; i < columns; i++) {
    bias[i] = (int32_t)random_below(2001) - 1000;
    column_sums[i] = (int32_t)random_below(201) - 100;
    column_zeros[i] = (int32_t)random_below(21) - 10;
    scales[i] = 0.03125f;
    shifts[i] = 5;
    offsets[i] = (float)random_below(64) / 8;
  }
  for (size_t i = 0; i < rows; i++) {
    row_zeros[i] = (int32_t)random_below(256);
    row_rests[i] = (int32_t)random_below(2001) - 1000;
  }
  press_integer_sums arguments = {
    .rows = rows, .columns = columns, .sums = sums, .sums_stride = columns, .bias = bias,
    .row_zeros = row_zeros, .row_rests = row_rests, .column_sums = column_sums,
    .column_zeros = column_zeros, .y = wide, .y_stride = columns};
  team->kernels->finish_sums(&arguments);
  const int32_t highest = is_signed ? 127 : 255;
  arguments.result = (press_integer_result){
    .scales = scales, .zero = 5, .lowest = highest - 255, .highest = highest};
  arguments.y = narrow;
  team->kernels->finish_sums(&arguments);
  // The same scales as shifts, which round just so.
  const uint8_t *scaled_bytes = memcpy(by_scales, narrow, sizeof narrow);
  arguments.result.shifts = shifts;
  team->kernels->finish_sums(&arguments);
  if (memcmp(narrow, scaled_bytes, sizeof narrow) != 0) fail("finish_sums: shifts differ");
  arguments.result.shifts = NULL;
  arguments.result.offsets = offsets;
  arguments.result.is_float = true;
  arguments.y = floats;
  team->kernels->finish_sums(&arguments);
  for (size_t i = 0; i < rows * columns; i++) {
    const size_t r = i / columns, c = i % columns;
    const int32_t v =
      sums[i] + bias[c] - row_zeros[r] * column_sums[c] - row_rests[r] * column_zeros[c];
    const double scaled = fmin(fmax(rint(v * 0.03125) + 5, highest - 255), highest);
    if (wide[i] != v) fail("finish_sums: found %d, expected %d", wide[i], v);
    if (narrow[i] != (uint8_t)(int)scaled) fail("finish_sums: %d, not %g", narrow[i], scaled);
    const double shifted = v * 0.03125 + offsets[c];
    if (floats[i] != shifted) fail("finish_sums: %g, not %g", floats[i], shifted);
  }
}

static void check_depthwise(const press_team *team, size_t channels, size_t taps, uint8_t flip) {
  uint8_t *x = random_bytes(channels * taps);
  const uint8_t *window[9];
  int16_t *w = calloc(channels * taps + 1, sizeof *w);
  int32_t *sums = calloc(channels + 1, sizeof *sums);
  for (size_t i = 0; i < channels * taps; i++) w[i] = (int16_t)((int)random_below(511) - 255);
  for (size_t tap = 0; tap < taps; tap++) window[tap] = x + tap * channels;
  const press_depthwise8 arguments = {
    .channels = channels, .channel_stride = channels, .taps = taps, .x = window, .flip = flip,
    .w = w, .sums = sums};
  team->kernels->depthwise8(&arguments);
  for (size_t c = 0; c < channels; c++) {
    int32_t sum = 0;
    for (size_t tap = 0; tap < taps; tap++) {
      sum += (x[tap * channels + c] ^ flip) * w[tap * channels + c];
    }
    if (sums[c] != sum) fail("depthwise8 %zu %zu", channels, taps);
  }
  free(x);
  free(w);
  free(sums);
}

static void check_scaling(const press_team *team, size_t count, size_t step) {
  float *x = random_floats(count), scale[40];
  float y[40], smallest, largest, low = 0, high = 0;
  int32_t zero[40], q[40];
  for (size_t i = 0; i < 40; i++) {
    scale[i] = step ? 0.25f * (float)(1 + random_below(4)) : 0.5f;
    zero[i] = step ? (int32_t)random_below(100) : 7;
  }
  for (size_t i = 0; i < count; i++) x[i] = (float)((int)random_below(4001) - 2000) / 8;
  if (count > 3) x[3] = NAN;
  team->kernels->quantize(count, x, scale, zero, step, 0, 255, q);
  team->kernels->dequantize(count, q, scale, zero, step, y);
  team->kernels->extremes(count, x, &smallest, &largest);
  for (size_t i = 0; i < count; i++) {
    // What is not a number becomes the lowest one.
    const double exact = fmin(fmax(rintf(x[i] / scale[i]) + zero[i], 0), 255);
    expect_near("quantize", q[i], exact, 0);
    expect_near("dequantize", y[i], (double)(q[i] - zero[i]) * scale[i], 0);
    low = fminf(low, x[i]);
    high = fmaxf(high, x[i]);
  }
  expect_near("extremes", smallest, low, 0);
  expect_near("extremes", largest, high, 0);
  free(x);
}

static void check_blend(const press_team *team) {
  enum { inner = 21 };
  const int64_t rows[] = {0, 2, 1, 1};
  const float weights[] = {0.25f, 0.75f, 0, 1};
  const double wide_weights[] = {0.25, 0.75, 0, 1};
  float *x = random_floats(3 * inner), y[2 * inner];
  double wide_x[3 * inner], wide_y[2 * inner];
  for (size_t i = 0; i < 3 * inner; i++) wide_x[i] = x[i];
  team->kernels->blend_float(2, inner, 2, rows, weights, x, y);
  team->kernels->blend_double(2, inner, 2, rows, wide_weights, wide_x, wide_y);
  for (size_t i = 0; i < 2 * inner; i++) {
    const size_t c = i % inner;
    const double exact = i < inner ? 0.25 * x[c] + 0.75 * x[2 * inner + c] : x[inner + c];
    expect_near("blend_float", y[i], exact, 1e-6);
    expect_near("blend_double", wide_y[i], exact, 1e-15);
  }
  free(x);
  checked(press_kernel_blend_float), checked(press_kernel_blend_double);
}

void check_integers(const press_team *team) {
  static const size_t sizes[] = {0, 1, 2, 3, 5, 8, 13};
  for (size_t i = 0; i < 7; i++) {
    for (size_t j = 0; j < 7; j++) {
      for (size_t panels = 0; panels < 6; panels++) check_dot(team, sizes[i], sizes[j], panels);
    }
  }
  check_sums(team, false);
  check_sums(team, true);
  for (size_t channels = 0; channels < 40; channels++) {
    check_depthwise(team, channels, channels % 10, channels % 2 ? 128 : 0);
    check_scaling(team, channels, channels % 2);
  }
  check_blend(team);
  checked(press_kernel_dot8);
  checked(press_kernel_finish_sums);
  checked(press_kernel_depthwise8);
  checked(press_kernel_quantize);
  checked(press_kernel_dequantize);
  checked(press_kernel_extremes);
}
