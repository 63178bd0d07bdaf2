#pragma once

#include "press_common.h"
#include "press_types.h"

// Functions of single elements, with broadcasting.

/// Functions of one element x and up to two parameters, a line each: name; the largest error of
/// the float32 kernel, where ulp(y) is the distance of the result from the next float32 and ulp(x)
/// that of the argument; what it does to lanes; what it does to a double.
///
/// Names that begin with press_ are vector functions; press_each calls the C library lane by lane.
/// swish, mish, hard_swish and gelu of -infinity are not numbers, as their formulas say.
#define PRESS_FLOAT_FUNCTIONS(F)                                                               \
  F(acos, 1 * ulp(y), press_each(acosf, x), acos(x))                                           \
  F(acosh, 2 * ulp(y), press_each(acoshf, x), acosh(x))                                        \
  F(affine, ulp(alpha * x) + ulp(y), alpha * x + beta, alpha * x + beta)                       \
  F(asin, 1 * ulp(y), press_each(asinf, x), asin(x))                                           \
  F(asinh, 2 * ulp(y), press_each(asinhf, x), asinh(x))                                        \
  F(atan, 1 * ulp(y), press_each(atanf, x), atan(x))                                           \
  F(atanh, 2 * ulp(y), press_each(atanhf, x), atanh(x))                                        \
  F(ceil, 0, press_ceil(x), ceil(x))                                                           \
  F(celu, 3 * ulp(y), press_choose(x < 0, alpha * press_expm1(x / alpha), x),                  \
    x < 0 ? alpha * expm1(x / alpha) : x)                                                      \
  F(clip, 0, press_clip(x, press_fill(alpha), press_fill(beta)), clip(x, alpha, beta))         \
  F(cos, 2 * ulp(y), press_cos(x), cos(x))                                                     \
  F(cosh, 2 * ulp(y), press_each(coshf, x), cosh(x))                                           \
  F(elu, 2 * ulp(y), press_choose(x < 0, alpha * press_expm1(x), x),                           \
    x < 0 ? alpha * expm1(x) : x)                                                              \
  F(erf, 1.5 * ulp(y), press_erf(x), erf(x))                                                   \
  F(exp, 1.25 * ulp(y), press_exp(x), exp(x))                                                  \
  F(floor, 0, press_floor(x), floor(x))                                                        \
  F(gelu, 2 * ulp(x), press_gelu(x), 0.5 * x * (1 + erf(x * 0x1.6a09e667f3bcdp-1)))            \
  F(gelu_tanh, 2 * ulp(x), press_gelu_tanh(x),                                                 \
    0.5 * x * (1 + tanh(0x1.9884533d43651p-1 * (x + 0.044715 * x * x * x))))                   \
  F(hard_sigmoid, 1 * ulp(1), press_unit_clip(alpha * x + beta), clip(alpha * x + beta, 0, 1)) \
  F(hard_swish, 1.5 * ulp(x), press_hard_swish(x), x * clip(x / 6 + 0.5, 0, 1))                \
  F(leaky_relu, 0.5 * ulp(y), press_choose(x < 0, alpha * x, x), x < 0 ? alpha * x : x)        \
  F(log, 1 * ulp(y), press_log(x), log(x))                                                     \
  F(mish, 2 * ulp(x), press_mish(x), x * tanh(log1p(exp(x))))                                  \
  F(reciprocal, 0.5 * ulp(y), 1 / x, 1 / x)                                                    \
  F(round, 0, press_round(x), rint(x))                                                         \
  F(scaled_hard_swish, 2 * ulp(alpha * x) + ulp(y), alpha * press_hard_swish(x) + beta,        \
    alpha * x * clip(x / 6 + 0.5, 0, 1) + beta)                                                \
  F(selu, 3 * ulp(y), beta * press_choose(x > 0, x, alpha * press_expm1(x)),                   \
    beta * (x > 0 ? x : alpha * expm1(x)))                                                     \
  F(shrink, 0.5 * ulp(y), press_shrink(x, alpha, beta),                                        \
    x < -alpha ? x + beta : (x > alpha ? x - beta : 0))                                        \
  F(sigmoid, 2.5 * ulp(y), press_sigmoid(x), 1 / (1 + exp(-x)))                                \
  F(sin, 2 * ulp(y), press_sin(x), sin(x))                                                     \
  F(sinh, 2 * ulp(y), press_each(sinhf, x), sinh(x))                                           \
  F(softplus, 2 * ulp(y), press_softplus(x), (x < 0 ? 0 : x) + log1p(exp(-fabs(x))))           \
  F(softsign, 1.5 * ulp(y), x / (1 + press_abs(x)), x / (1 + fabs(x)))                         \
  F(sqrt, 0.5 * ulp(y), __builtin_elementwise_sqrt(x), sqrt(x))                                \
  F(swish, 2 * ulp(x), x * press_sigmoid(alpha * x), x / (1 + exp(-alpha * x)))                \
  F(tan, 3.5 * ulp(y), press_tan(x), tan(x))                                                   \
  F(tanh, 2.5 * ulp(y), press_tanh(x), tanh(x))                                                \
  F(thresholded_relu, 0, press_choose(x <= alpha, press_fill(0), x), x <= alpha ? 0 : x)

