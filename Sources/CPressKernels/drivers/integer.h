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

/// Whether the elements that a line of a window sees lie side by side.
static inline bool has_lines(const press_integer_layer *layer) {
  return layer->groups == 1 && layer->axes[PRESS_SPATIAL_AXES - 1].dilation == 1;
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
  if (result.shifts) result.shifts += column;
  return result;
}

/// What is added to the sums of a column of all groups, whose weights add up to `sum`, where x has
/// one zero point.
static inline int32_t shifted_bias(const press_integer_layer *layer, size_t column, int32_t sum) {
  const uint32_t bias = layer->bias ? (uint32_t)layer->bias[column] : 0;
  return (int32_t)(bias - (uint32_t)zero_of(layer, 0) * (uint32_t)sum);
}

/// Bytes of a weight's column, each run of them filled up.
static inline size_t packed_depth(size_t depth, size_t run) {
  return run == 0 ? 0 : depth / run * press_pieces(run, quad) * quad;
}

/// How the rows of a product come about.
typedef enum integer_form {
  /// Pixels of x are rows as they are.
  press_rows_given,
  /// Windows of images that are copied with what lies around them.
  press_rows_in_images,
  /// Windows whose elements are staged one behind the other.
  press_rows_staged,
} integer_form;

/// A convolution that is being computed.
typedef struct integer_job {
  const press_team *team;
  const press_integer_layer *layer;
  integer_form form;
  /// Of one group: elements that are summed up; those that are filled up to whole quads together;
  /// bytes of a packed column. Of one image: pixels of y.
  size_t depth, run, stride, positions;
  /// Rows that are computed at a time.
  size_t round;
  /// Scratch memory.
  uint8_t *staged;
  int32_t *row_zeros, *row_rests;
  /// What is added to the sums of each column of all groups.
  int32_t *bias;
  /// Where the quads of a row are.
  uint32_t *offsets;
  bool needs_rests;
  /// An image as it is copied: its sizes, and its bytes, 0 where that is not possible.
  size_t extents[PRESS_SPATIAL_AXES], image_bytes;
  /// What is being computed: a group, and rows.
  size_t group, first, rows;
} integer_job;

/// Bytes that are staged at a time where they are enough for a row; rows, or lines of images, that
/// are staged by one item.
enum { staged_bytes = 1 << 19, staged_rows = 8 };

/// Copies `count` bytes as unsigned numbers.
static inline void copy_unsigned(uint8_t *y, const uint8_t *x, size_t count, bool is_signed) {
  if (!is_signed) {
    memcpy(y, x, count);
  } else {
    for (size_t i = 0; i < count; i++) y[i] = x[i] ^ flip;
  }
}

/// Stages `rows` rows from `first` on, of one group.
void press_stage_rows(const integer_job *job, press_threads *threads);
/// Finds the sizes of copied images.
void press_measure_images(integer_job *job);
/// Copies the images of `rows` rows from `first` on.
void press_stage_images(const integer_job *job, press_threads *threads);
/// Fills in where the quads of a row are.
void press_fill_offsets(const integer_job *job);
/// The addresses of `count` rows from the one `row` behind `first` on.
void press_find_rows(const integer_job *job, size_t row, size_t count, const uint8_t **rows);

size_t press_integer_depthwise_scratch(const press_integer_layer *layer);
void press_integer_depthwise(
  const press_team *team, const press_integer_layer *layer, void *scratch);
