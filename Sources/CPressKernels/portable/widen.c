#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#endif

PRESS_INLINE float PRESS_NAME(float_from_bits)(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

void PRESS_NAME(widen_bfloat16)(size_t count, const uint16_t *x, float *y) {
  for (size_t i = 0; i < count; i++) y[i] = PRESS_NAME(float_from_bits)((uint32_t)x[i] << 16);
}

/// Exponent and fraction move to their places in float32 and are scaled by 2^112, which also makes
/// subnormal numbers right; infinities and NaN keep the highest exponent.
void PRESS_NAME(widen_float16)(size_t count, const uint16_t *x, float *y) {
  for (size_t i = 0; i < count; i++) {
    const uint32_t sign = (uint32_t)(x[i] & 0x8000) << 16;
    const uint32_t magnitude = (uint32_t)(x[i] & 0x7FFF) << 13;
    const uint32_t special = magnitude >= 0x0F800000 ? 0x7F800000 : 0;
    const float scaled = PRESS_NAME(float_from_bits)(magnitude) * 0x1p112f;
    uint32_t bits;
    memcpy(&bits, &scaled, sizeof bits);
    y[i] = PRESS_NAME(float_from_bits)(bits | special | sign);
  }
}
