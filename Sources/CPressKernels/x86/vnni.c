#include "../kernel.h"

#if defined(__x86_64__)

#include <immintrin.h>

// AVX-512 with an instruction that multiplies unsigned by signed bytes and adds up four products.
#define PRESS_SUFFIX vnni
#define PRESS_DOT_LANES 16
#define PRESS_DOT_ROWS 6
#define PRESS_DOT_VECTORS 4

#pragma clang attribute push(                                                      \
  __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx512vnni"))), \
  apply_to = function)
typedef int32_t sums_vnni __attribute__((vector_size(64), aligned(4), may_alias));

PRESS_INLINE sums_vnni dot4_vnni(sums_vnni sum, sums_vnni w, uint32_t x) {
  return (sums_vnni)_mm512_dpbusd_epi32((__m512i)sum, _mm512_set1_epi32((int)x), (__m512i)w);
}

#include "../portable/dot8.c"
#pragma clang attribute pop

#endif
