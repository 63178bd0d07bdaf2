#include "driver.h"

enum { tile = 16, columns_piece = 64 };

typedef struct job {
  size_t rows, columns, width, pieces;
  const unsigned char *x;
  unsigned char *y;
} job;

#define PRESS_TRANSPOSE(type)                                                                     \
  static void transpose_##type(                                                                   \
    const job *j, const unsigned char *from, unsigned char *to, size_t first, size_t last) {      \
    const type *x = (const type *)from;                                                           \
    type *y = (type *)to;                                                                         \
    for (size_t row = 0; row < j->rows; row += tile) {                                            \
      const size_t end = press_minimum(row + tile, j->rows);                                      \
      for (size_t column = first; column < last; column++) {                                      \
        for (size_t r = row; r < end; r++) y[column * j->rows + r] = x[r * j->columns + column];  \
      }                                                                                           \
    }                                                                                             \
  }
PRESS_TRANSPOSE(uint8_t)
PRESS_TRANSPOSE(uint16_t)
PRESS_TRANSPOSE(uint32_t)
PRESS_TRANSPOSE(uint64_t)

static void item_of_transpose(const void *context, size_t item) {
  const job *j = context;
  const size_t first = item % j->pieces * columns_piece;
  const size_t last = press_minimum(first + columns_piece, j->columns);
  const size_t offset = item / j->pieces * j->rows * j->columns * j->width;
  const unsigned char *x = j->x + offset;
  unsigned char *y = j->y + offset;
  switch (j->width) {
    case 1: transpose_uint8_t(j, x, y, first, last); break;
    case 2: transpose_uint16_t(j, x, y, first, last); break;
    case 4: transpose_uint32_t(j, x, y, first, last); break;
    default: transpose_uint64_t(j, x, y, first, last); break;
  }
}

void press_transpose(
  const press_team *team, size_t batch, size_t rows, size_t columns, size_t width, const void *x,
  void *y) {
  const job j = {rows, columns, width, press_pieces(columns, columns_piece), x, y};
  const bool small = batch * rows * columns < press_small_work;
  press_parallel_for(small ? NULL : team->threads, batch * j.pieces, item_of_transpose, &j);
}
