#include "../portable/cast.h"
#include "functions.h"

void press_cast_some(
  const press_kernels *kernels, press_type from, press_type to, size_t count, const void *x,
  void *y) {
  if (from == to) {
    memmove(y, x, count * press_type_width(to));
    return;
  }
  float floats[press_half_block];
  uint64_t wide[press_half_block];
  const float *narrowed = from == press_float32 ? x : floats;
  if (press_is_half(from)) press_widen_half(kernels, from, count, x, floats);
  if (from != press_float32 || !press_is_half(to)) {
    const void *source = press_is_half(from) ? floats : x;
    press_cast_from[press_computed(from)](count, source, wide);
    press_cast_to[press_widest(from)][to](count, wide, press_is_half(to) ? floats : y);
  }
  if (press_is_half(to)) press_narrow_half(kernels, to, count, narrowed, y);
}

typedef struct job {
  const press_kernels *kernels;
  press_type from, to;
  size_t from_width, to_width, count;
  const uint8_t *x;
  uint8_t *y;
} job;

static void cast_item(const void *context, size_t item) {
  const job *j = context;
  const size_t end = press_minimum((item + 1) * press_small_work, j->count);
  for (size_t i = item * press_small_work; i < end; i += press_half_block) {
    press_cast_some(
      j->kernels, j->from, j->to, press_minimum(press_half_block, end - i),
      j->x + i * j->from_width, j->y + i * j->to_width);
  }
}

void press_cast(
  const press_team *team, press_type from, press_type to, size_t count, const void *x, void *y) {
  const job j = {
    team->kernels, from, to, press_type_width(from), press_type_width(to), count, x, y};
  press_parallel_for(team->threads, press_pieces(count, press_small_work), cast_item, &j);
}