/// Functions of one number, exact: name; lanes; float64; integers, where wrap(l, operator, r) wraps
/// around.
#define PRESS_NUMBER_FUNCTIONS(F)                                                              \
  F(abs, press_abs(x), fabs(x), x < 0 ? wrap(0, -, x) : x)                                     \
  F(neg, -x, -x, wrap(0, -, x))                                                                \
  F(relu, press_choose(x < 0, press_fill(0), x), x < 0 ? 0 : x, x < 0 ? 0 : x)                 \
  F(sign, press_sign(x), x > 0 ? 1 : (x < 0 ? -1 : x), x > 0 ? 1 : (x < 0 ? (T)-1 : 0))

/// Functions of one integer.
#define PRESS_INTEGER_FUNCTIONS(F) F(bit_not, (T)~x)

/// Questions about one element of any type, whose answers are bools.
#define PRESS_NUMBER_TESTS(F) F(is_zero, x == 0)

/// Questions about floats. The parameters of is_infinite are 0 or 1: whether it counts above, and
/// below zero.
#define PRESS_FLOAT_TESTS(F) \
  F(is_nan, x != x)          \
  F(is_infinite, (alpha != 0 && x == (T)INFINITY) || (beta != 0 && x == (T)-INFINITY))

/// Functions of two numbers l and r: name; floats; integers. Integer division truncates, and a
/// division by 0 gives 0, also the rest of one; the sign of mod is that of r, the sign of fmod that
/// of l. An integer to a negative power is the truncated fraction. max and min are not numbers
/// where an operand is not. A shift by all bits or more gives 0.
#define PRESS_NUMBER_PAIR_FUNCTIONS(F)                      \
  F(add, l + r, wrap(l, +, r))                              \
  F(sub, l - r, wrap(l, -, r))                              \
  F(mul, l * r, wrap(l, *, r))                              \
  F(div, l / r, quotient(l, r))                             \
  F(mod, modulus(l, r), modulus(l, r))                      \
  F(fmod, rest(l, r), rest(l, r))                           \
  F(max, l > r || l != l ? l : r, l > r ? l : r)            \
  F(min, l < r || l != l ? l : r, l < r ? l : r)            \
  F(prelu, l < 0 ? l * r : l, l < 0 ? wrap(l, *, r) : l)

/// The power, whose float32 kernel is a vector function: at most 0.51 units in the last place
/// wrong.
#define PRESS_POWER_FUNCTION(F) F(pow, pow(l, r), power(l, r))

/// Functions of two integers.
#define PRESS_INTEGER_PAIR_FUNCTIONS(F)                                             \
  F(shift_left, (uint64_t)r < 8 * sizeof(T) ? (T)((W)l << r) : 0)                   \
  F(shift_right, (uint64_t)r < 8 * sizeof(T) ? (T)(l >> r) : 0)

