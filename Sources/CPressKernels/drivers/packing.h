#pragma once

#include "driver.h"

/// Packs one panel (depth, PRESS_LANES): element (k, lane) is source[lane * lane_stride + k *
/// depth_stride] * scales[lane], and zero from lane `lanes` on.
void press_pack_panel(
  size_t lanes, size_t depth, const float *source, size_t lane_stride, size_t depth_stride,
  const float *scales, float *panel);
