#pragma once

#include "press_common.h"
#include "press_types.h"

// Windows that move over planes. A window's elements count in the order of their places; a largest
// element is not a number where one of them is not.

/// Windows over the channels of one position, which lie side by side: `counts` elements of each of
/// three axes, `steps` elements apart, from `x` on.
typedef struct press_position {
  size_t counts[3], steps[3], channels;
  const float *x;
  float *y;
} press_position;

/// The kernels that pool one plane, or all channels of one position. average_channels divides the
/// sum by a divisor.
#define PRESS_POOL_KERNELS(K)                                                               \
  K(max_window, (const press_axis *vertical, const press_axis *horizontal, const float *x,  \
                 float *y))                                                                 \
  K(average_window, (const press_axis *vertical, const press_axis *horizontal,              \
                     bool counts_padding, const float *x, float *y))                        \
  K(max_channels, (const press_position *position))                                         \
  K(average_channels, (const press_position *position, float divisor))

typedef enum press_window : uint32_t {
  press_window_max, press_window_average, press_window_average_with_padding, press_window_sum
} press_window;

/// Pools `planes` planes.
void press_pool(
  const press_team *team, press_window window, size_t planes, const press_axis *vertical,
  const press_axis *horizontal, const float *x, float *y);

/// Pools (images, three spatial axes, channels).
void press_pool_channels(
  const press_team *team, press_window window, size_t images, const press_axis *axes,
  size_t channels, const float *x, float *y);

/// The largest bytes, signed or not, of windows of (images, three spatial axes, channels); the lowest
/// one where a window sees nothing.
void press_pool_bytes(
  const press_team *team, size_t images, const press_axis *axes, size_t channels, bool is_signed,
  const uint8_t *x, uint8_t *y);

/// Pools `planes` blocks of any rank up to PRESS_MAXIMUM_RANK, with elements of float32, float64,
/// int8 or uint8; means and sums are of float32 only. `indices`, or null, takes the place in x of
/// each largest element, the first of equal ones; where `column_major`, its place in its block is
/// counted with the first axis innermost.
void press_pool_blocks(
  const press_team *team, press_window window, press_type type, size_t planes, size_t rank,
  const press_axis *axes, bool column_major, const void *x, void *y, int64_t *indices);
