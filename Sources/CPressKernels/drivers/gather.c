#include <stdatomic.h>

#include "driver.h"

typedef struct gather_job {
  size_t size, inner, count, piece, rows;
  const int64_t *indices;
  const uint8_t *x;
  uint8_t *y;
  _Atomic bool *is_outside;
} gather_job;

static void gather_item(const void *context, size_t item) {
  const gather_job *j = context;
  const size_t end = press_minimum((item + 1) * j->piece, j->rows);
  for (size_t row = item * j->piece; row < end; row++) {
    const int64_t index = j->indices[row % j->count];
    const uint64_t place = (uint64_t)index + (index < 0 ? j->size : 0);
    uint8_t *y = j->y + row * j->inner;
    if (place < j->size) {
      memcpy(y, j->x + (row / j->count * j->size + place) * j->inner, j->inner);
    } else {
      memset(y, 0, j->inner);
      atomic_store(j->is_outside, true);
    }
  }
}

bool press_gather(
  const press_team *team, size_t outer, size_t size, size_t inner, size_t count,
  const int64_t *indices, const void *x, void *y) {
  if (outer * count == 0) return true;
  _Atomic bool is_outside = false;
  const size_t piece = press_pieces(press_small_work, inner + 1);
  const gather_job j = {
    size, inner, count, piece, outer * count, indices, x, y, &is_outside};
  press_parallel_for(team->threads, press_pieces(j.rows, piece), gather_item, &j);
  return !is_outside;
}

typedef struct fill_job {
  size_t bytes;
  uint8_t pattern[64];
  uint8_t *y;
} fill_job;

enum { fill_piece = 1 << 16 };

static void fill_item(const void *context, size_t item) {
  const fill_job *j = context;
  const size_t first = item * fill_piece, end = press_minimum(first + fill_piece, j->bytes);
  for (size_t i = first; i < end; i += sizeof j->pattern) {
    memcpy(j->y + i, j->pattern, press_minimum(sizeof j->pattern, end - i));
  }
}

void press_fill_all(
  const press_team *team, size_t width, size_t count, const void *value, void *y) {
  fill_job j = {.bytes = width * count, .y = y};
  for (size_t i = 0; i < sizeof j.pattern; i++) {
    j.pattern[i] = ((const uint8_t *)value)[i % width];
  }
  press_parallel_for(team->threads, press_pieces(j.bytes, fill_piece), fill_item, &j);
}
