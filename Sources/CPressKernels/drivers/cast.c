#include "../portable/cast.h"
#include "driver.h"

enum { cast_block = 256 };

typedef struct job {
  const press_kernels *kernels;
  press_type from, to;
  size_t from_width, to_width, count;
  const uint8_t *x;
  uint8_t *y;
} job;

/// Converts at most a block.
static void cast_some(const job *j, size_t count, const void *x, void *y) {
  const bool to_half = j->to == press_float16 || j->to == press_bfloat16;
  float floats[cast_block];
  uint64_t wide[cast_block];
  if (j->from == press_float16) j->kernels->widen_float16(count, x, floats);
  if (j->from == press_bfloat16) j->kernels->widen_bfloat16(count, x, floats);
  const bool from_half = j->from == press_float16 || j->from == press_bfloat16;
  if (j->from != press_float32 || !to_half) {
    press_cast_from[from_half ? press_float32 : j->from](count, from_half ? floats : x, wide);
    press_cast_to[press_widest(j->from)][j->to](count, wide, to_half ? floats : y);
  }
  if (!to_half) return;
  const float *source = j->from == press_float32 ? x : floats;
  if (j->to == press_float16) j->kernels->narrow_float16(count, source, y);
  else j->kernels->narrow_bfloat16(count, source, y);
}

static void cast_item(const void *context, size_t item) {
  const job *j = context;
  const size_t end = press_minimum((item + 1) * press_small_work, j->count);
  for (size_t i = item * press_small_work; i < end; i += cast_block) {
    const size_t count = press_minimum(cast_block, end - i);
    const uint8_t *x = j->x + i * j->from_width;
    uint8_t *y = j->y + i * j->to_width;
    if (j->from == j->to) memmove(y, x, count * j->to_width);
    else cast_some(j, count, x, y);
  }
}

void press_cast(
  const press_team *team, press_type from, press_type to, size_t count, const void *x, void *y) {
  const job j = {
    team->kernels, from, to, press_type_width(from), press_type_width(to), count, x, y};
  press_parallel_for(team->threads, press_pieces(count, press_small_work), cast_item, &j);
}
