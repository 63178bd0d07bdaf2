#pragma once

#include "press_common.h"

// Windows that move over planes.

/// The kernels that pool one plane.
#define PRESS_POOL_KERNELS(K)                                                               \
  K(max_window, (const press_axis *vertical, const press_axis *horizontal, const float *x,  \
                 float *y))                                                                 \
  K(average_window, (const press_axis *vertical, const press_axis *horizontal,              \
                     bool counts_padding, const float *x, float *y))

typedef enum press_window : uint32_t {
  press_window_max, press_window_average, press_window_average_with_padding
} press_window;
/// Pools `planes` planes.
void press_pool(
  const press_team *team, press_window window, size_t planes, const press_axis *vertical,
  const press_axis *horizontal, const float *x, float *y);
