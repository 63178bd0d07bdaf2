#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#endif

#include "pairs.h"

// Functions of two float32. What the C library computes is not vectorized.

PRESS_INLINE float press_float_modulus(float l, float r) {
  const float rest = fmodf(l, r);
  if (rest == 0) return copysignf(0, r);
  return (rest < 0) != (r < 0) ? rest + r : rest;
}

/// Squares are frequent, and exact where the C library's are.
PRESS_INLINE float press_float_power(float l, float r) { return r == 2 ? l * l : powf(l, r); }

#define power(l, r) press_float_power(l, r)
#define modulus(l, r) press_float_modulus(l, r)
#define rest(l, r) fmodf(l, r)

#define PRESS_DEFINE_BINARY(name, expression, integer) \
  PRESS_DEFINE_PAIR_KERNEL(binary_##name, float, float, float, expression)
PRESS_NUMBER_PAIR_FUNCTIONS(PRESS_DEFINE_BINARY)

#define PRESS_LIST_BINARY(name, ...) [press_binary_##name] = binary_##name,
press_binary_kernel *const PRESS_NAME(press_binary)[press_binary_count] = {
  PRESS_NUMBER_PAIR_FUNCTIONS(PRESS_LIST_BINARY)};

#undef power
#undef modulus
#undef rest
