#include "cast.h"

#define PRESS_DEFINE_CAST(kernel, from, to, expression)               \
  static void kernel(size_t count, const void *input, void *output) { \
    typedef to T;                                                     \
    const from *xs = input;                                           \
    T *ys = output;                                                   \
    for (size_t i = 0; i < count; i++) {                              \
      const from x = xs[i];                                           \
      ys[i] = expression;                                             \
    }                                                                 \
  }

press_wide press_widest(press_type type) {
  switch (type) {
    case press_float32: case press_float64: case press_float16: case press_bfloat16:
      return press_wide_float;
    case press_uint64: return press_wide_unsigned;
    default: return press_wide_signed;
  }
}

// MARK: To the widest

#define PRESS_DEFINE_FROM(wide, name, type, wrapping) \
  PRESS_DEFINE_CAST(from_##name, type, wide, (T)x)
PRESS_FOR_FLOATS(PRESS_DEFINE_FROM, double)
PRESS_FOR_INTEGERS(PRESS_DEFINE_FROM, int64_t)
PRESS_FOR_BOOL(PRESS_DEFINE_FROM, int64_t)

#define PRESS_FROM_ENTRY(prefix, name, type, wrapping) [press_##name] = prefix##_##name,
press_cast_kernel *const press_cast_from[press_type_count] = {
  PRESS_FOR_FLOATS(PRESS_FROM_ENTRY, from) PRESS_FOR_INTEGERS(PRESS_FROM_ENTRY, from)
  PRESS_FOR_BOOL(PRESS_FROM_ENTRY, from)};

// MARK: From the widest

#define is_signed ((T)-1 < 1)
#define highest (is_signed ? (T)(((uint64_t)1 << (8 * sizeof(T) - 1)) - 1) : (T)-1)
#define lowest (is_signed ? (T)((uint64_t)1 << (8 * sizeof(T) - 1)) : (T)0)
/// The highest of 64 bits becomes the power of two above it.
#define saturated(x) \
  (x != x ? (T)0 : x <= (double)lowest ? lowest : x >= (double)highest ? highest : (T)x)

/// A float32 with its last bit set where digits were lost, so that rounding it again to fewer
/// digits rounds only once.
static float round_to_odd(double x) {
  const float nearest = (float)x;
  if ((double)nearest == x || nearest != nearest) return nearest;
  uint32_t bits;
  memcpy(&bits, &nearest, sizeof bits);
  if (bits & 1) return nearest;
  const bool is_beyond = fabs((double)nearest) > fabs(x);
  bits += is_beyond ? -1u : 1;
  float odd;
  memcpy(&odd, &bits, sizeof odd);
  return odd;
}

/// Folds the lowest bits into one, so that a float64 holds what is left.
static double sticky_unsigned(uint64_t x) {
  return x >> 53 ? (double)((x & ~(uint64_t)0x7FF) | (uint64_t)((x & 0x7FF) != 0) << 11) : (double)x;
}

static double sticky_signed(int64_t x) {
  return x < 0 ? -sticky_unsigned(0 - (uint64_t)x) : sticky_unsigned((uint64_t)x);
}

#define PRESS_DEFINE_TO(kind, wide, expression, name, type, wrapping) \
  PRESS_DEFINE_CAST(kind##_to_##name, wide, type, expression)
#define PRESS_DEFINE_TO_HALF(kind, wide, expression, name, type, wrapping) \
  PRESS_DEFINE_CAST(kind##_to_##name, wide, float, expression)
PRESS_FOR_FLOATS(PRESS_DEFINE_TO, signed, int64_t, (T)x)
PRESS_FOR_FLOATS(PRESS_DEFINE_TO, unsigned, uint64_t, (T)x)
PRESS_FOR_FLOATS(PRESS_DEFINE_TO, float, double, (T)x)
PRESS_FOR_INTEGERS(PRESS_DEFINE_TO, signed, int64_t, (T)x)
PRESS_FOR_INTEGERS(PRESS_DEFINE_TO, unsigned, uint64_t, (T)x)
PRESS_FOR_INTEGERS(PRESS_DEFINE_TO, float, double, saturated(x))
PRESS_FOR_BOOL(PRESS_DEFINE_TO, signed, int64_t, x != 0)
PRESS_FOR_BOOL(PRESS_DEFINE_TO, unsigned, uint64_t, x != 0)
PRESS_FOR_BOOL(PRESS_DEFINE_TO, float, double, x != 0)
PRESS_FOR_HALVES(PRESS_DEFINE_TO_HALF, signed, int64_t, round_to_odd(sticky_signed(x)))
PRESS_FOR_HALVES(PRESS_DEFINE_TO_HALF, unsigned, uint64_t, round_to_odd(sticky_unsigned(x)))
PRESS_FOR_HALVES(PRESS_DEFINE_TO_HALF, float, double, round_to_odd(x))

#define PRESS_TO_ENTRY(prefix, name, type, wrapping) [press_##name] = prefix##_to_##name,
#define PRESS_TO_ENTRIES(prefix)                                               \
  PRESS_FOR_FLOATS(PRESS_TO_ENTRY, prefix) PRESS_FOR_INTEGERS(PRESS_TO_ENTRY, prefix) \
  PRESS_FOR_BOOL(PRESS_TO_ENTRY, prefix) PRESS_FOR_HALVES(PRESS_TO_ENTRY, prefix)
press_cast_kernel *const press_cast_to[press_wide_count][press_type_count] = {
  [press_wide_signed] = {PRESS_TO_ENTRIES(signed)},
  [press_wide_unsigned] = {PRESS_TO_ENTRIES(unsigned)},
  [press_wide_float] = {PRESS_TO_ENTRIES(float)},
};
