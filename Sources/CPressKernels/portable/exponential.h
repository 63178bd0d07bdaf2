#pragma once

#include "lanes.h"

// Exponentials and logarithms of lanes. Polynomials are minimax fits for the ranges given.

/// x = exponent * ln 2 + rest with |rest| <= ln 2 / 2, and exp(rest) - 1.
typedef struct press_exp_parts {
  press_words exponent;
  press_lanes minus_one;
} press_exp_parts;

/// For |x| below 2^20. Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits; ln 2
/// has two parts, of which the first times the exponent is exact.
PRESS_INLINE press_exp_parts press_exp_reduced(press_lanes x) {
  const press_lanes shifted = x * 0x1.715476p0f + 0x1.8p23f;
  const press_lanes n = shifted - 0x1.8p23f;
  const press_lanes r = (x - n * 0x1.62e4p-1f) - n * 0x1.7f7d1cp-20f;
  press_lanes q = 0x1.6d993cp-10f * r + 0x1.122824p-7f;
  q = q * r + 0x1.555486p-5f;
  q = q * r + 0x1.5554bp-3f;
  q = q * r + 0.5f;
  const press_words exponent = (press_words)shifted - 0x4B400000;
  return (press_exp_parts){exponent, q * (r * r) + r};
}

/// The scale is applied in two steps, so that results below the normal range are rounded once.
PRESS_INLINE press_lanes press_exp(press_lanes x) {
  x = press_choose(x > 89, press_fill(89), x);
  x = press_choose(x < -104, press_fill(-104), x);
  const press_exp_parts parts = press_exp_reduced(x);
  const press_words half = parts.exponent >> 1;
  return (parts.minus_one + 1) * press_power_of_two(half)
    * press_power_of_two(parts.exponent - half);
}

/// exp(x) - 1 for x up to 80; below -18 it is -1.
PRESS_INLINE press_lanes press_expm1(press_lanes x) {
  x = press_choose(x < -18, press_fill(-18), x);
  const press_exp_parts parts = press_exp_reduced(x);
  const press_lanes scale = press_power_of_two(parts.exponent);
  return parts.minus_one * scale + (scale - 1);
}

/// log((1 + f) * 2^exponent) for sqrt(1/2) <= 1 + f <= sqrt(2), by the series of the inverse
/// hyperbolic tangent of f / (2 + f).
PRESS_INLINE press_lanes press_log_parts(press_lanes f, press_lanes exponent) {
  const press_lanes s = f / (2 + f), z = s * s;
  const press_lanes rest =
    z * ((0x1.31e47ap-2f * z + 0x1.995eacp-2f) * z + 0x1.55557ap-1f);
  const press_lanes half = 0.5f * f * f;
  const press_lanes low = s * (half + rest) + exponent * 0x1.7f7d1cp-20f;
  return exponent * 0x1.62e4p-1f - ((half - low) - f);
}

PRESS_INLINE press_lanes press_log(press_lanes x) {
  const press_words is_small = x < 0x1p-126f;
  const press_lanes scaled = press_choose(is_small, x * 0x1p23f, x);
  const press_words bits = (press_words)scaled + (0x3F800000 - 0x3F3504F3);
  const press_words exponent = (bits >> 23) - 127 - (is_small & 23);
  const press_lanes fraction = (press_lanes)((bits & 0x7FFFFF) + 0x3F3504F3);
  press_lanes y = press_log_parts(fraction - 1, __builtin_convertvector(exponent, press_lanes));
  y = press_choose(x < INFINITY, y, x);
  y = press_choose(x < 0, press_fill(NAN), y);
  return press_choose(x == 0, press_fill(-INFINITY), y);
}

/// log(1 + x) for 0 <= x <= 1.
PRESS_INLINE press_lanes press_log1p(press_lanes x) {
  const press_words is_large = x > 0x1.a8279ap-2f;
  return press_log_parts(
    press_choose(is_large, (x - 1) * 0.5f, x),
    press_choose(is_large, press_fill(1), press_fill(0)));
}
