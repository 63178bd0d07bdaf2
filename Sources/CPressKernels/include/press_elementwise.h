#pragma once

#include "press_common.h"

// Functions of single elements, with broadcasting, and conversions between their types.

/// Functions of one element: a name, and what it does to x.
#define PRESS_UNARY_FUNCTIONS(F)                       \
  F(abs, fabsf(x))                                     \
  F(ceil, ceilf(x))                                    \
  F(cos, cosf(x))                                      \
  F(erf, erff(x))                                      \
  F(exp, expf(x))                                      \
  F(floor, floorf(x))                                  \
  F(log, logf(x))                                      \
  F(neg, -x)                                           \
  F(reciprocal, 1 / x)                                 \
  F(relu, x < 0 ? 0 : x)                               \
  F(round, rintf(x))                                   \
  F(sigmoid, 1 / (1 + expf(-x)))                       \
  F(sign, x > 0 ? 1 : (x < 0 ? -1 : x))                \
  F(sin, sinf(x))                                      \
  F(softplus, fmaxf(x, 0) + log1pf(expf(-fabsf(x))))   \
  F(softsign, x / (1 + fabsf(x)))                      \
  F(sqrt, sqrtf(x))                                    \
  F(tan, tanf(x))                                      \
  F(tanh, tanhf(x))

/// Functions of two elements: a name, and what it does to l and r.
#define PRESS_BINARY_FUNCTIONS(F) \
  F(add, l + r)                   \
  F(sub, l - r)                   \
  F(mul, l * r)                   \
  F(div, l / r)                   \
  F(pow, powf(l, r))

#define PRESS_UNARY_CASE(name, expression) press_unary_##name,
#define PRESS_BINARY_CASE(name, expression) press_binary_##name,
typedef enum press_unary : uint32_t {
  PRESS_UNARY_FUNCTIONS(PRESS_UNARY_CASE) press_unary_count
} press_unary;
typedef enum press_binary : uint32_t {
  PRESS_BINARY_FUNCTIONS(PRESS_BINARY_CASE) press_binary_count
} press_binary;

typedef void press_unary_kernel(size_t count, const float *x, float *y);
/// Steps are 0 (one element for all) or 1.
typedef void press_binary_kernel(
  size_t count, const float *l, size_t l_step, const float *r, size_t r_step, float *y);

/// The kernels that convert elements.
#define PRESS_CONVERSION_KERNELS(K)                            \
  K(widen_float16, (size_t count, const uint16_t *x, float *y)) \
  K(widen_bfloat16, (size_t count, const uint16_t *x, float *y))

/// Applies a function to each element; x and y may be the same.
void press_map(
  const press_team *team, press_unary function, size_t count, const float *x, float *y);

#define PRESS_MAXIMUM_RANK 8
/// A broadcast: y is without gaps, l and r have a stride for each axis, 0 where they repeat.
typedef struct press_broadcast {
  size_t rank;
  size_t sizes[PRESS_MAXIMUM_RANK], l_strides[PRESS_MAXIMUM_RANK], r_strides[PRESS_MAXIMUM_RANK];
} press_broadcast;
/// Combines two operands; the last axis's strides are 0 or 1. y may be l or r where their shapes
/// are equal.
void press_combine(
  const press_team *team, press_binary function, const press_broadcast *broadcast, const float *l,
  const float *r, float *y);
