#pragma once

#include "press_common.h"
#include "press_types.h"

// Conversions between types of elements.

/// Conversions between float32 and halves; narrowing rounds to nearest even and keeps NaN.
#define PRESS_CONVERSION_KERNELS(K)                              \
  K(widen_float16, (size_t count, const uint16_t *x, float *y))  \
  K(widen_bfloat16, (size_t count, const uint16_t *x, float *y)) \
  K(narrow_float16, (size_t count, const float *x, uint16_t *y)) \
  K(narrow_bfloat16, (size_t count, const float *x, uint16_t *y))

/// Converts each element, as ONNX's Cast does: floats to integers truncate, and saturate where out
/// of range, with 0 for what is not a number; integers to narrower ones drop high bits; bools are
/// whether an element is not 0; anything to a float is rounded once, to nearest even.
void press_cast(
  const press_team *team, press_type from, press_type to, size_t count, const void *x, void *y);
