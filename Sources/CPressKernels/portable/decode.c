#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#endif

#include "codes.h"

// Codes of a panel become numbers. Shapes of the loop are compiled for each number of bits.

typedef uint8_t press_code_bytes __attribute__((vector_size(PRESS_LANES), aligned(1), may_alias));

/// The codes of one k.
PRESS_INLINE press_words lane_codes(const uint8_t *codes, const int bits) {
  const press_words place = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  if (bits == 8) {
    return __builtin_convertvector(*(const press_code_bytes *)codes, press_words);
  }
  uint32_t words[2] = {0};
  memcpy(words, codes, 2 * (size_t)bits);
  if (bits < 4) return (((press_words){0} + (int32_t)words[0]) >> place * bits) & ((1 << bits) - 1);
  const int32_t a = (int32_t)words[0], b = (int32_t)words[1];
  const press_words both = {a, a, a, a, a, a, a, a, b, b, b, b, b, b, b, b};
  return both >> (place & 7) * 4 & 15;
}

/// One parameter for each lane.
PRESS_INLINE press_lanes lane_parameter(const press_decode *d, const float *first) {
  press_lanes value;
  for (int lane = 0; lane < PRESS_LANES; lane++) value[lane] = first[(size_t)lane * d->lane_stride];
  return value;
}

PRESS_INLINE void decode_codes(
  const press_decode *d, const bool is_table, const bool shared, const int bits) {
  const press_words place = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const press_words lanes = place * (int32_t)d->lane_stride;
  const press_lanes scales = d->scales ? press_load(d->scales) : press_fill(1);
  const float *parameters = d->parameters;
  press_lanes scale = {0}, zero = {0};
  uint32_t part = UINT32_MAX;
  for (size_t k = 0; k < d->depth; k++) {
    const uint32_t next = d->parts ? d->parts[k] : 0;
    if (next != part) {
      part = next;
      parameters = d->parameters + part * d->part_stride;
      if (!is_table) {
        scale = lane_parameter(d, parameters);
        zero = lane_parameter(d, parameters + 1);
      }
    }
    const press_words codes = lane_codes(d->codes + k * 2 * (size_t)bits, bits);
    press_lanes value;
    if (!is_table) value = scale * (__builtin_convertvector(codes, press_lanes) - zero);
    else if (!shared) value = look_up(parameters, codes + lanes);
    else if (bits <= 4) value = look_up16(parameters, codes);
    else value = look_up(parameters, codes);
    if (d->scales) value *= scales;
    press_store(d->y + k * PRESS_LANES, value);
  }
}

PRESS_INLINE void decode_bits(const press_decode *d, const int bits) {
  if (d->kind != press_code_table) decode_codes(d, false, false, bits);
  else if (d->lane_stride == 0) decode_codes(d, true, true, bits);
  else decode_codes(d, true, false, bits);
}

void PRESS_NAME(decode)(const press_decode *d) {
  switch (d->bits) {
    case 1: decode_bits(d, 1); return;
    case 2: decode_bits(d, 2); return;
    case 4: decode_bits(d, 4); return;
    case 8: decode_bits(d, 8); return;
  }
  const size_t count = d->depth * PRESS_LANES;
  if (d->kind == press_code_float16) {
    PRESS_NAME(widen_float16)(count, (const uint16_t *)d->codes, d->y);
  } else {
    PRESS_NAME(widen_bfloat16)(count, (const uint16_t *)d->codes, d->y);
  }
  if (!d->scales) return;
  const press_lanes scales = press_load(d->scales);
  for (size_t k = 0; k < d->depth; k++) {
    press_store(d->y + k * PRESS_LANES, press_load(d->y + k * PRESS_LANES) * scales);
  }
}
