#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#endif

// Planes are turned in blocks, so that lines of the cache are used whole; those of four bytes in
// registers, where three rounds exchange halves, quarters and neighbours of eight rows.

#pragma clang diagnostic ignored "-Wpsabi"

typedef uint32_t press_eight __attribute__((vector_size(32), aligned(4), may_alias));

enum { turned_rows = 8, turned_block = 16 };

PRESS_INLINE void turn_eight(
  const uint32_t *x, ptrdiff_t x_stride, uint32_t *y, ptrdiff_t y_stride) {
  press_eight a[8], b[8];
  for (int i = 0; i < 8; i++) a[i] = *(const press_eight *)(x + i * x_stride);
  for (int i = 0; i < 8; i += 2) {
    b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    b[i + 1] = __builtin_shufflevector(a[i], a[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int i = 0; i < 8; i += i % 2 ? 3 : 1) {
    a[i] = __builtin_shufflevector(b[i], b[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    a[i + 2] = __builtin_shufflevector(b[i], b[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (int i = 0; i < 4; i++) {
    b[i] = __builtin_shufflevector(a[i], a[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    b[i + 4] = __builtin_shufflevector(a[i], a[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
  for (int i = 0; i < 8; i++) *(press_eight *)(y + i * y_stride) = b[i];
}

#define PRESS_TURN_BLOCK(type)                                                           \
  PRESS_INLINE void turn_block_##type(                                                   \
    size_t rows, size_t columns, const type *x, ptrdiff_t x_stride, type *y,             \
    ptrdiff_t y_stride) {                                                                \
    for (size_t c = 0; c < columns; c++) {                                               \
      for (size_t r = 0; r < rows; r++) {                                                \
        y[(ptrdiff_t)c * y_stride + (ptrdiff_t)r] = x[(ptrdiff_t)r * x_stride + (ptrdiff_t)c]; \
      }                                                                                  \
    }                                                                                    \
  }

/// Walks over blocks; `eight` turns whole ones of eight rows and columns where there is such.
#define PRESS_DEFINE_TRANSPOSE(name, type, step, whole)                                  \
  PRESS_TURN_BLOCK(type)                                                                 \
  void PRESS_NAME(name)(                                                                 \
    size_t rows, size_t columns, const void *source, ptrdiff_t x_stride, void *target,   \
    ptrdiff_t y_stride) {                                                                \
    for (size_t c = 0; c < columns; c += step) {                                         \
      for (size_t r = 0; r < rows; r += step) {                                          \
        const type *x = (const type *)source + (ptrdiff_t)r * x_stride + (ptrdiff_t)c;   \
        type *y = (type *)target + (ptrdiff_t)c * y_stride + (ptrdiff_t)r;               \
        const size_t height = rows - r < step ? rows - r : step;                         \
        const size_t width = columns - c < step ? columns - c : step;                    \
        if (height == step && width == step) whole(x, x_stride, y, y_stride);            \
        else turn_block_##type(height, width, x, x_stride, y, y_stride);                 \
      }                                                                                  \
    }                                                                                    \
  }

#define PRESS_TURN_WHOLE(type) \
  turn_block_##type(turned_block, turned_block, x, x_stride, y, y_stride)
#define turn_whole1(...) PRESS_TURN_WHOLE(uint8_t)
#define turn_whole2(...) PRESS_TURN_WHOLE(uint16_t)
#define turn_whole8(...) PRESS_TURN_WHOLE(uint64_t)
PRESS_DEFINE_TRANSPOSE(transpose1, uint8_t, turned_block, turn_whole1)
PRESS_DEFINE_TRANSPOSE(transpose2, uint16_t, turned_block, turn_whole2)
PRESS_DEFINE_TRANSPOSE(transpose4, uint32_t, turned_rows, turn_eight)
PRESS_DEFINE_TRANSPOSE(transpose8, uint64_t, turned_block, turn_whole8)
