#pragma once

#include "press_coded.h"
#include "press_common.h"

// Dense products. Values are channels-last: (images, spatial axes, channels), so that a product's
// lanes are output channels, and what the weights are multiplied by are single activations.

typedef struct press_matrix press_matrix;

// MARK: Kernels

/// y[r, c] = clamp(bias[c] + sum over k of x[r][offsets[k]] * weight(k, c) + residual[r, c]), for
/// r < rows and c < columns. The sum runs from k = 0 upwards.
///
/// The weight is in panels of PRESS_LANES columns, each (depth, PRESS_LANES); a stride of 0 makes
/// all panels the same. `residual` has the stride of `y`. `bias` and `residual` may be null.
typedef struct press_multiply {
  size_t rows, depth, columns;
  const float *const *x;
  /// One for each k; null where the places of x follow one another.
  const uint32_t *offsets;
  const float *weight;
  size_t panel_stride;
  const float *bias, *residual;
  float low, high;
  float *y;
  size_t y_stride;
  /// Whether sums go on from what y holds, rather than start with the bias.
  bool continues;
} press_multiply;

/// One row of output pixels of a convolution in which every channel has a window of its own.
///
/// `x` is an image (input rows, input columns, pixel_stride), the weight (kernel rows, kernel
/// columns, pixel_stride), `y` an output row; all start at the first of `channels` channels.
typedef struct press_depthwise {
  const press_axis *vertical, *horizontal;
  size_t channels, pixel_stride, row;
  const float *x, *weight, *bias, *residual;
  float low, high;
  float *y;
} press_depthwise;

/// The points of F(4x4, 3x3) are 0, a, -a, b, -b and infinity. Nearer to 1 than the usual 1 and 2,
/// they make a quarter of its error; their powers that are needed are exact in float32.
#define press_point_a 0.625f
#define press_point_b 1.5f

/// Winograd's transform of one tile of (outputs + 2) * (outputs + 2) input pixels, zeros outside the
/// image x (rows, columns, channels). Factor i goes to y + i * plane.
typedef struct press_winograd_input {
  /// Outputs on a side, 2 or 4.
  size_t outputs;
  const float *x;
  size_t rows, columns, channels;
  /// The tile's first pixel.
  ptrdiff_t row, column;
  float *y;
  size_t plane;
} press_winograd_input;

/// The transform back: `rows` by `columns` outputs, of which there may be fewer at an edge.
typedef struct press_winograd_output {
  size_t outputs;
  const float *x;
  size_t plane, channels, rows, columns;
  const float *bias, *residual;
  float low, high;
  float *y;
  size_t row_stride, pixel_stride;
} press_winograd_output;

/// What happens to a sum before it is stored: y = activation(sum + bias + residual).
typedef enum press_activation : uint32_t {
  press_activation_none,
  /// Not below alpha and not above beta, as relu (0, infinity) and relu6 (0, 6); NaN stays.
  press_activation_clip,
  /// The unary function `unary` with its parameters alpha and beta.
  press_activation_unary,
} press_activation;

/// The kernels of dense products.
#define PRESS_DENSE_KERNELS(K)                               \
  K(multiply, (const press_multiply *arguments))             \
  K(depthwise, (const press_depthwise *arguments))           \
  K(winograd_input, (const press_winograd_input *arguments)) \
  K(winograd_output, (const press_winograd_output *arguments))

// MARK: Layers

typedef struct press_epilogue {
  /// One for each output channel; may be null.
  const float *bias;
  /// Of the output's shape; may be null.
  const float *residual;
  press_activation activation;
  float alpha, beta;
  uint32_t unary;
} press_epilogue;

/// How a convolution is computed, and with it how its weight is packed.
typedef enum press_algorithm : uint32_t {
  /// Sums over the window. Weight: for each group, panels of PRESS_LANES output channels, each
  /// (kernel axes, channels, PRESS_LANES).
  press_algorithm_direct,
  /// One input and one output channel for each group, at most two spatial axes. Weight: (kernel
  /// axes, channels).
  press_algorithm_depthwise,
  /// Winograd's F(2x2, 3x3) and F(4x4, 3x3): one group, a kernel of 3x3, stride and dilation 1.
  /// Weight: for each of 16 or 36 factors, panels as in the direct algorithm.
  press_algorithm_winograd2,
  press_algorithm_winograd4,
} press_algorithm;

/// A convolution of channels-last values. `x` is (images, input axes, groups * channels), `y`
/// (images, output axes, rows). The three axes are depth, vertical and horizontal.
typedef struct press_dense_convolution {
  size_t images, groups, channels, rows;
  const press_axis *axes;
  press_algorithm algorithm;
  /// For the direct algorithm, from a column of the weight to its place in a staged image.
  const uint32_t *offsets;
  /// Images staged at a time.
  size_t staged_images;
  /// The weight as codes, for the direct algorithm; without codes it is floats.
  press_coded coded;
} press_dense_convolution;

/// The columns of a direct convolution's weight: kernel axes times channels of a group.
size_t press_dense_columns(const press_dense_convolution *convolution);
/// Fills `offsets`, one for each column.
void press_dense_offsets(const press_dense_convolution *convolution, uint32_t *offsets);
/// Floats of scratch memory for `staged_images` images.
size_t press_dense_scratch(const press_dense_convolution *convolution);
/// Floats of scratch memory that each thread needs besides.
size_t press_dense_thread_scratch(const press_dense_convolution *convolution);
void press_convolve_dense(
  const press_team *team, const press_dense_convolution *convolution, const float *weight,
  const press_epilogue *epilogue, const float *x, float *y, float *scratch);

/// Packs a matrix of (rows, taps * channels) into panels: element (row, tap, channel) of `source` is
/// at row * row_stride + tap * tap_stride + channel * channel_stride. `scale`, one for each row, may
/// be null. The rows behind the last are zeros.
typedef struct press_packing {
  size_t rows, taps, channels, row_stride, tap_stride, channel_stride;
  const float *source, *scale;
} press_packing;
void press_pack_panels(const press_packing *packing, float *panels);
/// Packs the weight of a depthwise convolution: (taps, rows).
void press_pack_depthwise(const press_packing *packing, float *packed);
/// Packs the factors of a 3x3 weight for tiles of `outputs` outputs on a side.
void press_pack_winograd(const press_packing *packing, size_t outputs, float *packed);

#define PRESS_MAXIMUM_BATCH_AXES 6
/// y[b] = alpha * A[b] * B[b] for every index b of some batch axes. A is (rows, depth), B (depth,
/// columns), y (rows, columns); every stride is free but that of y's columns, which is 1.
typedef struct press_batched {
  size_t rows, depth, columns, axes;
  size_t sizes[PRESS_MAXIMUM_BATCH_AXES];
  size_t a_strides[PRESS_MAXIMUM_BATCH_AXES], b_strides[PRESS_MAXIMUM_BATCH_AXES];
  size_t y_strides[PRESS_MAXIMUM_BATCH_AXES];
  size_t a_row, a_column, b_row, b_column, y_row;
  float alpha;
} press_batched;

/// Floats of scratch memory that each thread needs.
size_t press_batched_scratch(const press_batched *batched);
/// The epilogue's residual lies like y.
void press_multiply_batched(
  const press_team *team, const press_batched *batched, const press_epilogue *epilogue,
  const float *a, const float *b, float *y);

/// Adds the residual and applies the activation to y (rows, columns) where it is.
void press_finish(
  const press_team *team, const press_epilogue *epilogue, size_t rows, size_t columns, float *y);
