#pragma once

#include "functions.h"

/// A reduction of (outer, axis, inner) along the axis, cut into rows, or into columns of planes, of
/// which an item takes `piece` runs of `width`.
typedef struct press_reduce_job {
  const press_kernels *kernels;
  press_reduction kind;
  bool is_index, largest, last;
  press_type type;
  size_t axis, inner, width, runs, piece;
  const uint8_t *x;
  uint8_t *y;
} press_reduce_job;

/// Reduces `width` columns of other types than float32, at most press_half_block, or a row.
void press_reduce_wide(
  const press_reduce_job *job, size_t width, const uint8_t *x, uint8_t *y);
void press_index_wide(
  const press_reduce_job *job, size_t width, const uint8_t *x, int64_t *y);
