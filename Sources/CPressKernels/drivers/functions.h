#pragma once

#include "../kernel.h"
#include "driver.h"

// Where the kernel of a function for a type is found, and halves on their way to float32 and back.

enum { press_half_block = 256 };

static inline bool press_is_half(press_type type) {
  return type == press_float16 || type == press_bfloat16;
}

/// The type that a type is computed in.
static inline press_type press_computed(press_type type) {
  return press_is_half(type) ? press_float32 : type;
}

press_unary_kernel *press_find_unary(
  const press_kernels *kernels, press_unary function, press_type type);
press_binary_kernel *press_find_binary(
  const press_kernels *kernels, press_binary function, press_type type);

static inline void press_widen_half(
  const press_kernels *kernels, press_type type, size_t count, const void *x, float *y) {
  if (type == press_float16) kernels->widen_float16(count, x, y);
  else kernels->widen_bfloat16(count, x, y);
}

static inline void press_narrow_half(
  const press_kernels *kernels, press_type type, size_t count, const float *x, void *y) {
  if (type == press_float16) kernels->narrow_float16(count, x, y);
  else kernels->narrow_bfloat16(count, x, y);
}

/// Converts at most press_half_block elements.
void press_cast_some(
  const press_kernels *kernels, press_type from, press_type to, size_t count, const void *x,
  void *y);
