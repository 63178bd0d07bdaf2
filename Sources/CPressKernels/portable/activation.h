#pragma once

#include "exponential.h"

// Functions made of exponentials.

PRESS_INLINE press_lanes press_tanh(press_lanes x) {
  const press_lanes magnitude = press_abs(x);
  const press_lanes twice = press_choose(magnitude > 10, press_fill(20), magnitude * 2);
  const press_lanes e = press_expm1(twice);
  return press_copy_sign(e / (e + 2), x);
}

/// 1 / (1 + exp(-x)) with the exponential of -|x|, which can't overflow.
PRESS_INLINE press_lanes press_sigmoid(press_lanes x) {
  const press_lanes e = press_exp(-press_abs(x));
  return press_choose(x < 0, e, press_fill(1)) / (1 + e);
}

PRESS_INLINE press_lanes press_softplus(press_lanes x) {
  const press_lanes e = press_exp(-press_abs(x));
  return press_choose(x < 0, press_fill(0), x) + press_log1p(e);
}

/// x * tanh(log(1 + exp(x))), where the hyperbolic tangent is n / (n + 2) for n = e * (e + 2).
PRESS_INLINE press_lanes press_mish(press_lanes x) {
  const press_lanes e = press_exp(press_choose(x > 20, press_fill(20), x));
  const press_lanes n = e * (e + 2);
  return x * (n / (n + 2));
}

/// An odd polynomial near zero; elsewhere 1 - erfc, whose logarithm is nearly a parabola.
PRESS_INLINE press_lanes press_erf(press_lanes x) {
  const press_lanes magnitude = press_abs(x);
  const press_lanes z = x * x;
  press_lanes near = -0x1.395862p-11f * z + 0x1.470d38p-8f;
  near = near * z - 0x1.b68384p-6f;
  near = near * z + 0x1.ce19e4p-4f;
  near = near * z - 0x1.8126e2p-2f;
  near = near * z + 0x1.06eba6p-3f;
  near = near * x + x;
  const press_lanes a = press_choose(magnitude > 4, press_fill(4), magnitude);
  press_lanes far = 0x1.98d53ep-13f * a - 0x1.8da1d4p-9f;
  far = far * a + 0x1.6b8eacp-6f;
  far = far * a - 0x1.a9654ep-4f;
  far = far * a - 0x1.4647b2p-1f;
  far = far * a - 0x1.20ac3p0f;
  far = far * a - 0x1.b220d8p-13f;
  far = press_copy_sign(1 - press_exp(far), x);
  return press_choose(magnitude > 0.92f, far, near);
}

PRESS_INLINE press_lanes press_gelu(press_lanes x) {
  return 0.5f * x * (1 + press_erf(x * 0x1.6a09e6p-1f));
}

PRESS_INLINE press_lanes press_gelu_tanh(press_lanes x) {
  return 0.5f * x * (1 + press_tanh(0x1.988454p-1f * (x + 0x1.6e4e26p-5f * x * x * x)));
}

PRESS_INLINE press_lanes press_unit_clip(press_lanes x) {
  return press_clip(x, press_fill(0), press_fill(1));
}

/// Multiplies by a sixth: a division would take most of the time.
PRESS_INLINE press_lanes press_hard_swish(press_lanes x) {
  return x * press_unit_clip(x * 0x1.555556p-3f + 0.5f);
}
