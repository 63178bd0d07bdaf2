#pragma once

#include "press_common.h"

// Choosing the smallest of many float32 numbers. A number's key is its bits without the sign: keys
// order as magnitudes do, 0 first and what is not a number last. Pointers to numbers need not be aligned.

/// Adds to counts[key >> 16] for each of `count` numbers; there are 2^15 counters.
void press_select_count_upper(size_t count, const void *x, uint32_t *counts);

/// Adds to counts[key & 0xFFFF] for each number whose key >> 16 is `upper`; there are 2^16 counters.
void press_select_count_lower(size_t count, const void *x, uint32_t upper, uint32_t *counts);

/// How many keys are 0, below `key`, and equal to it.
typedef struct press_select_ranks {
  size_t zeros, below, equal;
} press_select_ranks;
press_select_ranks press_select_compare(size_t count, const void *x, uint32_t key);

/// Sets bit i of `mask`, the lowest of a byte first, where number i has at least the key `key` and is
/// not 0, and clears all others; then those of the first `ties` numbers whose key is `key`. Spare bits
/// of the last byte are 0. The ties that were not found.
size_t press_select_mask(size_t count, const void *x, uint32_t key, size_t ties, uint8_t *mask);

/// Copies the elements under a mask of `count` bits, one behind the other; an element has 1, 2, 4 or
/// 8 bytes. How many there were; y has room for all.
size_t press_select_copy(size_t width, size_t count, const uint8_t *mask, const void *x, void *y);
