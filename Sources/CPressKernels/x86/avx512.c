#include "../kernel.h"

#if defined(__x86_64__)

#include <immintrin.h>

// AVX-512: 32 registers of 16 floats.
#define PRESS_SUFFIX avx512
#define PRESS_HAS_FLOAT16
#define PRESS_HAS_ROUNDING
#define PRESS_TILE_LANES 4
#define PRESS_MULTIPLY_ROWS 12
#define PRESS_MULTIPLY_TABLE_ROWS 10
#define PRESS_MULTIPLY_PANELS 2
#define PRESS_FEW_ROWS_PANELS 8
#define PRESS_DEPTHWISE_PIXELS 10
#define PRESS_SIGNED_ROWS 6
#define PRESS_SIGNED_PANELS 4
#define PRESS_PICKS
#define PRESS_PARTS

// 16 lanes of 32 bits: bytes at even and at odd places are widened to 16 bits, whose products are
// added in pairs.
#define PRESS_DOT_LANES 16
#define PRESS_DOT_ROWS 8
#define PRESS_DOT_VECTORS 2

#pragma clang attribute push(                                                      \
  __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma,f16c"))), \
  apply_to = function)
typedef int32_t sums_avx512 __attribute__((vector_size(64), aligned(4), may_alias));

PRESS_INLINE sums_avx512 dot4_avx512(sums_avx512 sum, sums_avx512 w, uint32_t x) {
  const __m512i bytes = (__m512i)w, quad = _mm512_set1_epi32((int)x);
  const __m512i even = _mm512_srai_epi16(_mm512_slli_epi16(bytes, 8), 8);
  const __m512i odd = _mm512_srai_epi16(bytes, 8);
  sum += (sums_avx512)_mm512_madd_epi16(even, _mm512_and_si512(quad, _mm512_set1_epi16(255)));
  return sum + (sums_avx512)_mm512_madd_epi16(odd, _mm512_srli_epi16(quad, 8));
}

PRESS_INLINE press_lanes load_part(const float *p, size_t count) {
  return (press_lanes)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), p);
}

PRESS_INLINE void store_part(float *p, press_lanes value, size_t count) {
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), (__m512)value);
}

typedef __mmask16 press_picks;
typedef int32_t words_avx512 __attribute__((vector_size(64), aligned(4), may_alias));

PRESS_INLINE press_picks pick_lanes(uint16_t bits) { return bits; }

PRESS_INLINE press_lanes add_picked(press_lanes sum, press_lanes x, press_picks picks) {
  return (press_lanes)_mm512_mask_add_ps((__m512)sum, picks, (__m512)sum, (__m512)x);
}

PRESS_INLINE press_lanes add_or_subtract(press_lanes sum, press_lanes x, press_picks picks) {
  const __m512 flipped = (__m512)((words_avx512)x ^ (int32_t)0x80000000);
  return sum + (press_lanes)_mm512_mask_blend_ps(picks, flipped, (__m512)x);
}

PRESS_INLINE press_lanes look_up(const float *table, words_avx512 index) {
  return (press_lanes)_mm512_i32gather_ps((__m512i)index, table, 4);
}

PRESS_INLINE press_lanes look_up16(const float *table, words_avx512 index) {
  return (press_lanes)_mm512_permutexvar_ps((__m512i)index, _mm512_loadu_ps(table));
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
