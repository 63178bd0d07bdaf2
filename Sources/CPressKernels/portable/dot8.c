#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#endif

// An instruction set gives the columns that a register holds, a tile of rows and registers, and how
// four products are added to each 32-bit lane. Without that it is done in 32-bit arithmetic.
#ifndef PRESS_DOT_LANES
#define PRESS_DOT_LANES 4
#define PRESS_DOT_VECTORS 4

typedef int32_t PRESS_NAME(sums) __attribute__((vector_size(16), aligned(4), may_alias));

#if defined(__ARM_FEATURE_DOTPROD)
#include <arm_neon.h>
#define PRESS_DOT_ROWS 4
// Both factors are signed: x is taken as x - 128, and 128 times the sum of w is added in the end.
#define PRESS_DOT_IS_SIGNED

PRESS_INLINE PRESS_NAME(sums)
  PRESS_NAME(dot4)(PRESS_NAME(sums) sum, PRESS_NAME(sums) w, uint32_t x) {
  return (PRESS_NAME(sums))vdotq_s32(
    (int32x4_t)sum, (int8x16_t)w, (int8x16_t)vdupq_n_u32(x ^ 0x80808080));
}
#else
#define PRESS_DOT_ROWS 2

PRESS_INLINE PRESS_NAME(sums)
  PRESS_NAME(dot4)(PRESS_NAME(sums) sum, PRESS_NAME(sums) w, uint32_t x) {
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    sum += ((w << (24 - 8 * i)) >> 24) * (int32_t)(x >> (8 * i) & 255);
  }
  return sum;
}
#endif
#endif

/// Sums of `rows` rows and `vectors` registers of columns, kept in registers over the whole depth.
PRESS_INLINE void PRESS_NAME(dot8_tile)(
  const press_dot8 *g, size_t row, size_t vector, const int rows, const int vectors) {
  enum { vectors_of_panel = PRESS_LANES / PRESS_DOT_LANES };
  const size_t quads = g->quads;
  const uint32_t *restrict offsets = g->offsets;
  const uint8_t *x[2 * PRESS_DOT_ROWS];
  const int32_t *restrict w[PRESS_DOT_VECTORS];
  PRESS_NAME(sums) sum[2 * PRESS_DOT_ROWS][PRESS_DOT_VECTORS];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) {
    const size_t panel = (vector + v) / vectors_of_panel;
    w[v] = (const int32_t *)(g->w + panel * quads * 4 * PRESS_LANES)
      + (vector + v) % vectors_of_panel * PRESS_DOT_LANES;
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    x[r] = g->x[row + r];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[r][v] = (PRESS_NAME(sums)){0};
  }
#ifdef PRESS_DOT_IS_SIGNED
  PRESS_NAME(sums) shift[PRESS_DOT_VECTORS] = {{0}};
#endif
  for (size_t k = 0; k < quads; k++) {
    PRESS_NAME(sums) weights[PRESS_DOT_VECTORS];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      weights[v] = *(const PRESS_NAME(sums) *)(w[v] + k * PRESS_LANES);
#ifdef PRESS_DOT_IS_SIGNED
      shift[v] = PRESS_NAME(dot4)(shift[v], weights[v], 0);
#endif
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      uint32_t quad;
      memcpy(&quad, x[r] + offsets[k], 4);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sum[r][v] = PRESS_NAME(dot4)(sum[r][v], weights[v], quad);
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    int32_t *y = g->sums + (row + r) * g->sums_stride + vector * PRESS_DOT_LANES;
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
#ifdef PRESS_DOT_IS_SIGNED
      sum[r][v] -= shift[v];
#endif
      *(PRESS_NAME(sums) *)(y + v * PRESS_DOT_LANES) = sum[r][v];
    }
  }
}

PRESS_INLINE void PRESS_NAME(dot8_rows)(const press_dot8 *g, size_t vector, const int vectors) {
  // With half the columns, twice the rows: sums wait for each other.
  const size_t tile = vectors == PRESS_DOT_VECTORS ? PRESS_DOT_ROWS : 2 * PRESS_DOT_ROWS;
  size_t row = 0;
  for (; row + tile <= g->rows; row += tile) {
    PRESS_NAME(dot8_tile)(g, row, vector, (int)tile, vectors);
  }
  for (; row < g->rows; row++) PRESS_NAME(dot8_tile)(g, row, vector, 1, vectors);
}

void PRESS_NAME(dot8)(const press_dot8 *arguments) {
  enum { half = PRESS_DOT_VECTORS / 2 };
  const size_t vectors = arguments->panels * PRESS_LANES / PRESS_DOT_LANES;
  size_t vector = 0;
  for (; vector + PRESS_DOT_VECTORS <= vectors; vector += PRESS_DOT_VECTORS) {
    PRESS_NAME(dot8_rows)(arguments, vector, PRESS_DOT_VECTORS);
  }
  for (; vector + half <= vectors; vector += half) {
    PRESS_NAME(dot8_rows)(arguments, vector, half);
  }
  for (; vector < vectors; vector++) PRESS_NAME(dot8_rows)(arguments, vector, 1);
}
