#pragma once

#include "../kernel.h"

// What single instructions do to lanes, in forms that compilers map to them. Included inside the
// region of an instruction set; functions are private to each compiled file.

// Lanes are passed to inlined functions only, so how they would be passed does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

typedef int32_t press_words __attribute__((vector_size(4 * PRESS_LANES), aligned(4), may_alias));
typedef double press_doubles __attribute__((vector_size(8 * PRESS_LANES), aligned(8), may_alias));
typedef int64_t press_quads __attribute__((vector_size(8 * PRESS_LANES), aligned(8), may_alias));

PRESS_INLINE press_lanes press_load(const float *x) { return *(const press_lanes *)x; }
PRESS_INLINE void press_store(float *y, press_lanes x) { *(press_lanes *)y = x; }

#ifndef PRESS_PARTS
/// The first `count` < PRESS_LANES elements; the lanes behind them are 0. An instruction set with
/// masks defines PRESS_PARTS and brings load_part and store_part of its own.
PRESS_INLINE press_lanes load_part(const float *x, size_t count) {
  press_lanes lanes = {0};
  memcpy(&lanes, x, count * sizeof(float));
  return lanes;
}

PRESS_INLINE void store_part(float *y, press_lanes x, size_t count) {
  memcpy(y, &x, count * sizeof(float));
}
#endif

PRESS_INLINE press_lanes press_fill(float x) {
  return (press_lanes){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}

/// a where the mask's lane is all ones, b where it is zero.
PRESS_INLINE press_lanes press_choose(press_words mask, press_lanes a, press_lanes b) {
  return (press_lanes)((mask & (press_words)a) | (~mask & (press_words)b));
}

/// The first `count` < PRESS_LANES elements, and `rest` in the lanes behind them.
PRESS_INLINE press_lanes press_load_some(const float *x, size_t count, float rest) {
  const press_words place = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return press_choose(place < (int32_t)count, load_part(x, count), press_fill(rest));
}

PRESS_INLINE press_lanes press_abs(press_lanes x) {
  return (press_lanes)((press_words)x & 0x7FFFFFFF);
}

PRESS_INLINE press_lanes press_copy_sign(press_lanes x, press_lanes sign) {
  return (press_lanes)(
    ((press_words)x & 0x7FFFFFFF) | ((press_words)sign & (int32_t)0x80000000));
}

/// Not below `low` and not above `high`; NaN stays.
PRESS_INLINE press_lanes press_clip(press_lanes x, press_lanes low, press_lanes high) {
  x = press_choose(x < low, low, x);
  return press_choose(x > high, high, x);
}

/// The larger and the smaller of two; b where either is not a number.
PRESS_INLINE press_lanes press_larger(press_lanes a, press_lanes b) {
  return press_choose(a > b, a, b);
}
PRESS_INLINE press_lanes press_smaller(press_lanes a, press_lanes b) {
  return press_choose(a < b, a, b);
}

/// Whether any lane of a mask is set.
PRESS_INLINE bool press_any(press_words mask) { return __builtin_reduce_or(mask) != 0; }

#if defined(PRESS_HAS_ROUNDING) || defined(__aarch64__)

PRESS_INLINE press_lanes press_round(press_lanes x) { return __builtin_elementwise_roundeven(x); }
PRESS_INLINE press_lanes press_floor(press_lanes x) { return __builtin_elementwise_floor(x); }
PRESS_INLINE press_lanes press_ceil(press_lanes x) { return __builtin_elementwise_ceil(x); }

#else

/// Half to even: adding 2^23 leaves no bits for a fraction. Larger numbers are integers already.
PRESS_INLINE press_lanes press_round(press_lanes x) {
  const press_lanes magnitude = press_abs(x);
  const press_lanes rounded = magnitude + 0x1p23f - 0x1p23f;
  return press_choose(magnitude < 0x1p23f, press_copy_sign(rounded, x), x);
}

PRESS_INLINE press_lanes press_floor(press_lanes x) {
  const press_lanes rounded = press_round(x);
  return press_choose(rounded > x, rounded - 1, rounded);
}

PRESS_INLINE press_lanes press_ceil(press_lanes x) {
  const press_lanes rounded = press_round(x);
  return press_copy_sign(press_choose(rounded < x, rounded + 1, rounded), x);
}

#endif

/// Whole lanes, or the first `count` of them.
PRESS_INLINE press_lanes load_lanes(const float *p, bool partial, size_t count) {
  return partial ? load_part(p, count) : press_load(p);
}

PRESS_INLINE void store_lanes(float *p, press_lanes value, bool partial, size_t count) {
  if (partial) store_part(p, value, count);
  else press_store(p, value);
}

/// 2^exponent, for exponents from -126 to 127.
PRESS_INLINE press_lanes press_power_of_two(press_words exponent) {
  return (press_lanes)((exponent + 127) << 23);
}

/// A sum of all lanes: halves are added until one lane is left.
PRESS_INLINE float press_sum_lanes(press_lanes x) {
  for (int half = PRESS_LANES / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) x[i] += x[i + half];
  }
  return x[0];
}
