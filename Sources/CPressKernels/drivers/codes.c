#include "driver.h"

// Numbers go through blocks that stay in the nearest cache. Sums run over eight lanes that no table
// changes, so that every machine writes the same bytes.
#pragma STDC FP_CONTRACT OFF

enum { block = 256, sums = 8 };

/// Whole groups of lanes.
static size_t padded(size_t count) { return press_pieces(count, PRESS_LANES) * PRESS_LANES; }

/// Numbers from `first` on, at most a block of them, as float32; behind them zeros up to whole groups
/// of lanes.
static size_t load(const press_numbers *n, size_t first, float x[block]) {
  const size_t count = press_minimum(block, n->count - first);
  const uint8_t *from = (const uint8_t *)n->x + first * press_type_width(n->type);
  if (n->type == press_float32) {
    memcpy(x, from, count * sizeof *x);
  } else if (n->type == press_float64) {
    double wide[block];
    memcpy(wide, from, count * sizeof *wide);
    for (size_t i = 0; i < count; i++) x[i] = (float)wide[i];
  } else {
    uint16_t halves[block];
    memcpy(halves, from, count * sizeof *halves);
    if (n->type == press_float16) {
      n->kernels->widen_float16(count, halves, x);
    } else {
      n->kernels->widen_bfloat16(count, halves, x);
    }
  }
  for (size_t i = count; i < padded(count); i++) x[i] = 0;
  return count;
}

press_number_range press_find_range(const press_numbers *n) {
  press_number_range range = {0, 0, true};
  for (size_t first = 0; first < n->count; first += block) {
    float x[block], smallest, largest;
    const size_t count = load(n, first, x);
    n->kernels->extremes(count, x, &smallest, &largest);
    range.smallest = smallest < range.smallest ? smallest : range.smallest;
    range.largest = largest > range.largest ? largest : range.largest;
    uint32_t infinite = 0;
    for (size_t i = 0; i < count; i++) {
      int32_t bits;
      memcpy(&bits, &x[i], sizeof bits);
      infinite |= (uint32_t)((bits & INT32_MAX) >= 0x7F800000);
    }
    if (infinite) range.is_finite = false;
  }
  return range;
}

press_tails press_find_tails(const press_numbers *n, float threshold) {
  double above[sums] = {0}, below[sums] = {0};
  press_tails tails = {0};
  for (size_t first = 0; first < n->count; first += block) {
    float x[block];
    const size_t count = load(n, first, x);
    uint32_t numbers_above = 0, numbers_below = 0;
    for (size_t i = 0; i < count; i++) {
      numbers_above += x[i] > threshold;
      numbers_below += x[i] < -threshold;
    }
    for (size_t i = 0; i < padded(count); i += sums) {
      for (size_t lane = 0; lane < sums; lane++) {
        const float number = x[i + lane];
        above[lane] += number > threshold ? (double)number : 0.0;
        below[lane] -= number < -threshold ? (double)number : 0.0;
      }
    }
    tails.above += numbers_above;
    tails.below += numbers_below;
  }
  for (size_t lane = 0; lane < sums; lane++) {
    tails.sum_above += above[lane];
    tails.sum_below += below[lane];
  }
  return tails;
}

void press_code_integers(
  const press_numbers *n, const press_coding *coding, size_t width, uint8_t *y) {
  for (size_t first = 0; first < n->count; first += block) {
    float x[block];
    int32_t codes[block];
    const size_t count = load(n, first, x);
    n->kernels->quantize(
      count, x, &coding->scale, &coding->zero, 0, coding->lowest, coding->highest, codes);
    if (width == 1) {
      for (size_t i = 0; i < count; i++) y[first + i] = (uint8_t)codes[i];
    } else {
      for (size_t i = 0; i < count; i++) {
        y[2 * (first + i)] = (uint8_t)codes[i];
        y[2 * (first + i) + 1] = (uint8_t)(codes[i] >> 8);
      }
    }
  }
}

double press_coding_error(const press_numbers *n, const press_coding *coding) {
  double error[sums] = {0}, total = 0;
  const float scale = coding->scale;
  for (size_t first = 0; first < n->count; first += block) {
    float x[block];
    int32_t codes[block];
    // The zeros behind the last number have the code of 0, and no error.
    const size_t count = padded(load(n, first, x));
    n->kernels->quantize(
      count, x, &scale, &coding->zero, 0, coding->lowest, coding->highest, codes);
    for (size_t i = 0; i < count; i += sums) {
      for (size_t lane = 0; lane < sums; lane++) {
        const float value = scale * (float)(codes[i + lane] - coding->zero);
        const double difference = (double)x[i + lane] - (double)value;
        error[lane] += difference * difference;
      }
    }
  }
  for (size_t lane = 0; lane < sums; lane++) total += error[lane];
  return total;
}

void press_code_thirds(const press_numbers *n, float threshold, uint8_t *y) {
  for (size_t first = 0; first < n->count; first += block) {
    float x[block];
    const size_t count = load(n, first, x);
    for (size_t i = 0; i < count; i++) {
      y[first + i] = (uint8_t)(1 + (x[i] > threshold) - (x[i] < -threshold));
    }
  }
}

void press_code_signs(const press_numbers *n, uint8_t *y) {
  for (size_t first = 0; first < n->count; first += block) {
    float x[block];
    const size_t count = load(n, first, x);
    for (size_t i = 0; i < count; i++) y[first + i] = !(x[i] < 0);
  }
}

void press_narrow(const press_numbers *n, press_type type, uint8_t *y) {
  for (size_t first = 0; first < n->count; first += block) {
    float x[block];
    uint16_t halves[block];
    const size_t count = load(n, first, x);
    if (type == press_float16) {
      n->kernels->narrow_float16(count, x, halves);
    } else {
      n->kernels->narrow_bfloat16(count, x, halves);
    }
    memcpy(y + 2 * first, halves, count * sizeof *halves);
  }
}
