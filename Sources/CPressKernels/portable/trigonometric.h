#pragma once

#include "lanes.h"

// Sine, cosine and tangent. The distance from the nearest multiple of a quarter turn is found in
// double precision, with pi / 2 in two parts.

/// Sine and cosine of the angle without its quarter turns, and how many those are, modulo 2^32.
typedef struct press_angle {
  press_lanes sine, cosine;
  press_words turns;
} press_angle;

/// Beyond this the quarter turns times the first part of pi / 2 are not exact any more.
static const float press_angle_limit = 0x1p20f;

PRESS_INLINE press_angle press_angle_reduced(press_lanes x) {
  const press_doubles wide = __builtin_convertvector(x, press_doubles);
  const press_doubles shifted = wide * 0x1.45f306dc9c883p-1 + 0x1.8p52;
  const press_doubles n = shifted - 0x1.8p52;
  const press_doubles rest = (wide - n * 0x1.921fb544p0) - n * 0x1.0b4611a626331p-34;
  const press_lanes r = __builtin_convertvector(rest, press_lanes), z = r * r;
  press_lanes sine = -0x1.994cf8p-13f * z + 0x1.11075cp-7f;
  sine = sine * z - 0x1.555546p-3f;
  press_lanes cosine = 0x1.9a00ccp-16f * z - 0x1.6c0c86p-10f;
  cosine = cosine * z + 0x1.55554ap-5f;
  return (press_angle){
    sine * (z * r) + r, 1 - (0.5f * z - cosine * (z * z)),
    __builtin_convertvector((press_quads)shifted, press_words)};
}

/// Sine after that many quarter turns more.
PRESS_INLINE press_lanes press_sine_after(press_angle angle, int32_t turns) {
  const press_words quarter = angle.turns + turns;
  const press_lanes y = press_choose(-(quarter & 1), angle.cosine, angle.sine);
  return (press_lanes)((press_words)y ^ ((quarter & 2) << 30));
}

/// Lanes with angles beyond the limit are computed by the C library, one by one.
#define PRESS_LARGE_ANGLES(x, y, function)                                     \
  if (__builtin_expect(press_any(press_abs(x) > press_angle_limit), 0)) {      \
    for (int i = 0; i < PRESS_LANES; i++) {                                    \
      if (fabsf((x)[i]) > press_angle_limit) (y)[i] = function((x)[i]);        \
    }                                                                          \
  }

PRESS_INLINE press_lanes press_sin(press_lanes x) {
  press_lanes y = press_choose(x == 0, x, press_sine_after(press_angle_reduced(x), 0));
  PRESS_LARGE_ANGLES(x, y, sinf)
  return y;
}

PRESS_INLINE press_lanes press_cos(press_lanes x) {
  press_lanes y = press_sine_after(press_angle_reduced(x), 1);
  PRESS_LARGE_ANGLES(x, y, cosf)
  return y;
}

PRESS_INLINE press_lanes press_tan(press_lanes x) {
  const press_angle angle = press_angle_reduced(x);
  const press_words is_odd = -(angle.turns & 1);
  const press_lanes above = press_choose(is_odd, -angle.cosine, angle.sine);
  press_lanes y = press_choose(x == 0, x, above / press_choose(is_odd, angle.sine, angle.cosine));
  PRESS_LARGE_ANGLES(x, y, tanf)
  return y;
}
