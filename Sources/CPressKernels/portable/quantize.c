#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#endif

#ifndef PRESS_QUANTIZE_HELPERS
#define PRESS_QUANTIZE_HELPERS
/// The nearest integer, to even between two, of a number below 2^22 in magnitude: adding 1.5 * 2^23
/// leaves it in the low bits.
PRESS_INLINE int32_t press_nearest(float x) {
  const float shifted = x + 0x1.8p23f;
  int32_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  return bits - 0x4B400000;
}

/// Forces a number between two bounds; what is not a number becomes the lower one.
PRESS_INLINE float press_bounded(float x, float lowest, float highest) {
  x = x > lowest ? x : lowest;
  return x < highest ? x : highest;
}
#endif

/// Results of 8 bits, out of numbers that are not rounded yet.
PRESS_INLINE void PRESS_NAME(round_results)(
  const size_t count, const press_integer_result *result, const float *restrict v,
  uint8_t *restrict y) {
  const int32_t zero = result->zero;
  const float low = (float)(result->lowest - zero), high = (float)(result->highest - zero);
  for (size_t i = 0; i < count; i++) {
    y[i] = (uint8_t)(press_nearest(press_bounded(v[i], low, high)) + zero);
  }
}

/// Results of 8 bits, by shifts of integers alone.
PRESS_INLINE void PRESS_NAME(shift_sums)(
  const size_t count, const press_integer_result *result, size_t first,
  const int32_t *restrict v, uint8_t *restrict y) {
  const int32_t *restrict shifts = result->shifts + first;
  const int32_t zero = result->zero, low = result->lowest - zero, high = result->highest - zero;
  int32_t rounded[PRESS_LANES];
  for (size_t i = 0; i < count; i++) {
    const int32_t whole = v[i] >> shifts[i];
    // What is shifted out, with the point before its highest bit, and more than half where whole is
    // odd: its lowest bit is free unless 32 bits are shifted out.
    const uint32_t rest =
      (uint32_t)(((uint64_t)(uint32_t)v[i] << 32) >> shifts[i]) | (uint32_t)(whole & 1);
    rounded[i] = whole + (rest > 0x80000000u);
  }
  for (size_t i = 0; i < count; i++) {
    const int32_t bounded = rounded[i] < low ? low : rounded[i] > high ? high : rounded[i];
    y[i] = (uint8_t)(bounded + zero);
  }
}

/// Results of columns from `first` on, of which the element at `place` of y is the first.
PRESS_INLINE void PRESS_NAME(scale_sums)(
  const size_t count, const press_integer_result *result, size_t first,
  const int32_t *restrict v, void *y, size_t place) {
  if (result->shifts) {
    PRESS_NAME(shift_sums)(count, result, first, v, (uint8_t *)y + place);
    return;
  }
  const float *restrict scales = result->scales + first;
  float scaled[PRESS_LANES];
  for (size_t i = 0; i < count; i++) scaled[i] = (float)v[i] * scales[i];
  if (result->offsets) {
    const float *restrict offsets = result->offsets + first;
    for (size_t i = 0; i < count; i++) scaled[i] += offsets[i];
  }
  if (result->is_float) {
    memcpy((float *)y + place, scaled, count * sizeof *scaled);
  } else {
    PRESS_NAME(round_results)(count, result, scaled, (uint8_t *)y + place);
  }
}

/// v = sums + bias, less `factor` times each of `terms` where it is not 0.
PRESS_INLINE void PRESS_NAME(subtract_terms)(
  const size_t count, int32_t factor, const int32_t *restrict terms, int32_t *restrict v) {
  if (factor == 0) return;
  for (size_t i = 0; i < count; i++) {
    v[i] = (int32_t)((uint32_t)v[i] - (uint32_t)factor * (uint32_t)terms[i]);
  }
}

/// The results of one row from a column on; `count` is at most PRESS_LANES, and is known to the
/// compiler where it is just that.
PRESS_INLINE void PRESS_NAME(finish_lanes)(
  const press_integer_sums *g, size_t r, size_t first, const size_t count) {
  const int32_t *restrict sums = g->sums + r * g->sums_stride + first;
  const int32_t *restrict bias = g->bias + first;
  int32_t v[PRESS_LANES];
  for (size_t i = 0; i < count; i++) v[i] = (int32_t)((uint32_t)sums[i] + (uint32_t)bias[i]);
  if (g->row_zeros) {
    PRESS_NAME(subtract_terms)(count, g->row_zeros[r], g->column_sums + first, v);
  }
  if (g->row_rests) {
    PRESS_NAME(subtract_terms)(count, g->row_rests[r], g->column_zeros + first, v);
  }
  const size_t place = r * g->y_stride + first;
  if (g->result.scales) {
    PRESS_NAME(scale_sums)(count, &g->result, first, v, g->y, place);
  } else {
    memcpy((int32_t *)g->y + place, v, count * sizeof *v);
  }
}

