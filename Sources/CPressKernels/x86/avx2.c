#include "../kernel.h"

#if defined(__x86_64__)

#include <immintrin.h>

// AVX2 and FMA: 16 registers of 8 floats.
#define PRESS_SUFFIX avx2
#define PRESS_HAS_FLOAT16
#define PRESS_HAS_ROUNDING
#define PRESS_TILE_LANES 2
#define PRESS_MULTIPLY_ROWS 6
#define PRESS_MULTIPLY_TABLE_ROWS 6
#define PRESS_MULTIPLY_PANELS 1
#define PRESS_FEW_ROWS_PANELS 2
#define PRESS_DEPTHWISE_PIXELS 4
#define PRESS_SIGNED_ROWS 2
#define PRESS_SIGNED_PANELS 2
#define PRESS_PARTS

// 8 lanes of 32 bits: bytes at even and at odd places are widened to 16 bits, whose products are
// added in pairs.
#define PRESS_DOT_LANES 8
#define PRESS_DOT_ROWS 4
#define PRESS_DOT_VECTORS 2

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
typedef int32_t sums_avx2 __attribute__((vector_size(32), aligned(4), may_alias));

PRESS_INLINE sums_avx2 dot4_avx2(sums_avx2 sum, sums_avx2 w, uint32_t x) {
  const __m256i bytes = (__m256i)w, quad = _mm256_set1_epi32((int)x);
  const __m256i even = _mm256_srai_epi16(_mm256_slli_epi16(bytes, 8), 8);
  const __m256i odd = _mm256_srai_epi16(bytes, 8);
  sum += (sums_avx2)_mm256_madd_epi16(even, _mm256_and_si256(quad, _mm256_set1_epi16(255)));
  return sum + (sums_avx2)_mm256_madd_epi16(odd, _mm256_srli_epi16(quad, 8));
}

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

#include "../portable/binary.c"
#include "../portable/blend.c"
#include "../portable/channels.c"
#include "../portable/convert.c"
#include "../portable/decode.c"
#include "../portable/depthwise.c"
#include "../portable/dot8.c"
#include "../portable/multiply.c"
#include "../portable/normalize.c"
#include "../portable/quantize.c"
#include "../portable/reduce.c"
#include "../portable/signed.c"
#include "../portable/softmax.c"
#include "../portable/sparse.c"
#include "../portable/transpose.c"
#include "../portable/unary.c"
#include "../portable/window.c"
#include "../portable/winograd.c"
#pragma clang attribute pop

#endif
