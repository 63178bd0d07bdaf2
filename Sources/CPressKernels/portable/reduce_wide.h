#pragma once

#include "cast.h"

// Reductions of int64, uint64 and float64, which every other type but float32 is widened to. A
// block is a number of accumulators beside one another.

/// What the elements of a block do to the accumulators; with `log_sum_exp` they add exp(x -
/// maximum).
typedef void press_wide_step(
  press_reduction kind, size_t count, const void *x, const double *maximum, void *accumulators);
/// Joins two accumulators.
typedef void press_wide_join(press_reduction kind, const void *x, void *accumulator);
/// The result of accumulators that `elements` elements each went into.
typedef void press_wide_end(
  press_reduction kind, size_t count, size_t elements, const double *maximum, void *accumulators);
/// Replaces the best elements, and their indices, by better ones.
typedef void press_wide_index(
  bool largest, bool last, int64_t index, size_t count, const void *x, void *best, int64_t *y);

extern press_wide_step *const press_wide_steps[press_wide_count];
extern press_wide_join *const press_wide_joins[press_wide_count];
extern press_wide_end *const press_wide_ends[press_wide_count];
extern press_wide_index *const press_wide_indices[press_wide_count];
