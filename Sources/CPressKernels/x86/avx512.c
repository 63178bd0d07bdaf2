#include "../kernel.h"

#if defined(__x86_64__)

#include <immintrin.h>

// AVX-512: 32 registers of 16 floats.
#define PRESS_SUFFIX avx512
#define PRESS_TILE_ROWS 12
#define PRESS_TILE_LANES 4
#define PRESS_MULTIPLY_ROWS 12
#define PRESS_MULTIPLY_TABLE_ROWS 10
#define PRESS_MULTIPLY_PANELS 2
#define PRESS_FEW_ROWS_PANELS 8
#define PRESS_DEPTHWISE_PIXELS 10
#define PRESS_PARTS

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"))), apply_to = function)
PRESS_INLINE press_lanes load_part(const float *p, size_t count) {
  return (press_lanes)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), p);
}

PRESS_INLINE void store_part(float *p, press_lanes value, size_t count) {
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), (__m512)value);
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
