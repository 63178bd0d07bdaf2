#pragma once

#include "press_common.h"
#include "press_types.h"

// Products and convolutions of 8-bit integers, and numbers to integers and back.

/// sums[r, c] = sum over k of x[r, k] * w[c, k], wrapped around modulo 2^32.
///
/// x's rows hold numbers from 0 to 255, w's columns from -128 to 127. w is in panels of PRESS_LANES
/// columns, each (quads, PRESS_LANES, 4), zeros where there is no element; a quad is four steps of
/// k. Row r's quads are at x[r] + offsets[quad]; all are read, and whole panels are written.
typedef struct press_dot8 {
  size_t rows, quads, panels;
  const uint8_t *const *x;
  const uint32_t *offsets;
  const int8_t *w;
  int32_t *sums;
  size_t sums_stride;
} press_dot8;

/// What results are: sums of 32 bits where `scales` is null; floats v * scales[c] + offsets[c] where
/// `is_float`; else 8 bits, round(v * scales[c] + offsets[c]) + zero, forced into lowest ... highest,
/// a range of bytes, signed or not. There may be no offsets. Where there are shifts, scales are powers
/// of two and there are no offsets: v * 2^-shifts[c], from 0 to 31, is rounded as integers are, to
/// even between two.
typedef struct press_integer_result {
  const float *scales, *offsets;
  const int32_t *shifts;
  int32_t zero, lowest, highest;
  bool is_float;
} press_integer_result;

/// What becomes of the sums of integers whose zero points are not 0:
/// v = sum + bias[c] - row_zeros[r] * column_sums[c] - row_rests[r] * column_zeros[c], the last two
/// only where there are row_zeros and row_rests.
///
/// v is the result, or scaled as `result` says.
typedef struct press_integer_sums {
  size_t rows, columns;
  const int32_t *sums;
  size_t sums_stride;
  const int32_t *bias;
  const int32_t *row_zeros, *row_rests, *column_sums, *column_zeros;
  press_integer_result result;
  void *y;
  size_t y_stride;
} press_integer_sums;

/// sums[c] = sum over taps of (x[tap][c] ^ flip) * w[tap * channel_stride + c].
typedef struct press_depthwise8 {
  size_t channels, channel_stride, taps;
  const uint8_t *const *x;
  uint8_t flip;
  const int16_t *w;
  int32_t *sums;
} press_depthwise8;

/// The kernels of integers.
///
/// quantize: y = round(x / scale) + zero, to nearest even, forced into lowest ... highest, which
/// are numbers of at most 17 bits; what is not a number becomes lowest. dequantize:
/// y = (x - zero) * scale. A step of 0 is one scale and zero for all elements, 1 is one for each.
/// extremes: the smallest and largest of 0 and the elements.
#define PRESS_QUANTIZED_KERNELS(K)                                                          \
  K(dot8, (const press_dot8 *arguments))                                                    \
  K(finish_sums, (const press_integer_sums *arguments))                                     \
  K(depthwise8, (const press_depthwise8 *arguments))                                        \
  K(quantize, (size_t count, const float *x, const float *scale, const int32_t *zero,       \
               size_t step, int32_t lowest, int32_t highest, int32_t *y))                   \
  K(dequantize, (size_t count, const int32_t *x, const float *scale, const int32_t *zero,   \
                 size_t step, float *y))                                                    \
  K(extremes, (size_t count, const float *x, float *smallest, float *largest))

/// A matrix of 8-bit integers before it is packed: element k of column c is at
/// c * column_stride + k / inner * outer_stride + k % inner * inner_stride.
typedef struct press_integer_source {
  const uint8_t *x;
  bool is_signed;
  size_t columns, depth, column_stride, inner, inner_stride, outer_stride;
  /// Steps of k that are filled up to whole quads together.
  size_t run;
} press_integer_source;

/// Bytes of a packed matrix.
size_t press_integer_panels(size_t columns, size_t depth, size_t run);
/// Packs a matrix into panels of signed bytes, and sums up each column of them. Unsigned numbers
/// are shifted by -128.
void press_pack_integers(const press_integer_source *source, int8_t *panels, int32_t *sums);

#define PRESS_SPATIAL_AXES 3
/// A convolution of 8-bit integers: x (images, ..., groups * channels) and y (images, ...,
/// groups * columns) have their channels last. A matrix product is one without spatial axes, whose
/// images are rows.
///
/// Each group's weight is packed, one behind the other, its depth being (window, channels); zeros
/// and sums are by column of all groups. What lies outside of x counts as its zero point.
typedef struct press_integer_layer {
  size_t images, groups, channels, columns;
  press_axis axes[PRESS_SPATIAL_AXES];
  const uint8_t *x;
  bool x_is_signed;
  const int8_t *panels;
  const int32_t *w_sums;
  /// Zero points; x's by image where the step is 1, one for all where it is 0; w's are those of the
  /// packed bytes.
  const int32_t *x_zeros;
  size_t x_zero_step;
  const int32_t *w_zeros;
  /// The rest as in press_integer_sums.
  const int32_t *bias;
  press_integer_result result;
  void *y;
} press_integer_layer;

/// The steps of k of which a layer wants its weight's filled up together: a line of the window where
/// what it sees lies side by side, else all.
size_t press_integer_run(const press_integer_layer *layer);
/// Bytes of scratch memory that a layer needs; SIZE_MAX if they overflow. Looks at sizes only.
size_t press_integer_scratch(const press_integer_layer *layer);
void press_integer_convolve(
  const press_team *team, const press_integer_layer *layer, void *scratch);

/// Which scale an element of x (outer, middle, inner) has: that at outer * outer_stride +
/// middle / block * block_stride + inner * inner_step. The inner step is 0 or 1.
typedef struct press_scaling {
  size_t outer, middle, inner, block, outer_stride, block_stride, inner_step;
  const float *scales;
  const int32_t *zeros;
} press_scaling;

/// Numbers (float32, float16, bfloat16, int32) to integers of 8 or 16 bits. Quotients are rounded
/// to the type `precision` first.
void press_quantize(
  const press_team *team, const press_scaling *scaling, press_type x_type, press_type precision,
  press_type y_type, const void *x, void *y);
/// Integers of 8, 16 or 32 bits to float32, float16 or bfloat16.
void press_dequantize(
  const press_team *team, const press_scaling *scaling, press_type x_type, press_type y_type,
  const void *x, void *y);
/// The smallest and largest of 0 and all elements; what is not a number is passed over.
void press_extremes(const press_team *team, size_t count, const float *x, float extremes[2]);
