#pragma once

#include "lanes.h"

// x^y of lanes as 2^(y log2 x) in double precision, which leaves one rounding.

/// log2 of positive numbers: of the fraction by the series of the inverse hyperbolic tangent.
PRESS_INLINE press_doubles press_log2_wide(press_doubles x) {
  const int64_t half = 0x3FE6A09E667F3BCD, one = 0x3FF0000000000000;
  const press_quads bits = (press_quads)x + (one - half);
  // The exponent becomes the low bits of 2^52.
  const press_doubles biased = (press_doubles)((bits >> 52 & 0x7FF) | 0x4330000000000000);
  const press_doubles fraction = (press_doubles)((bits & 0x000FFFFFFFFFFFFF) + half);
  const press_doubles s = (fraction - 1) / (fraction + 1), z = s * s;
  press_doubles sum = z * (1.0 / 17) + 1.0 / 15;
  sum = sum * z + 1.0 / 13;
  sum = sum * z + 1.0 / 11;
  sum = sum * z + 1.0 / 9;
  sum = sum * z + 1.0 / 7;
  sum = sum * z + 1.0 / 5;
  sum = sum * z + 1.0 / 3;
  return (biased - (0x1p52 + 1023)) + (s + s * z * sum) * 0x1.71547652b82fep1;
}

/// 2^x for |x| up to 200, by the exponential series of the rest from the nearest integer.
PRESS_INLINE press_doubles press_exp2_wide(press_doubles x) {
  const press_doubles shifted = x + 0x1.8p52;
  const press_doubles r = (x - (shifted - 0x1.8p52)) * 0x1.62e42fefa39efp-1;
  press_doubles sum = r * (1.0 / 39916800) + 1.0 / 3628800;
  sum = sum * r + 1.0 / 362880;
  sum = sum * r + 1.0 / 40320;
  sum = sum * r + 1.0 / 5040;
  sum = sum * r + 1.0 / 720;
  sum = sum * r + 1.0 / 120;
  sum = sum * r + 1.0 / 24;
  sum = sum * r + 1.0 / 6;
  sum = sum * r + 0.5;
  sum = sum * r + 1;
  sum = sum * r + 1;
  return (press_doubles)((press_quads)sum + ((press_quads)shifted << 52));
}

/// A negative x has a power where y is an integer. Zeros, infinities and what is no number are left
/// to the C library, lane by lane.
PRESS_INLINE press_lanes press_power(press_lanes x, press_lanes y) {
  const press_lanes size = press_abs(x);
  press_doubles power = press_log2_wide(__builtin_convertvector(size, press_doubles))
    * __builtin_convertvector(y, press_doubles);
  const press_quads is_high = power > 200, is_low = power < -200;
  power = (press_doubles)(((press_quads)power & ~(is_high | is_low))
    | (is_high & (int64_t)0x4069000000000000) | (is_low & (int64_t)0xC069000000000000));
  press_lanes result = __builtin_convertvector(press_exp2_wide(power), press_lanes);
  const press_words is_whole = press_round(y) == y;
  const press_words is_odd = is_whole & (press_round(y * 0.5f) * 2 != y);
  const press_words is_negative = x < 0;
  result = (press_lanes)((press_words)result | (is_negative & is_odd & (int32_t)0x80000000));
  result = press_choose(is_negative & ~is_whole, press_fill(NAN), result);
  const press_words is_plain = (size > 0) & (size < INFINITY) & (press_abs(y) < INFINITY);
  if (__builtin_expect(press_any(~is_plain), 0)) {
    for (int i = 0; i < PRESS_LANES; i++) {
      if (!is_plain[i]) result[i] = powf(x[i], y[i]);
    }
  }
  return result;
}
