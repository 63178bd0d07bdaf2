#include "typed.h"

// Integer arithmetic. Inside a kernel T is its type and W the unsigned one that wraps around.

/// Modulo 2^64, from which the lower bits of every integer type can be taken.
static uint64_t whole_power(uint64_t base, uint64_t exponent) {
  uint64_t result = 1;
  for (; exponent > 0; exponent >>= 1, base *= base) {
    if (exponent & 1) result *= base;
  }
  return result;
}

#define wrap(l, operator, r) ((T)((W)(l) operator (W)(r)))
/// Whether r is -1, by which the lowest number can't be divided.
#define is_minus_one(r) ((T)-1 < 1 && (r) == (T)-1)
#define quotient(l, r) ((r) == 0 ? 0 : is_minus_one(r) ? wrap(0, -, l) : (T)((l) / (r)))
#define rest(l, r) ((r) == 0 || is_minus_one(r) ? 0 : (T)((l) % (r)))
#define has_other_sign(l, r) (((l) < 1 && (l) != 0) != ((r) < 1 && (r) != 0))
#define modulus(l, r)                                                              \
  (rest(l, r) != 0 && has_other_sign(l, r) ? (T)(rest(l, r) + (r)) : rest(l, r))
#define fraction_power(l, r) \
  ((l) == 1 ? (T)1 : is_minus_one(l) ? ((r) & 1 ? (T)-1 : (T)1) : (T)0)
#define power(l, r)                                                                \
  ((r) < 1 && (r) != 0 ? fraction_power(l, r) : (T)whole_power((uint64_t)(l), (uint64_t)(r)))

#define PRESS_DEFINE_INTEGER_KERNEL(function, expression, name, type, wrapping) \
  PRESS_DEFINE_SINGLE_KERNEL(unary_##function##_##name, type, wrapping, type, expression)
#define PRESS_DEFINE_NUMBER(name, lanes, wide, integer) \
  PRESS_FOR_INTEGERS(PRESS_DEFINE_INTEGER_KERNEL, name, integer)
#define PRESS_DEFINE_INTEGER(name, expression) \
  PRESS_FOR_INTEGERS(PRESS_DEFINE_INTEGER_KERNEL, name, expression)
PRESS_NUMBER_FUNCTIONS(PRESS_DEFINE_NUMBER)
PRESS_INTEGER_FUNCTIONS(PRESS_DEFINE_INTEGER)

#define PRESS_DEFINE_INTEGER_PAIR_KERNEL(function, expression, name, type, wrapping) \
  PRESS_DEFINE_PAIR_KERNEL(binary_##function##_##name, type, wrapping, type, expression)
#define PRESS_DEFINE_NUMBER_PAIR(name, float, integer) \
  PRESS_FOR_INTEGERS(PRESS_DEFINE_INTEGER_PAIR_KERNEL, name, integer)
#define PRESS_DEFINE_INTEGER_PAIR(name, expression) \
  PRESS_FOR_INTEGERS(PRESS_DEFINE_INTEGER_PAIR_KERNEL, name, expression)
PRESS_NUMBER_PAIR_FUNCTIONS(PRESS_DEFINE_NUMBER_PAIR)
PRESS_POWER_FUNCTION(PRESS_DEFINE_NUMBER_PAIR)
PRESS_INTEGER_PAIR_FUNCTIONS(PRESS_DEFINE_INTEGER_PAIR)
PRESS_BIT_PAIR_FUNCTIONS(PRESS_DEFINE_INTEGER_PAIR)

#define PRESS_UNARY_ENTRY(function, name, type, wrapping) \
  [press_unary_##function][press_##name] = unary_##function##_##name,
#define PRESS_LIST_UNARY(name, ...) PRESS_FOR_INTEGERS(PRESS_UNARY_ENTRY, name)
press_unary_kernel *const press_unary_integer[press_unary_count][press_type_count] = {
  PRESS_NUMBER_FUNCTIONS(PRESS_LIST_UNARY) PRESS_INTEGER_FUNCTIONS(PRESS_LIST_UNARY)};

#define PRESS_BINARY_ENTRY(function, name, type, wrapping) \
  [press_binary_##function][press_##name] = binary_##function##_##name,
#define PRESS_LIST_BINARY(name, ...) PRESS_FOR_INTEGERS(PRESS_BINARY_ENTRY, name)
#define PRESS_LIST_BITS(name, ...) \
  PRESS_LIST_BINARY(name) [press_binary_##name][press_bool] = binary_##name##_uint8,
press_binary_kernel *const press_binary_integer[press_binary_count][press_type_count] = {
  PRESS_NUMBER_PAIR_FUNCTIONS(PRESS_LIST_BINARY) PRESS_POWER_FUNCTION(PRESS_LIST_BINARY)
  PRESS_INTEGER_PAIR_FUNCTIONS(PRESS_LIST_BINARY)
  PRESS_BIT_PAIR_FUNCTIONS(PRESS_LIST_BITS)};
