#pragma once

#include "lanes.h"

// What an instruction set does to lanes that are picked by an index or by bits. Those that have
// instructions for it define PRESS_PICKS and bring functions of their own.

#ifndef PRESS_PICKS
/// All ones in the lanes that are picked.
typedef press_words press_picks;

PRESS_INLINE press_picks pick_lanes(uint16_t bits) {
  const press_words places = {
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768};
  return ((press_words){0} + bits & places) != 0;
}

/// The sum with x added in the lanes that are picked.
PRESS_INLINE press_lanes add_picked(press_lanes sum, press_lanes x, press_picks picks) {
  return sum + (press_lanes)(picks & (press_words)x);
}

/// The sum with x added in the lanes that are picked, and subtracted in all others.
PRESS_INLINE press_lanes add_or_subtract(press_lanes sum, press_lanes x, press_picks picks) {
  return sum + (press_lanes)((press_words)x ^ (~picks & (int32_t)0x80000000));
}

/// An element of a table for each lane.
PRESS_INLINE press_lanes look_up(const float *table, press_words index) {
  press_lanes value;
  for (int lane = 0; lane < PRESS_LANES; lane++) value[lane] = table[index[lane]];
  return value;
}

/// The same for a table of 16.
PRESS_INLINE press_lanes look_up16(const float *table, press_words index) {
  return look_up(table, index);
}
#endif
