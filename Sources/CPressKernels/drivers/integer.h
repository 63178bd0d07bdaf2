#pragma once

#include "driver.h"

// What the ways to convolve integers have in common.

/// Steps of k that are added up together; what makes a signed byte unsigned; the largest window
/// that a depthwise convolution visits without staging it.
enum { quad = 4, flip = 128, largest_window = 64 };

static inline size_t taps_of(const press_integer_layer *layer) {
  size_t taps = 1;
  for (int i = 0; i < PRESS_SPATIAL_AXES; i++) taps *= layer->axes[i].kernel;
  return taps;
}

/// Whether each channel is convolved by itself.
static inline bool is_depthwise(const press_integer_layer *layer) {
  return layer->channels == 1 && layer->columns == 1 && layer->groups > 1 && !layer->x_zero_step
    && taps_of(layer) <= largest_window;
}

/// A pixel's place in y along each axis.
static inline void place_of(const press_integer_layer *layer, size_t position, size_t *place) {
  for (int i = PRESS_SPATIAL_AXES; i-- > 0;) {
    place[i] = position % layer->axes[i].output;
    position /= layer->axes[i].output;
  }
}

/// The index in x that a tap sees from a place; false if it is outside.
static inline bool seen(const press_axis *axis, size_t place, size_t tap, size_t *index) {
  const size_t padded = place * axis->stride + tap * axis->dilation;
  *index = padded - axis->pad_begin;
  return padded >= axis->pad_begin && *index < axis->input;
}

static inline int32_t zero_of(const press_integer_layer *layer, size_t image) {
  return layer->x_zeros[image * layer->x_zero_step] + (layer->x_is_signed ? flip : 0);
}

/// Bytes of an element of y.
static inline size_t result_width(const press_integer_layer *layer) {
  const bool is_byte = layer->result.scales && !layer->result.is_float;
  return is_byte ? 1 : sizeof(int32_t);
}

/// What the results of a column of all groups, and of those behind it, are.
static inline press_integer_result result_of(const press_integer_layer *layer, size_t column) {
  press_integer_result result = layer->result;
  if (result.scales) result.scales += column;
  if (result.offsets) result.offsets += column;
  return result;
}

/// What is added to the sums of a column of all groups, whose weights add up to `sum`, where x has
/// one zero point.
static inline int32_t shifted_bias(const press_integer_layer *layer, size_t column, int32_t sum) {
  const uint32_t bias = layer->bias ? (uint32_t)layer->bias[column] : 0;
  return (int32_t)(bias - (uint32_t)zero_of(layer, 0) * (uint32_t)sum);
}

size_t press_integer_depthwise_scratch(const press_integer_layer *layer);
void press_integer_depthwise(
  const press_team *team, const press_integer_layer *layer, void *scratch);
