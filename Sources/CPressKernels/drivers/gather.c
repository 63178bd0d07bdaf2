#include <stdatomic.h>

#include "driver.h"

typedef struct gather_job {
  size_t size, inner, count, piece, rows;
  const int64_t *indices;
  const uint8_t *x;
  uint8_t *y;
  _Atomic bool *is_outside;
} gather_job;

/// Copies rows of a fixed number of bytes without a call for each.
#define PRESS_GATHER_BYTES(bytes) \
  case bytes: memcpy(y, x, bytes); break;

static void gather_item(const void *context, size_t item) {
  const gather_job *j = context;
  const size_t first = item * j->piece, end = press_minimum(first + j->piece, j->rows);
  size_t number = first % j->count;
  const uint8_t *plane = j->x + first / j->count * j->size * j->inner;
  uint8_t *y = j->y + first * j->inner;
  for (size_t row = first; row < end; row++, y += j->inner) {
    const int64_t index = j->indices[number];
    const uint64_t place = (uint64_t)index + (index < 0 ? j->size : 0);
    const uint8_t *rows = plane;
    if (++number == j->count) {
      number = 0;
      plane += j->size * j->inner;
    }
    if (place >= j->size) {
      memset(y, 0, j->inner);
      atomic_store(j->is_outside, true);
      continue;
    }
    const uint8_t *x = rows + place * j->inner;
    switch (j->inner) {
      PRESS_GATHER_BYTES(1)
      PRESS_GATHER_BYTES(2)
      PRESS_GATHER_BYTES(4)
      PRESS_GATHER_BYTES(8)
      PRESS_GATHER_BYTES(16)
      default: memcpy(y, x, j->inner);
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
