#include "press_select.h"

#include <string.h>

enum { block = 4096 };

static inline uint32_t key_at(const uint8_t *x, size_t index) {
  uint32_t bits;
  memcpy(&bits, x + 4 * index, sizeof bits);
  return bits & 0x7FFFFFFF;
}

void press_select_count_upper(size_t count, const void *x, uint32_t *counts) {
  for (size_t i = 0; i < count; i++) counts[key_at(x, i) >> 16]++;
}

void press_select_count_lower(size_t count, const void *x, uint32_t upper, uint32_t *counts) {
  for (size_t start = 0; start < count; start += 16) {
    const uint8_t *numbers = (const uint8_t *)x + 4 * start;
    const size_t length = count - start < 16 ? count - start : 16;
    // Few numbers are in the bucket: most groups of 16 are passed over at once.
    uint32_t hits = 0;
    for (size_t i = 0; i < length; i++) hits |= key_at(numbers, i) >> 16 == upper;
    if (!hits) continue;
    for (size_t i = 0; i < length; i++) {
      const uint32_t key = key_at(numbers, i);
      if (key >> 16 == upper) counts[key & 0xFFFF]++;
    }
  }
}

press_select_ranks press_select_compare(size_t count, const void *x, uint32_t key) {
  press_select_ranks ranks = {0};
  for (size_t start = 0; start < count; start += block) {
    const uint8_t *numbers = (const uint8_t *)x + 4 * start;
    const size_t length = count - start < block ? count - start : block;
    uint32_t zeros = 0, below = 0, equal = 0;
    for (size_t i = 0; i < length; i++) {
      const uint32_t found = key_at(numbers, i);
      zeros += found == 0;
      // Both have 31 bits, for which a signed comparison does and is faster.
      below += (int32_t)found < (int32_t)key;
      equal += found == key;
    }
    ranks.zeros += zeros;
    ranks.below += below;
    ranks.equal += equal;
  }
  return ranks;
}

size_t press_select_mask(size_t count, const void *x, uint32_t key, size_t ties, uint8_t *mask) {
  const int32_t least = key > 1 ? (int32_t)key : 1;
  for (size_t start = 0; start < count; start += 8) {
    const uint8_t *numbers = (const uint8_t *)x + 4 * start;
    const size_t length = count - start < 8 ? count - start : 8;
    uint32_t bits = 0;
    if (length == 8) {
      for (size_t i = 0; i < 8; i++) bits |= (uint32_t)((int32_t)key_at(numbers, i) >= least) << i;
    } else {
      for (size_t i = 0; i < length; i++)
        bits |= (uint32_t)((int32_t)key_at(numbers, i) >= least) << i;
    }
    mask[start / 8] = (uint8_t)bits;
  }
  for (size_t i = 0; i < count && ties > 0; i++) {
    if (key_at(x, i) != key) continue;
    mask[i / 8] &= (uint8_t)~(1u << i % 8);
    ties--;
  }
  return ties;
}

/// Copies elements of a fixed width, so that each is one load and one store.
#define PRESS_SELECT_WIDTH(type)                                               \
  case sizeof(type):                                                           \
    for (size_t byte = 0; byte < bytes; byte++) {                              \
      for (uint32_t bits = mask[byte]; bits != 0; bits &= bits - 1) {          \
        type element;                                                          \
        const size_t index = 8 * byte + (size_t)__builtin_ctz(bits);           \
        memcpy(&element, (const uint8_t *)x + index * sizeof element, sizeof element); \
        memcpy(target, &element, sizeof element);                              \
        target += sizeof element;                                              \
      }                                                                        \
    }                                                                          \
    break;

size_t press_select_copy(size_t width, size_t count, const uint8_t *mask, const void *x, void *y) {
  const size_t bytes = (count + 7) / 8;
  uint8_t *target = y;
  switch (width) {
    PRESS_SELECT_WIDTH(uint8_t)
    PRESS_SELECT_WIDTH(uint16_t)
    PRESS_SELECT_WIDTH(uint32_t)
    PRESS_SELECT_WIDTH(uint64_t)
  }
  return (size_t)(target - (uint8_t *)y) / width;
}
