#include "../kernel.h"

#if defined(__x86_64__)

// AVX2 and FMA: 16 registers of 8 floats.
#define PRESS_SUFFIX avx2
#define PRESS_TILE_ROWS 6
#define PRESS_TILE_LANES 2

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "../portable/blend.c"
#include "../portable/elementwise.c"
#include "../portable/product.c"
#include "../portable/softmax.c"
#include "../portable/sparse.c"
#include "../portable/widen.c"
#include "../portable/window.c"
#pragma clang attribute pop

#endif
