#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#endif

// Conversions between float32 and halves: with instructions where there are any, else by moving
// the parts of a number to their places.

PRESS_INLINE uint32_t press_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

PRESS_INLINE float press_from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

void PRESS_NAME(widen_bfloat16)(size_t count, const uint16_t *x, float *y) {
  for (size_t i = 0; i < count; i++) y[i] = press_from_bits((uint32_t)x[i] << 16);
}

/// Adds just less than half of the last place, or half where the result would be odd.
void PRESS_NAME(narrow_bfloat16)(size_t count, const float *x, uint16_t *y) {
  for (size_t i = 0; i < count; i++) {
    const uint32_t bits = press_bits(x[i]);
    const uint32_t rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
    const bool is_number = (bits & 0x7FFFFFFF) <= 0x7F800000;
    y[i] = (uint16_t)(is_number ? rounded : (bits >> 16 | 0x40));
  }
}

#if defined(PRESS_HAS_FLOAT16) || defined(__aarch64__)

void PRESS_NAME(widen_float16)(size_t count, const uint16_t *x, float *y) {
  const _Float16 *halves = (const _Float16 *)x;
  for (size_t i = 0; i < count; i++) y[i] = (float)halves[i];
}

void PRESS_NAME(narrow_float16)(size_t count, const float *x, uint16_t *y) {
  _Float16 *halves = (_Float16 *)y;
  for (size_t i = 0; i < count; i++) halves[i] = (_Float16)x[i];
}

#else

/// Exponent and fraction move to their places in float32 and are scaled by 2^112, which also makes
/// subnormal numbers right; infinities and NaN keep the highest exponent.
void PRESS_NAME(widen_float16)(size_t count, const uint16_t *x, float *y) {
  for (size_t i = 0; i < count; i++) {
    const uint32_t sign = (uint32_t)(x[i] & 0x8000) << 16;
    const uint32_t magnitude = (uint32_t)(x[i] & 0x7FFF) << 13;
    const uint32_t special = magnitude >= 0x0F800000 ? 0x7F800000 : 0;
    const uint32_t quiet = magnitude > 0x0F800000 ? 0x00400000 : 0;
    const uint32_t bits = press_bits(press_from_bits(magnitude) * 0x1p112f);
    y[i] = press_from_bits(bits | special | quiet | sign);
  }
}

/// Normal numbers are rounded in their bits. Below them, adding a number whose last place is that
/// of the smallest half lets the addition round.
void PRESS_NAME(narrow_float16)(size_t count, const float *x, uint16_t *y) {
  for (size_t i = 0; i < count; i++) {
    const uint32_t bits = press_bits(x[i]), magnitude = bits & 0x7FFFFFFF;
    const uint32_t normal = (magnitude - 0x38000000 + 0xFFF + (magnitude >> 13 & 1)) >> 13;
    const uint32_t small = press_bits(press_from_bits(magnitude) + 0.5f) - 0x3F000000;
    uint32_t half = magnitude < 0x38800000 ? small : normal;
    half = magnitude >= 0x477FF000 ? 0x7C00 : half;
    half = magnitude > 0x7F800000 ? (magnitude >> 13 & 0x3FF) | 0x7E00 : half;
    y[i] = (uint16_t)(half | (bits >> 16 & 0x8000));
  }
}

#endif
