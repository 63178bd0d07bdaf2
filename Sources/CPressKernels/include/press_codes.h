#pragma once

#include "press_common.h"
#include "press_types.h"

// What a compressor asks of a weight's elements: their range, sums, and codes for them. Results are
// the same with every table, to the last bit.

/// Packed numbers of float32, float64, float16 or bfloat16 at any address; they are rounded to
/// float32 first.
typedef struct press_numbers {
  const press_kernels *kernels;
  press_type type;
  size_t count;
  const void *x;
} press_numbers;

/// The smallest and largest of 0 and all numbers, and whether all are finite.
typedef struct press_number_range {
  float smallest, largest;
  bool is_finite;
} press_number_range;
press_number_range press_find_range(const press_numbers *numbers);

/// The numbers above a threshold, and those below its negative: how many, and the sums of their
/// magnitudes.
typedef struct press_tails {
  size_t above, below;
  double sum_above, sum_below;
} press_tails;
press_tails press_find_tails(const press_numbers *numbers, float threshold);

/// Integers in place of numbers: round(x / scale) + zero, forced into lowest ... highest, which are
/// of at most 17 bits.
typedef struct press_coding {
  float scale;
  int32_t zero, lowest, highest;
} press_coding;

/// Writes the integers as little-endian codes of `width` bytes, 1 or 2.
void press_code_integers(
  const press_numbers *numbers, const press_coding *coding, size_t width, uint8_t *y);
/// The sum of (x - scale * (code - zero))^2.
double press_coding_error(const press_numbers *numbers, const press_coding *coding);
/// Writes 2 for numbers above the threshold, 0 for those below its negative, 1 for all others.
void press_code_thirds(const press_numbers *numbers, float threshold, uint8_t *y);
/// Writes 0 for numbers below 0, 1 for all others.
void press_code_signs(const press_numbers *numbers, uint8_t *y);
/// Writes numbers as float16 or bfloat16.
void press_narrow(const press_numbers *numbers, press_type type, uint8_t *y);