/// Functions of two integers, or of two bools.
#define PRESS_BIT_PAIR_FUNCTIONS(F) \
  F(bit_and, (T)(l & r))            \
  F(bit_or, (T)(l | r))             \
  F(bit_xor, (T)(l ^ r))

/// Comparisons of two elements of any type, whose results are bools.
#define PRESS_COMPARISONS(F)  \
  F(equal, l == r)            \
  F(less, l < r)              \
  F(less_or_equal, l <= r)    \
  F(greater, l > r)           \
  F(greater_or_equal, l >= r)

#define PRESS_UNARY_CASE(name, ...) press_unary_##name,
typedef enum press_unary : uint32_t {
  PRESS_FLOAT_FUNCTIONS(PRESS_UNARY_CASE) PRESS_NUMBER_FUNCTIONS(PRESS_UNARY_CASE)
  PRESS_INTEGER_FUNCTIONS(PRESS_UNARY_CASE) press_unary_count
} press_unary;
#define PRESS_TEST_CASE(name, ...) press_test_##name,
typedef enum press_test : uint32_t {
  PRESS_NUMBER_TESTS(PRESS_TEST_CASE) PRESS_FLOAT_TESTS(PRESS_TEST_CASE) press_test_count
} press_test;
#define PRESS_BINARY_CASE(name, ...) press_binary_##name,
typedef enum press_binary : uint32_t {
  PRESS_NUMBER_PAIR_FUNCTIONS(PRESS_BINARY_CASE) PRESS_POWER_FUNCTION(PRESS_BINARY_CASE)
  PRESS_INTEGER_PAIR_FUNCTIONS(PRESS_BINARY_CASE)
  PRESS_BIT_PAIR_FUNCTIONS(PRESS_BINARY_CASE) press_binary_count
} press_binary;
#define PRESS_COMPARISON_CASE(name, ...) press_comparison_##name,
typedef enum press_comparison : uint32_t {
  PRESS_COMPARISONS(PRESS_COMPARISON_CASE) press_comparison_count
} press_comparison;

/// The largest error of a float32 kernel at x, where the exact result is y.
double press_unary_error(press_unary function, double alpha, double x, double y);

typedef void press_unary_kernel(size_t count, const void *x, void *y, double alpha, double beta);
/// Steps are 0 (one element for all) or 1.
typedef void press_binary_kernel(
  size_t count, const void *l, size_t l_step, const void *r, size_t r_step, void *y);

/// Whether there is a function for a type. Halves have those of float32.
bool press_has_unary(press_unary function, press_type type);
bool press_has_binary(press_binary function, press_type type);
bool press_has_test(press_test test, press_type type);

/// Applies a function to each element; x and y may be the same.
void press_map(
  const press_team *team, press_unary function, press_type type, size_t count, const void *x,
  void *y, double alpha, double beta);
/// Asks a question about each element; y are bools.
void press_ask(
  const press_team *team, press_test test, press_type type, size_t count, const void *x,
  uint8_t *y, double alpha, double beta);

/// A broadcast: the result is without gaps, and each operand has a stride for each axis, 0 where it
/// repeats. The last axis's strides are 0 or 1.
typedef struct press_broadcast {
  size_t rank;
  size_t sizes[PRESS_MAXIMUM_RANK];
  size_t strides[3][PRESS_MAXIMUM_RANK];
} press_broadcast;
/// Combines two operands. y may be l or r where their shapes are equal.
void press_combine(
  const press_team *team, press_binary function, press_type type, const press_broadcast *broadcast,
  const void *l, const void *r, void *y);
/// Compares two operands of a type; y are bools.
void press_compare(
  const press_team *team, press_comparison comparison, press_type type,
  const press_broadcast *broadcast, const void *l, const void *r, uint8_t *y);
/// The element of l where the condition is not 0, that of r where it is; elements of 1, 2, 4 or 8
/// bytes. The condition is the first operand of the broadcast.
void press_select(
  const press_team *team, size_t width, const press_broadcast *broadcast,
  const uint8_t *condition, const void *l, const void *r, void *y);
