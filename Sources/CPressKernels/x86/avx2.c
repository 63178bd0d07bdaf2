#include "../kernel.h"

#if defined(__x86_64__)

#include <immintrin.h>

// AVX2 and FMA: 16 registers of 8 floats.
#define PRESS_SUFFIX avx2
#define PRESS_TILE_ROWS 6
#define PRESS_TILE_LANES 2
#define PRESS_MULTIPLY_ROWS 6
#define PRESS_MULTIPLY_TABLE_ROWS 6
#define PRESS_MULTIPLY_PANELS 1
#define PRESS_FEW_ROWS_PANELS 2
#define PRESS_DEPTHWISE_PIXELS 4
#define PRESS_PARTS

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
/// The mask of the first `count` of 16 lanes: half 0 or 1 of it.
PRESS_INLINE __m256i part_mask(size_t count, int half) {
  static const int32_t ones[32] = {
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
  return _mm256_loadu_si256((const __m256i *)(ones + PRESS_LANES - count + 8 * half));
}

PRESS_INLINE press_lanes load_part(const float *p, size_t count) {
  const __m256 halves[2] = {
    _mm256_maskload_ps(p, part_mask(count, 0)), _mm256_maskload_ps(p + 8, part_mask(count, 1))};
  press_lanes value;
  memcpy(&value, halves, sizeof value);
  return value;
}

PRESS_INLINE void store_part(float *p, press_lanes value, size_t count) {
  __m256 halves[2];
  memcpy(halves, &value, sizeof value);
  _mm256_maskstore_ps(p, part_mask(count, 0), halves[0]);
  _mm256_maskstore_ps(p + 8, part_mask(count, 1), halves[1]);
}

#include "../portable/activate.c"
#include "../portable/depthwise.c"
#include "../portable/elementwise.c"
#include "../portable/multiply.c"
#include "../portable/product.c"
#include "../portable/sparse.c"
#include "../portable/window.c"
#include "../portable/winograd.c"
#pragma clang attribute pop

#endif
