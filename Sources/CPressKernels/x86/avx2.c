#include "../kernel.h"

#if defined(__x86_64__)

// AVX2 and FMA: 16 registers of 8 floats.
#define PRESS_SUFFIX avx2
#define PRESS_HAS_FLOAT16
#define PRESS_HAS_ROUNDING
#define PRESS_TILE_ROWS 6
#define PRESS_TILE_LANES 2

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
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
