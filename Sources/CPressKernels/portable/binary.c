#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#endif

#include "pairs.h"
#include "power.h"

// Functions of two float32. What the C library computes is not vectorized.

PRESS_INLINE float press_float_modulus(float l, float r) {
  const float rest = fmodf(l, r);
  if (rest == 0) return copysignf(0, r);
  return (rest < 0) != (r < 0) ? rest + r : rest;
}

#define modulus(l, r) press_float_modulus(l, r)
#define rest(l, r) fmodf(l, r)

#define PRESS_DEFINE_BINARY(name, expression, integer) \
  PRESS_DEFINE_PAIR_KERNEL(binary_##name, float, float, float, expression)
PRESS_NUMBER_PAIR_FUNCTIONS(PRESS_DEFINE_BINARY)

/// Some elements of an operand, or all of them the same.
PRESS_INLINE press_lanes load_operand(const float *x, size_t step, size_t i, size_t width) {
  if (step == 0) return press_fill(*x);
  return width == PRESS_LANES ? press_load(x + i) : press_load_some(x + i, width, 1);
}

static void binary_pow(
  size_t count, const void *l, size_t l_step, const void *r, size_t r_step, void *y) {
  for (size_t i = 0; i < count; i += PRESS_LANES) {
    const size_t width = count - i < PRESS_LANES ? count - i : PRESS_LANES;
    const press_lanes power = press_power(
      load_operand(l, l_step, i, width), load_operand(r, r_step, i, width));
    if (width == PRESS_LANES) press_store((float *)y + i, power);
    else store_part((float *)y + i, power, width);
  }
}

#define PRESS_LIST_BINARY(name, ...) [press_binary_##name] = binary_##name,
press_binary_kernel *const PRESS_NAME(press_binary)[press_binary_count] = {
  PRESS_NUMBER_PAIR_FUNCTIONS(PRESS_LIST_BINARY) PRESS_POWER_FUNCTION(PRESS_LIST_BINARY)};

#undef modulus
#undef rest
