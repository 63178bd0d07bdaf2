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

/// One row of sums, without what only quantized results need.
PRESS_INLINE int32_t PRESS_NAME(shifted_sum)(const press_integer_sums *g, size_t row, size_t c) {
  uint32_t v = (uint32_t)g->sums[row * g->sums_stride + c];
  v -= (uint32_t)g->row_zeros[row] * (uint32_t)g->column_sums[c];
  v -= (uint32_t)g->row_rests[row] * (uint32_t)g->column_zeros[c];
  return (int32_t)v;
}

void PRESS_NAME(finish_sums)(const press_integer_sums *g) {
  enum { block = 64 };
  const int32_t highest = g->y_is_signed ? 127 : 255, lowest = highest - 255;
  const float low = (float)(lowest - g->y_zero), high = (float)(highest - g->y_zero);
  for (size_t r = 0; r < g->rows; r++) {
    for (size_t first = 0; first < g->columns; first += block) {
      const size_t count = g->columns - first < block ? g->columns - first : block;
      int32_t v[block];
      for (size_t i = 0; i < count; i++) v[i] = PRESS_NAME(shifted_sum)(g, r, first + i);
      if (g->bias) {
        for (size_t i = 0; i < count; i++) {
          v[i] = (int32_t)((uint32_t)v[i] + (uint32_t)g->bias[first + i]);
        }
      }
      const size_t place = r * g->y_stride + first;
      if (!g->scales) {
        memcpy((int32_t *)g->y + place, v, count * sizeof *v);
        continue;
      }
      uint8_t *restrict y = (uint8_t *)g->y + place;
      for (size_t i = 0; i < count; i++) {
        const float scaled = (float)v[i] * g->scales[first + i];
        y[i] = (uint8_t)(press_nearest(press_bounded(scaled, low, high)) + g->y_zero);
      }
    }
  }
}

void PRESS_NAME(depthwise8)(const press_depthwise8 *g) {
  enum { block = 64 };
  for (size_t first = 0; first < g->channels; first += block) {
    const size_t count = g->channels - first < block ? g->channels - first : block;
    int32_t sums[block] = {0};
    for (size_t tap = 0; tap < g->taps; tap++) {
      const uint8_t *restrict x = g->x[tap] + first;
      const int16_t *restrict w = g->w + tap * g->channel_stride + first;
      for (size_t c = 0; c < count; c++) {
        const int32_t distance = (int16_t)((x[c] ^ g->flip) - g->x_zero);
        sums[c] += distance * w[c];
      }
    }
    memcpy(g->sums + first, sums, count * sizeof *sums);
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
