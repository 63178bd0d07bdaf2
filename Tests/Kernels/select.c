#include "check.h"

static uint32_t key_of(float number) {
  uint32_t bits;
  memcpy(&bits, &number, sizeof bits);
  return bits & 0x7FFFFFFF;
}

static void check_count(const float *x, size_t count, uint32_t key, size_t ties) {
  uint32_t *upper = calloc(1 << 15, sizeof *upper), *lower = calloc(1 << 16, sizeof *lower);
  uint8_t *mask = calloc(count / 8 + 1, 1);
  float *kept = calloc(count + 1, sizeof *kept);
  press_select_count_upper(count, x, upper);
  press_select_count_lower(count, x, key >> 16, lower);
  const press_select_ranks ranks = press_select_compare(count, x, key);
  const size_t left = press_select_mask(count, x, key, ties, mask);
  const size_t copied = press_select_copy(sizeof(float), count, mask, x, kept);
  size_t below = 0, equal = 0, zeros = 0, next = 0;
  for (size_t i = 0; i < count; i++) {
    const uint32_t found = key_of(x[i]);
    bool is_kept = found != 0 && found >= key;
    if (found == key && equal < ties) is_kept = false;
    below += found < key;
    equal += found == key;
    zeros += found == 0;
    if ((mask[i / 8] >> i % 8 & 1) != is_kept) fail("select_mask: bit %zu", i);
    if (is_kept && key_of(kept[next++]) != found) fail("select_copy: element %zu", i);
    upper[found >> 16]--;
    if (found >> 16 == key >> 16) lower[found & 0xFFFF]--;
  }
  if (ranks.below != below || ranks.equal != equal || ranks.zeros != zeros) fail("select_compare");
  if (left != (ties > equal ? ties - equal : 0)) fail("select_mask: %zu ties left", left);
  if (copied != next) fail("select_copy: %zu elements", copied);
  for (size_t i = 0; i < 1 << 16; i++) {
    if (lower[i] || (i < 1 << 15 && upper[i])) fail("select_count: counter %zu", i);
  }
  free(upper), free(lower), free(mask), free(kept);
}

void check_select(void) {
  const size_t counts[] = {0, 1, 7, 8, 9, 16, 17, 4100};
  for (size_t place = 0; place < sizeof counts / sizeof *counts; place++) {
    const size_t count = counts[place];
    float *x = random_floats(count);
    // Few different numbers, so that many tie; and those that keys have to order first and last.
    for (size_t i = 0; i < count; i++) x[i] = (float)((int)(x[i] * 4)) / 4;
    if (count > 8) x[3] = -0.0f, x[5] = NAN, x[6] = -INFINITY;
    for (size_t ties = 0; ties < 12; ties += 3) {
      check_count(x, count, key_of(0.5f), ties);
      check_count(x, count, key_of(0.3f), 0);
      check_count(x, count, 0, ties);
      check_count(x, count, key_of(INFINITY), ties);
    }
    free(x);
  }
}
