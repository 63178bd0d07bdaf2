#pragma once

// Loads and stores of whole or partial lanes, for the instruction set that is being compiled. One
// with masks defines PRESS_PARTS and brings load_part and store_part of its own.

// Functions here are always inlined, so how lanes would be passed to them does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

#ifndef PRESS_PARTS
/// The first `count` lanes; the others are 0.
PRESS_INLINE press_lanes load_part(const float *p, size_t count) {
  press_lanes value = {0};
  memcpy(&value, p, count * sizeof(float));
  return value;
}

PRESS_INLINE void store_part(float *p, press_lanes value, size_t count) {
  memcpy(p, &value, count * sizeof(float));
}
#endif

PRESS_INLINE press_lanes load_lanes(const float *p, bool partial, size_t count) {
  return partial ? load_part(p, count) : *(const press_lanes *)p;
}

PRESS_INLINE void store_lanes(float *p, press_lanes value, bool partial, size_t count) {
  if (partial) store_part(p, value, count);
  else *(press_lanes *)p = value;
}

typedef int32_t press_mask __attribute__((vector_size(4 * PRESS_LANES), aligned(4), may_alias));

/// `a` where the mask is set, `b` elsewhere.
PRESS_INLINE press_lanes select_lanes(press_mask mask, press_lanes a, press_lanes b) {
  return (press_lanes)((mask & (press_mask)a) | (~mask & (press_mask)b));
}

/// A number in every lane.
PRESS_INLINE press_lanes all_lanes(float value) {
  return (press_lanes){
    value, value, value, value, value, value, value, value,
    value, value, value, value, value, value, value, value};
}

/// Not below `low` and not above `high`; NaN stays.
PRESS_INLINE press_lanes clamp_lanes(press_lanes value, press_lanes low, press_lanes high) {
  value = select_lanes(value < low, low, value);
  return select_lanes(value > high, high, value);
}
