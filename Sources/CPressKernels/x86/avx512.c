#include "../kernel.h"

#if defined(__x86_64__)

// AVX-512: 32 registers of 16 floats.
#define PRESS_SUFFIX avx512
#define PRESS_HAS_FLOAT16
#define PRESS_HAS_ROUNDING
#define PRESS_TILE_ROWS 12
#define PRESS_TILE_LANES 4

#pragma clang attribute push(                                                      \
  __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma,f16c"))), \
  apply_to = function)
#include "../portable/binary.c"
#include "../portable/convert.c"
#include "../portable/product.c"
#include "../portable/channels.c"
#include "../portable/normalize.c"
#include "../portable/reduce.c"
#include "../portable/softmax.c"
#include "../portable/sparse.c"
#include "../portable/transpose.c"
#include "../portable/unary.c"
#include "../portable/window.c"
#pragma clang attribute pop

#endif
