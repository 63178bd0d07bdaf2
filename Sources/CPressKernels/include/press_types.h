#pragma once

#include <stddef.h>
#include <stdint.h>

/// The types of elements: a macro gets whatever else it was given, then a name, the type in C, and
/// the type in which arithmetic wraps around where the type's own would be undefined.
#define PRESS_FOR_FLOATS(M, ...)          \
  M(__VA_ARGS__, float32, float, float)   \
  M(__VA_ARGS__, float64, double, double)
#define PRESS_FOR_INTEGERS(M, ...)           \
  M(__VA_ARGS__, int8, int8_t, uint32_t)     \
  M(__VA_ARGS__, int16, int16_t, uint32_t)   \
  M(__VA_ARGS__, int32, int32_t, uint32_t)   \
  M(__VA_ARGS__, int64, int64_t, uint64_t)   \
  M(__VA_ARGS__, uint8, uint8_t, uint32_t)   \
  M(__VA_ARGS__, uint16, uint16_t, uint32_t) \
  M(__VA_ARGS__, uint32, uint32_t, uint32_t) \
  M(__VA_ARGS__, uint64, uint64_t, uint64_t)
/// Bytes that are 0 or 1.
#define PRESS_FOR_BOOL(M, ...) M(__VA_ARGS__, bool, uint8_t, uint32_t)
/// These are widened to float32 in blocks; results are rounded once, to nearest even.
#define PRESS_FOR_HALVES(M, ...)            \
  M(__VA_ARGS__, float16, uint16_t, float)  \
  M(__VA_ARGS__, bfloat16, uint16_t, float)

#define PRESS_TYPE_CASE(prefix, name, type, wrapping) prefix##_##name,
typedef enum press_type : uint32_t {
  PRESS_FOR_FLOATS(PRESS_TYPE_CASE, press) PRESS_FOR_INTEGERS(PRESS_TYPE_CASE, press)
  PRESS_FOR_BOOL(PRESS_TYPE_CASE, press) PRESS_FOR_HALVES(PRESS_TYPE_CASE, press) press_type_count
} press_type;

/// The bytes of an element.
size_t press_type_width(press_type type);
