#include "integer.h"

// Each channel has a window of its own: the window's pixels are visited where they are, many
// channels at a time.

enum { channel_block = 256 };

typedef struct job {
  const press_team *team;
  const press_integer_layer *layer;
  size_t taps;
  /// The weight as (taps, channels) without its zero points, and a pixel of x's zero point.
  int16_t *w;
  uint8_t *outside;
  /// What is added to each channel's sum.
  int32_t *bias;
} job;

size_t press_integer_depthwise_scratch(const press_integer_layer *layer) {
  return layer->groups * (sizeof(int32_t) + taps_of(layer) * sizeof(int16_t) + 1);
}

static void fill(const job *j) {
  const press_integer_layer *layer = j->layer;
  const size_t panel = press_integer_panels(1, j->taps, j->taps);
  memset(j->outside, (uint8_t)layer->x_zeros[0], layer->groups);
  for (size_t c = 0; c < layer->groups; c++) {
    int32_t sum = 0;
    for (size_t tap = 0; tap < j->taps; tap++) {
      const int8_t w = layer->panels[c * panel + tap / quad * PRESS_LANES * quad + tap % quad];
      j->w[tap * layer->groups + c] = (int16_t)(w - layer->w_zeros[c]);
      sum += w - layer->w_zeros[c];
    }
    j->bias[c] = shifted_bias(layer, c, sum);
  }
}

/// The pixels of x that the window at a pixel of y sees.
static void find_window(const job *j, size_t image, size_t position, const uint8_t **window) {
  const press_integer_layer *layer = j->layer;
  const press_axis *axes = layer->axes;
  size_t place[PRESS_SPATIAL_AXES], d, h, w;
  place_of(layer, position, place);
  for (size_t tap_d = 0; tap_d < axes[0].kernel; tap_d++) {
    const bool inside_d = seen(&axes[0], place[0], tap_d, &d);
    for (size_t tap_h = 0; tap_h < axes[1].kernel; tap_h++) {
      const bool inside_h = inside_d && seen(&axes[1], place[1], tap_h, &h);
      for (size_t tap_w = 0; tap_w < axes[2].kernel; tap_w++) {
        const bool inside = inside_h && seen(&axes[2], place[2], tap_w, &w);
        const size_t index = ((image * axes[0].input + d) * axes[1].input + h) * axes[2].input + w;
        *window++ = inside ? layer->x + index * layer->groups : j->outside;
      }
    }
  }
}

/// One row of pixels.
static void row_item(const void *context, size_t item) {
  const job *j = context;
  const press_integer_layer *layer = j->layer;
  const size_t width = layer->axes[2].output, all = layer->groups;
  const size_t rows = layer->axes[0].output * layer->axes[1].output;
  const size_t image = item / rows, bytes = result_width(layer);
  for (size_t column = 0; column < width; column++) {
    const uint8_t *window[largest_window];
    find_window(j, image, item % rows * width + column, window);
    for (size_t first = 0; first < all; first += channel_block) {
      int32_t results[channel_block];
      const press_depthwise8 depthwise = {
        .channels = press_minimum(channel_block, all - first),
        .channel_stride = all,
        .taps = j->taps,
        .x = window,
        .flip = layer->x_is_signed ? flip : 0,
        .w = j->w + first,
        .sums = results,
      };
      j->team->kernels->depthwise8(&depthwise);
      const press_integer_sums sums = {
        .rows = 1,
        .columns = depthwise.channels,
        .sums = results,
        .bias = j->bias + first,
        .result = result_of(layer, first),
        .y = (uint8_t *)layer->y + ((item * width + column) * all + first) * bytes,
      };
      j->team->kernels->finish_sums(&sums);
      for (size_t tap = 0; tap < j->taps; tap++) window[tap] += depthwise.channels;
    }
  }
}

void press_integer_depthwise(
  const press_team *team, const press_integer_layer *layer, void *scratch) {
  job j = {.team = team, .layer = layer, .taps = taps_of(layer), .bias = scratch};
  j.w = (int16_t *)(j.bias + layer->groups);
  j.outside = (uint8_t *)(j.w + j.taps * layer->groups);
  fill(&j);
  const press_axis *axes = layer->axes;
  const size_t rows = layer->images * axes[0].output * axes[1].output;
  const bool small = (double)rows * axes[2].output * layer->groups * j.taps < press_small_work;
  press_parallel_for(small ? NULL : team->threads, rows, row_item, &j);
}
