#include "typed.h"

/// The highest limit where the limits are the wrong way round, as numpy does.
PRESS_INLINE double clip(double x, double lowest, double highest) {
  x = x < lowest ? lowest : x;
  return x > highest ? highest : x;
}

PRESS_INLINE double modulus(double l, double r) {
  const double rest = fmod(l, r);
  if (rest == 0) return copysign(0, r);
  return (rest < 0) != (r < 0) ? rest + r : rest;
}

#define rest(l, r) fmod(l, r)

#define PRESS_DEFINE_FLOAT(name, error, lanes, wide) \
  PRESS_DEFINE_SINGLE_KERNEL(unary_##name, double, double, double, wide)
#define PRESS_DEFINE_NUMBER(name, lanes, wide, integer) \
  PRESS_DEFINE_SINGLE_KERNEL(unary_##name, double, double, double, wide)
#define PRESS_DEFINE_PAIR(name, wide, integer) \
  PRESS_DEFINE_PAIR_KERNEL(binary_##name, double, double, double, wide)
PRESS_FLOAT_FUNCTIONS(PRESS_DEFINE_FLOAT)
PRESS_NUMBER_FUNCTIONS(PRESS_DEFINE_NUMBER)
PRESS_NUMBER_PAIR_FUNCTIONS(PRESS_DEFINE_PAIR)
PRESS_POWER_FUNCTION(PRESS_DEFINE_PAIR)

#define PRESS_LIST_UNARY(name, ...) [press_unary_##name] = unary_##name,
#define PRESS_LIST_BINARY(name, ...) [press_binary_##name] = binary_##name,
press_unary_kernel *const press_unary_float64[press_unary_count] = {
  PRESS_FLOAT_FUNCTIONS(PRESS_LIST_UNARY) PRESS_NUMBER_FUNCTIONS(PRESS_LIST_UNARY)};
press_binary_kernel *const press_binary_float64[press_binary_count] = {
  PRESS_NUMBER_PAIR_FUNCTIONS(PRESS_LIST_BINARY) PRESS_POWER_FUNCTION(PRESS_LIST_BINARY)};
