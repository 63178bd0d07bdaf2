#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#endif

#include "lanes.h"

// Pooling where channels are the last axis: vectors of channels.

PRESS_INLINE void pool_blocks(
  const press_position *p, const bool maximum, const int blocks, size_t channel, size_t width,
  float divisor) {
  press_lanes result[4];
  for (int b = 0; b < blocks; b++) result[b] = press_fill(maximum ? -INFINITY : 0);
  for (size_t i = 0; i < p->counts[0]; i++) {
    for (size_t j = 0; j < p->counts[1]; j++) {
      const float *x = p->x + i * p->steps[0] + j * p->steps[1] + channel;
      for (size_t k = 0; k < p->counts[2]; k++, x += p->steps[2]) {
#pragma clang loop unroll(full)
        for (int b = 0; b < blocks; b++) {
          const press_lanes value = width == PRESS_LANES ? press_load(x + b * PRESS_LANES)
                                                         : load_part(x, width);
          const press_words takes = (value > result[b]) | (value != value);
          result[b] = maximum ? press_choose(takes, value, result[b]) : result[b] + value;
        }
      }
    }
  }
  for (int b = 0; b < blocks; b++) {
    const press_lanes last = maximum ? result[b] : result[b] / divisor;
    if (width == PRESS_LANES) press_store(p->y + channel + b * PRESS_LANES, last);
    else store_part(p->y + channel, last, width);
  }
}

PRESS_INLINE void pool_channels(const press_position *p, const bool maximum, float divisor) {
  size_t c = 0;
  for (; c + 4 * PRESS_LANES <= p->channels; c += 4 * PRESS_LANES) {
    pool_blocks(p, maximum, 4, c, PRESS_LANES, divisor);
  }
  for (; c + PRESS_LANES <= p->channels; c += PRESS_LANES) {
    pool_blocks(p, maximum, 1, c, PRESS_LANES, divisor);
  }
  if (c < p->channels) pool_blocks(p, maximum, 1, c, p->channels - c, divisor);
}

void PRESS_NAME(max_channels)(const press_position *position) {
  pool_channels(position, true, 1);
}

void PRESS_NAME(average_channels)(const press_position *position, float divisor) {
  pool_channels(position, false, divisor);
}
