#include "check.h"

// Products of 8-bit integers, quantization, and weighted sums.

static void check_dot(const press_team *team) {
  enum { rows = 11, quads = 9, panels = 3, columns = panels * PRESS_LANES };
  uint8_t x[rows * quads * 4];
  int8_t w[panels * quads * PRESS_LANES * 4];
  int32_t sums[rows * columns];
  for (size_t i = 0; i < sizeof x; i++) x[i] = (uint8_t)random_below(256);
  for (size_t i = 0; i < sizeof w; i++) w[i] = (int8_t)((int)random_below(256) - 128);
  const press_dot8 dot = {rows, quads, panels, x, quads * 4, w, sums, columns};
  team->kernels->dot8(&dot);
  for (size_t i = 0; i < rows * columns; i++) {
    const size_t c = i % columns, panel = c / PRESS_LANES, lane = c % PRESS_LANES;
    int32_t sum = 0;
    for (size_t k = 0; k < quads * 4; k++) {
      const int8_t weight = w[((panel * quads + k / 4) * PRESS_LANES + lane) * 4 + k % 4];
      sum += x[i / columns * quads * 4 + k] * weight;
    }
    if (sums[i] != sum) fail("dot8: found %d, expected %d", sums[i], sum);
  }
  checked(press_kernel_dot8);
}

static void check_finish(const press_team *team) {
  enum { columns = 71 };
  int32_t sums[columns], bias[columns], column_sums[columns], zeros[columns], wide[columns];
  float scales[columns];
  uint8_t narrow[columns];
  const int32_t row_zero = 3, row_rest = 5;
  for (size_t c = 0; c < columns; c++) {
    sums[c] = (int32_t)random_below(4000) - 2000, bias[c] = (int32_t)random_below(100);
    column_sums[c] = (int32_t)random_below(100), zeros[c] = (int32_t)random_below(9);
    scales[c] = 0.0625f;
  }
  press_integer_sums g = {
    1, columns, sums, columns, bias, &row_zero, &row_rest, column_sums, zeros, NULL, 100, false,
    wide, columns};
  team->kernels->finish_sums(&g);
  g.scales = scales, g.y = narrow;
  team->kernels->finish_sums(&g);
  for (size_t c = 0; c < columns; c++) {
    const int32_t v = sums[c] + bias[c] - row_zero * column_sums[c] - row_rest * zeros[c];
    const double y = fmin(fmax(rint(v * 0.0625) + 100, 0), 255);
    if (wide[c] != v || narrow[c] != y) fail("finish_sums: %d, expected %d", wide[c], v);
  }
  checked(press_kernel_finish_sums);
}

static void check_depthwise(const press_team *team) {
  enum { channels = 53, taps = 4 };
  uint8_t x[taps][channels];
  int16_t w[taps * channels];
  const uint8_t *rows[taps];
  int32_t sums[channels];
  for (size_t i = 0; i < taps * channels; i++) {
    x[i / channels][i % channels] = (uint8_t)random_below(256);
    w[i] = (int16_t)((int)random_below(511) - 255);
    rows[i / channels] = x[i / channels];
  }
  const press_depthwise8 d = {channels, channels, taps, rows, 0x80, 7, w, sums};
  team->kernels->depthwise8(&d);
  for (size_t c = 0; c < channels; c++) {
    int32_t sum = 0;
    for (size_t t = 0; t < taps; t++) sum += ((x[t][c] ^ 0x80) - 7) * w[t * channels + c];
    if (sums[c] != sum) fail("depthwise8: found %d, expected %d", sums[c], sum);
  }
  checked(press_kernel_depthwise8);
}

static void check_quantization(const press_team *team) {
  enum { count = 45 };
  float *x = random_floats(count), y[count], smallest, largest;
  int32_t q[count];
  const float scale = 0.015625f;
  const int32_t zero = 9;
  x[3] = NAN, x[4] = 1e9f;
  team->kernels->quantize(count, x, &scale, &zero, 0, -50, 60, q);
  team->kernels->dequantize(count, q, &scale, &zero, 0, y);
  team->kernels->extremes(count, x, &smallest, &largest);
  for (size_t i = 0; i < count; i++) {
    const double exact = x[i] != x[i] ? -50 : fmin(fmax(rint(x[i] * 64.0) + 9, -50), 60);
    if (q[i] != exact) fail("quantize: found %d, expected %g", q[i], exact);
    expect_near("dequantize", y[i], (q[i] - 9) / 64.0, 0);
    if (x[i] < smallest || x[i] > largest) fail("extremes: %g", x[i]);
  }
  if (largest != 1e9f) fail("extremes: found %g", largest);
  free(x);
  checked(press_kernel_quantize), checked(press_kernel_dequantize);
  checked(press_kernel_extremes);
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
  check_dot(team);
  check_finish(team);
  check_depthwise(team);
  check_quantization(team);
  check_blend(team);
}
