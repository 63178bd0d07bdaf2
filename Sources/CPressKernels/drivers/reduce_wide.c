#include "../portable/reduce_wide.h"

#include "reduce.h"

// Blocks of elements are widened and then reduced. A row is reduced in as many accumulators as a
// block has elements, which are joined at last; columns have one each.

typedef uint64_t block[press_half_block];

/// The type of accumulators: functions that leave the integers are computed in float64.
static press_type wide_type(press_reduction kind, press_type type) {
  switch (kind) {
    case press_reduction_l2: case press_reduction_log_sum: case press_reduction_log_sum_exp:
      return press_float64;
    default: break;
  }
  switch (press_widest(type)) {
    case press_wide_float: return press_float64;
    case press_wide_unsigned: return press_uint64;
    default: return press_int64;
  }
}

/// The least and greatest numbers of a type start max and min, which are all that bools have.
static void set_start(
  const press_reduce_job *j, press_reduction kind, press_type wide, uint64_t *accumulators) {
  const bool is_extreme = kind == press_reduction_max || kind == press_reduction_min;
  double start = kind == press_reduction_prod ? 1 : 0;
  if (is_extreme) start = kind == press_reduction_max ? -INFINITY : INFINITY;
  if (is_extreme && j->type == press_bool) start = kind == press_reduction_min;
  uint64_t narrow;
  const press_type type = is_extreme ? j->type : wide;
  press_cast_some(j->kernels, press_float64, type, 1, &start, &narrow);
  press_cast_some(j->kernels, type, wide, 1, &narrow, accumulators);
  for (size_t i = 1; i < press_half_block; i++) accumulators[i] = accumulators[0];
}

/// Calls for each block of a row, or each row of columns.
static void accumulate(
  const press_reduce_job *j, press_reduction kind, press_type wide, size_t width,
  const uint8_t *x, const double *maximum, uint64_t *accumulators) {
  const bool is_row = j->inner == 1;
  const size_t x_width = press_type_width(j->type), step = is_row ? press_half_block : 1;
  block elements;
  set_start(j, kind, wide, accumulators);
  for (size_t k = 0; k < j->axis; k += step) {
    const size_t count = is_row ? press_minimum(step, j->axis - k) : width;
    press_cast_some(j->kernels, j->type, wide, count, x + k * j->inner * x_width, elements);
    press_wide_steps[press_widest(wide)](kind, count, elements, maximum, accumulators);
  }
  if (!is_row) return;
  for (size_t i = 1; i < press_half_block; i++) {
    press_wide_joins[press_widest(wide)](kind, &accumulators[i], accumulators);
  }
}

void press_reduce_wide(
  const press_reduce_job *j, size_t width, const uint8_t *x, uint8_t *y) {
  const press_type wide = wide_type(j->kind, j->type);
  block accumulators;
  double maximum[press_half_block];
  if (j->kind == press_reduction_log_sum_exp) {
    accumulate(j, press_reduction_max, wide, width, x, NULL, accumulators);
    memcpy(maximum, accumulators, sizeof maximum);
    for (size_t i = 0; j->inner == 1 && i < press_half_block; i++) maximum[i] = maximum[0];
  }
  accumulate(j, j->kind, wide, width, x, maximum, accumulators);
  press_wide_ends[press_widest(wide)](j->kind, width, j->axis, maximum, accumulators);
  press_cast_some(j->kernels, wide, j->type, width, accumulators, y);
}

void press_index_wide(
  const press_reduce_job *j, size_t width, const uint8_t *x, int64_t *y) {
  const press_type wide = wide_type(press_reduction_max, j->type);
  press_wide_index *index = press_wide_indices[press_widest(wide)];
  const bool is_row = j->inner == 1;
  const size_t x_width = press_type_width(j->type), step = is_row ? press_half_block : 1;
  block best, elements;
  press_cast_some(j->kernels, j->type, wide, width, x, best);
  for (size_t i = 0; i < width; i++) y[i] = 0;
  for (size_t k = 0; k < j->axis; k += step) {
    const size_t count = is_row ? press_minimum(step, j->axis - k) : width;
    press_cast_some(j->kernels, j->type, wide, count, x + k * j->inner * x_width, elements);
    if (!is_row) index(j->largest, j->last, (int64_t)k, count, elements, best, y);
    for (size_t i = 0; is_row && i < count; i++) {
      index(j->largest, j->last, (int64_t)(k + i), 1, &elements[i], best, y);
    }
  }
}
