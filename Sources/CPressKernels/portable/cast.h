#pragma once

#include "../kernel.h"

// Conversions in two steps: from an element's type to the widest of its kind, int64, uint64 or
// float64, and from there to another type.

typedef enum press_wide : uint32_t {
  press_wide_signed, press_wide_unsigned, press_wide_float, press_wide_count
} press_wide;

typedef void press_cast_kernel(size_t count, const void *x, void *y);

/// The kind of a type.
press_wide press_widest(press_type type);
/// To the widest of a type's kind; null for halves.
extern press_cast_kernel *const press_cast_from[press_type_count];
/// From there; that to a half gives a float32 which, rounded to the half, is the number rounded
/// once.
extern press_cast_kernel *const press_cast_to[press_wide_count][press_type_count];
