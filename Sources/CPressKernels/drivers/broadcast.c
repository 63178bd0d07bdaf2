#include "functions.h"

// Functions of two or three broadcast operands, cut into runs of rows: the last axis of the
// broadcast, or pieces of it.

typedef struct job job;
/// Computes `count` elements of a row from the operands' elements at `x`.
typedef void row_function(const job *j, size_t count, const uint8_t *const *x, uint8_t *y);

struct job {
  const press_kernels *kernels;
  row_function *row;
  press_binary_kernel *kernel;
  press_type type;
  const press_broadcast *broadcast;
  size_t operands;
  const uint8_t *x[3];
  size_t x_width[3];
  uint8_t *y;
  size_t y_width;
  /// Elements of the last axis and the operands' steps along it; rows of it, and how many of them
  /// or of its elements an item takes.
  size_t width, steps[3], rows, piece_rows, piece_width, pieces;
};

/// The operands' offsets of a row, in elements.
static void find_row(const job *j, size_t row, size_t *offsets) {
  const press_broadcast *b = j->broadcast;
  for (size_t axis = b->rank; axis-- > 1;) {
    const size_t index = row % b->sizes[axis - 1];
    row /= b->sizes[axis - 1];
    for (size_t o = 0; o < j->operands; o++) offsets[o] += index * b->strides[o][axis - 1];
  }
}

static void rows_item(const void *context, size_t item) {
  const job *j = context;
  const size_t start = item % j->pieces * j->piece_width;
  const size_t width = press_minimum(j->piece_width, j->width - start);
  const size_t first = item / j->pieces * j->piece_rows;
  const size_t end = press_minimum(first + j->piece_rows, j->rows);
  for (size_t row = first; row < end; row++) {
    size_t offsets[3] = {start * j->steps[0], start * j->steps[1], start * j->steps[2]};
    const uint8_t *x[3] = {0};
    find_row(j, row, offsets);
    for (size_t o = 0; o < j->operands; o++) x[o] = j->x[o] + offsets[o] * j->x_width[o];
    j->row(j, width, x, j->y + (row * j->width + start) * j->y_width);
  }
}

static void run(const press_team *team, job *j) {
  const press_broadcast *b = j->broadcast;
  j->rows = 1;
  j->width = b->rank ? b->sizes[b->rank - 1] : 1;
  for (size_t o = 0; o < j->operands; o++) j->steps[o] = b->rank ? b->strides[o][b->rank - 1] : 0;
  for (size_t axis = 0; axis + 1 < b->rank; axis++) j->rows *= b->sizes[axis];
  if (j->rows == 0 || j->width == 0) return;
  j->piece_width = press_minimum(j->width, press_small_work);
  j->pieces = press_pieces(j->width, j->piece_width);
  j->piece_rows = press_pieces(press_small_work, j->piece_width);
  press_parallel_for(
    team->threads, press_pieces(j->rows, j->piece_rows) * j->pieces, rows_item, j);
}

// MARK: Two operands

static void pair_row(const job *j, size_t count, const uint8_t *const *x, uint8_t *y) {
  j->kernel(count, x[0], j->steps[0], x[1], j->steps[1], y);
}

static void half_row(const job *j, size_t count, const uint8_t *const *x, uint8_t *y) {
  float l[press_half_block], r[press_half_block];
  for (size_t i = 0; i < count; i += press_half_block) {
    const size_t block = press_minimum(press_half_block, count - i);
    const uint8_t *left = x[0] + i * j->steps[0] * 2, *right = x[1] + i * j->steps[1] * 2;
    press_widen_half(j->kernels, j->type, j->steps[0] ? block : 1, left, l);
    press_widen_half(j->kernels, j->type, j->steps[1] ? block : 1, right, r);
    if (j->y_width == 1) {
      j->kernel(block, l, j->steps[0], r, j->steps[1], y + i);
    } else {
      float result[press_half_block];
      j->kernel(block, l, j->steps[0], r, j->steps[1], result);
      press_narrow_half(j->kernels, j->type, block, result, y + i * 2);
    }
  }
}

static void run_pair(
  const press_team *team, press_binary_kernel *kernel, press_type type,
  const press_broadcast *broadcast, const void *l, const void *r, void *y, size_t y_width) {
  const size_t width = press_type_width(type);
  job j = {
    .kernels = team->kernels, .row = press_is_half(type) ? half_row : pair_row, .kernel = kernel,
    .type = type, .broadcast = broadcast, .operands = 2, .x = {l, r}, .x_width = {width, width},
    .y = y, .y_width = y_width};
  run(team, &j);
}

void press_combine(
  const press_team *team, press_binary function, press_type type, const press_broadcast *broadcast,
  const void *l, const void *r, void *y) {
  run_pair(
    team, press_find_binary(team->kernels, function, type), type, broadcast, l, r, y,
    press_type_width(type));
}

void press_compare(
  const press_team *team, press_comparison comparison, press_type type,
  const press_broadcast *broadcast, const void *l, const void *r, uint8_t *y) {
  run_pair(
    team, press_comparison_typed[comparison][press_computed(type)], type, broadcast, l, r, y, 1);
}

// MARK: Selection

#define PRESS_DEFINE_SELECT(name, type)                                                  \
  static void name(const job *j, size_t count, const uint8_t *const *x, uint8_t *y) {    \
    const uint8_t *c = x[0];                                                             \
    const type *l = (const type *)x[1], *r = (const type *)x[2];                         \
    type *out = (type *)y;                                                               \
    const size_t c_step = j->steps[0], l_step = j->steps[1], r_step = j->steps[2];       \
    if (c_step && l_step && r_step) {                                                    \
      for (size_t i = 0; i < count; i++) out[i] = c[i] ? l[i] : r[i];                    \
    } else if (c_step && l_step) {                                                       \
      for (size_t i = 0; i < count; i++) out[i] = c[i] ? l[i] : *r;                      \
    } else if (c_step && r_step) {                                                       \
      for (size_t i = 0; i < count; i++) out[i] = c[i] ? *l : r[i];                      \
    } else {                                                                             \
      for (size_t i = 0; i < count; i++) {                                               \
        out[i] = c[i * c_step] ? l[i * l_step] : r[i * r_step];                          \
      }                                                                                  \
    }                                                                                    \
  }
PRESS_DEFINE_SELECT(select1, uint8_t)
PRESS_DEFINE_SELECT(select2, uint16_t)
PRESS_DEFINE_SELECT(select4, uint32_t)
PRESS_DEFINE_SELECT(select8, uint64_t)

void press_select(
  const press_team *team, size_t width, const press_broadcast *broadcast,
  const uint8_t *condition, const void *l, const void *r, void *y) {
  job j = {
    .kernels = team->kernels,
    .row = width == 1 ? select1 : width == 2 ? select2 : width == 4 ? select4 : select8,
    .broadcast = broadcast, .operands = 3, .x = {condition, l, r}, .x_width = {1, width, width},
    .y = y, .y_width = width};
  run(team, &j);
}