void PRESS_NAME(finish_sums)(const press_integer_sums *g) {
  const size_t whole = g->columns / PRESS_LANES * PRESS_LANES;
  for (size_t r = 0; r < g->rows; r++) {
    for (size_t first = 0; first < whole; first += PRESS_LANES) {
      PRESS_NAME(finish_lanes)(g, r, first, PRESS_LANES);
    }
    if (whole < g->columns) PRESS_NAME(finish_lanes)(g, r, whole, g->columns - whole);
  }
}

typedef int32_t PRESS_NAME(wide)
  __attribute__((vector_size(4 * PRESS_LANES), aligned(4), may_alias));
typedef int16_t PRESS_NAME(middle)
  __attribute__((vector_size(2 * PRESS_LANES), aligned(2), may_alias));
typedef uint8_t PRESS_NAME(narrow)
  __attribute__((vector_size(PRESS_LANES), aligned(1), may_alias));

void PRESS_NAME(depthwise8)(const press_depthwise8 *g) {
  const size_t taps = g->taps, stride = g->channel_stride;
  const uint8_t flip = g->flip;
  size_t c = 0;
  for (; c + PRESS_LANES <= g->channels; c += PRESS_LANES) {
    PRESS_NAME(wide) sum = {0};
    for (size_t tap = 0; tap < taps; tap++) {
      const PRESS_NAME(narrow) x = *(const PRESS_NAME(narrow) *)(g->x[tap] + c) ^ flip;
      const PRESS_NAME(middle) w = *(const PRESS_NAME(middle) *)(g->w + tap * stride + c);
      sum += __builtin_convertvector(x, PRESS_NAME(wide))
        * __builtin_convertvector(w, PRESS_NAME(wide));
    }
    *(PRESS_NAME(wide) *)(g->sums + c) = sum;
  }
  for (; c < g->channels; c++) {
    int32_t sum = 0;
    for (size_t tap = 0; tap < taps; tap++) sum += (g->x[tap][c] ^ flip) * g->w[tap * stride + c];
    g->sums[c] = sum;
  }
}

void PRESS_NAME(quantize)(
  size_t count, const float *restrict x, const float *restrict scale, const int32_t *restrict zero,
  size_t step, int32_t lowest, int32_t highest, int32_t *restrict y) {
  if (step == 0) {
    const float low = (float)(lowest - *zero), high = (float)(highest - *zero), s = *scale;
    const int32_t z = *zero;
    for (size_t i = 0; i < count; i++) y[i] = press_nearest(press_bounded(x[i] / s, low, high)) + z;
    return;
  }
  for (size_t i = 0; i < count; i++) {
    const float low = (float)(lowest - zero[i]), high = (float)(highest - zero[i]);
    y[i] = press_nearest(press_bounded(x[i] / scale[i], low, high)) + zero[i];
  }
}

void PRESS_NAME(dequantize)(
  size_t count, const int32_t *restrict x, const float *restrict scale,
  const int32_t *restrict zero, size_t step, float *restrict y) {
  if (step == 0) {
    const uint32_t z = (uint32_t)*zero;
    const float s = *scale;
    for (size_t i = 0; i < count; i++) y[i] = (float)(int32_t)((uint32_t)x[i] - z) * s;
    return;
  }
  for (size_t i = 0; i < count; i++) {
    y[i] = (float)(int32_t)((uint32_t)x[i] - (uint32_t)zero[i]) * scale[i];
  }
}

void PRESS_NAME(extremes)(size_t count, const float *restrict x, float *smallest, float *largest) {
  float low[PRESS_LANES] = {0}, high[PRESS_LANES] = {0};
  size_t i = 0;
  for (; i + PRESS_LANES <= count; i += PRESS_LANES) {
    for (size_t l = 0; l < PRESS_LANES; l++) {
      low[l] = x[i + l] < low[l] ? x[i + l] : low[l];
      high[l] = x[i + l] > high[l] ? x[i + l] : high[l];
    }
  }
  for (; i < count; i++) {
    low[0] = x[i] < low[0] ? x[i] : low[0];
    high[0] = x[i] > high[0] ? x[i] : high[0];
  }
  for (size_t l = 1; l < PRESS_LANES; l++) {
    low[0] = low[l] < low[0] ? low[l] : low[0];
    high[0] = high[l] > high[0] ? high[l] : high[0];
  }
  *smallest = low[0];
  *largest = high[0];
}
