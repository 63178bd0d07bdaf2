#include "check.h"

#include <float.h>

// What a compressor asks of numbers: ranges, tails, codes.

enum { largest_count = 700 };

static float x[largest_count];
static uint8_t y[2 * largest_count];

/// The same numbers at an odd address, as one of the types; x becomes what they are in float32.
static press_numbers numbers_of(
  const press_team *team, press_type type, size_t count, uint8_t *memory) {
  const size_t width = press_type_width(type);
  for (size_t i = 0; i < count; i++) {
    x[i] = random_float() * 8;
    uint16_t half;
    double wide = x[i];
    const void *from = type == press_float64 ? (const void *)&wide : (const void *)&x[i];
    if (type == press_float16 || type == press_bfloat16) {
      if (type == press_float16) {
        team->kernels->narrow_float16(1, &x[i], &half);
        team->kernels->widen_float16(1, &half, &x[i]);
      } else {
        team->kernels->narrow_bfloat16(1, &x[i], &half);
        team->kernels->widen_bfloat16(1, &half, &x[i]);
      }
      from = &half;
    }
    memcpy(memory + 1 + i * width, from, width);
  }
  return (press_numbers){team->kernels, type, count, memory + 1};
}

static void check_range(const press_numbers *n) {
  const press_number_range range = press_find_range(n);
  const press_tails tails = press_find_tails(n, 1.5f);
  float low = 0, high = 0;
  double above = 0, below = 0;
  size_t count_above = 0, count_below = 0;
  for (size_t i = 0; i < n->count; i++) {
    low = fminf(low, x[i]);
    high = fmaxf(high, x[i]);
    if (x[i] > 1.5f) count_above++, above += x[i];
    if (x[i] < -1.5f) count_below++, below -= x[i];
  }
  expect_near("smallest", range.smallest, low, 0);
  expect_near("largest", range.largest, high, 0);
  if (!range.is_finite) fail("finite numbers are taken for others");
  if (tails.above != count_above || tails.below != count_below) fail("tails are miscounted");
  expect_near("sum above", tails.sum_above, above, 1e-9 * above);
  expect_near("sum below", tails.sum_below, below, 1e-9 * below);
}

static void check_coding(const press_numbers *n, int32_t highest) {
  const press_coding coding = {.scale = 0.03f, .zero = 100, .lowest = 1, .highest = highest};
  const size_t width = highest > 255 ? 2 : 1;
  double error = 0;
  press_code_integers(n, &coding, width, y);
  for (size_t i = 0; i < n->count; i++) {
    const double code = fmin(fmax(rintf(x[i] / 0.03f) + 100, 1), highest);
    expect_near("code", width == 1 ? y[i] : y[2 * i] + 256 * y[2 * i + 1], code, 0);
    const double off = (double)x[i] - (double)(0.03f * (float)(code - 100));
    error += off * off;
  }
  expect_near("coding error", press_coding_error(n, &coding), error, 1e-9 * error);
}

static void check_signs(const press_team *team, const press_numbers *n) {
  press_code_thirds(n, 2, y);
  for (size_t i = 0; i < n->count; i++) expect_near("third", y[i], 1 + (x[i] > 2) - (x[i] < -2), 0);
  press_code_signs(n, y);
  for (size_t i = 0; i < n->count; i++) expect_near("sign", y[i], x[i] < 0 ? 0 : 1, 0);
  press_narrow(n, press_bfloat16, y);
  for (size_t i = 0; i < n->count; i++) {
    uint16_t half;
    team->kernels->narrow_bfloat16(1, &x[i], &half);
    expect_near("narrow", y[2 * i] + 256 * y[2 * i + 1], half, 0);
  }
}

void check_codes(const press_team *team) {
  static uint8_t memory[8 * largest_count + 1];
  const press_type types[] = {press_float32, press_float64, press_float16, press_bfloat16};
  const size_t counts[] = {0, 1, 15, 17, 256, 300, largest_count};
  for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
      const press_numbers numbers = numbers_of(team, types[t], counts[c], memory);
      check_range(&numbers);
      check_coding(&numbers, 255);
      check_coding(&numbers, 1000);
      check_signs(team, &numbers);
    }
  }
  const float others[] = {NAN, INFINITY, -INFINITY, FLT_MAX};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    float numbers[20] = {0};
    numbers[17] = others[i];
    const press_numbers n = {team->kernels, press_float32, 20, numbers};
    if (press_find_range(&n).is_finite != (i == 3)) fail("whether %g is finite", (double)others[i]);
  }
}
