#include "../portable/window.h"
#include "driver.h"

// Pooling of any rank, one element after the other.

typedef struct job job;
/// Pools one position of a block.
typedef void position_function(const job *j, size_t block, size_t position);

struct job {
  position_function *pool;
  press_window window;
  size_t rank;
  const press_axis *axes;
  bool column_major;
  /// Elements of a block, and positions in it; all positions, and how many an item takes.
  size_t input, output, positions, piece;
  const void *x;
  void *y;
  int64_t *indices;
};

/// A window's elements inside the input, and the one that it is at.
typedef struct walk {
  press_range ranges[PRESS_MAXIMUM_RANK];
  size_t starts[PRESS_MAXIMUM_RANK], at[PRESS_MAXIMUM_RANK];
  size_t count, padded;
} walk;

static walk start_walk(const job *j, size_t position) {
  walk w = {.count = 1, .padded = 1};
  for (size_t axis = j->rank; axis-- > 0;) {
    const press_axis *a = &j->axes[axis];
    const size_t own = position % a->output;
    position /= a->output;
    w.ranges[axis] = press_window_range(a, own);
    w.starts[axis] = own * a->stride;
    w.at[axis] = w.ranges[axis].begin;
    w.count *= w.ranges[axis].end - w.ranges[axis].begin;
    w.padded *= press_window_size(a, own, true);
  }
  return w;
}

/// The element's place in its block, with the last or the first axis innermost.
static size_t find_place(const job *j, const walk *w, bool column_major) {
  size_t place = 0;
  for (size_t i = 0; i < j->rank; i++) {
    const size_t axis = column_major ? j->rank - 1 - i : i;
    const press_axis *a = &j->axes[axis];
    place = place * a->input + w->starts[axis] + w->at[axis] * a->dilation - a->pad_begin;
  }
  return place;
}

static void step_walk(const job *j, walk *w) {
  for (size_t axis = j->rank; axis-- > 0;) {
    if (++w->at[axis] < w->ranges[axis].end) return;
    w->at[axis] = w->ranges[axis].begin;
  }
}

#define PRESS_DEFINE_MAXIMUM(name, type, lowest)                                         \
  static void name(const job *j, size_t block, size_t position) {                        \
    const type *x = (const type *)j->x + block * j->input;                               \
    walk w = start_walk(j, position);                                                    \
    type best = lowest;                                                                  \
    size_t index = 0;                                                                    \
    for (size_t i = 0; i < w.count; i++, step_walk(j, &w)) {                             \
      const type value = x[find_place(j, &w, false)];                                    \
      if (i > 0 && !(value > best || (value != value && best == best))) continue;        \
      best = value;                                                                      \
      if (j->indices) index = find_place(j, &w, j->column_major);                        \
    }                                                                                    \
    ((type *)j->y)[block * j->output + position] = best;                                 \
    if (j->indices) {                                                                    \
      j->indices[block * j->output + position] = (int64_t)(block * j->input + index);    \
    }                                                                                    \
  }
PRESS_DEFINE_MAXIMUM(pool_float32, float, -INFINITY)
PRESS_DEFINE_MAXIMUM(pool_float64, double, -INFINITY)
PRESS_DEFINE_MAXIMUM(pool_int8, int8_t, INT8_MIN)
PRESS_DEFINE_MAXIMUM(pool_uint8, uint8_t, 0)

static void pool_mean(const job *j, size_t block, size_t position) {
  const float *x = (const float *)j->x + block * j->input;
  walk w = start_walk(j, position);
  float sum = 0;
  const size_t count = w.count;
  for (size_t i = 0; i < count; i++, step_walk(j, &w)) sum += x[find_place(j, &w, false)];
  const size_t size = j->window == press_window_average_with_padding ? w.padded : count;
  ((float *)j->y)[block * j->output + position] =
    j->window == press_window_sum ? sum : sum / (float)size;
}

static position_function *find_function(press_window window, press_type type) {
  if (window != press_window_max) return pool_mean;
  switch (type) {
    case press_float32: return pool_float32;
    case press_float64: return pool_float64;
    case press_int8: return pool_int8;
    default: return pool_uint8;
  }
}

static void positions_item(const void *context, size_t item) {
  const job *j = context;
  const size_t end = press_minimum((item + 1) * j->piece, j->positions);
  for (size_t i = item * j->piece; i < end; i++) j->pool(j, i / j->output, i % j->output);
}

void press_pool_blocks(
  const press_team *team, press_window window, press_type type, size_t planes, size_t rank,
  const press_axis *axes, bool column_major, const void *x, void *y, int64_t *indices) {
  job j = {
    .pool = find_function(window, type), .window = window, .rank = rank, .axes = axes,
    .column_major = column_major, .input = 1, .output = 1, .x = x, .y = y, .indices = indices};
  for (size_t axis = 0; axis < rank; axis++) {
    j.input *= axes[axis].input;
    j.output *= axes[axis].output;
  }
  j.positions = planes * j.output;
  if (j.positions == 0) return;
  j.piece = press_window_piece(rank, axes, 8);
  press_parallel_for(team->threads, press_pieces(j.positions, j.piece), positions_item, &j);
}
