#include "check.h"

// Dense convolutions channels-last, by every algorithm.

enum { side = 13, window = 3 };

/// The sum at an output (row, column, channel) of a 3 x 3 convolution with a border of one zero.
static double convolved(
  const press_dense_convolution *c, const float *weight, const float *x, size_t place) {
  const size_t channel = place % c->rows, per_group = c->rows / c->groups;
  const long row = (long)(place / c->rows / side), column = (long)(place / c->rows % side);
  double sum = 0;
  for (size_t tap = 0; tap < 9; tap++) {
    const long i = row + (long)(tap / 3) - 1, j = column + (long)(tap % 3) - 1;
    if (i < 0 || i >= side || j < 0 || j >= side) continue;
    for (size_t k = 0; k < c->channels; k++) {
      const size_t own = channel / per_group * c->channels + k;
      sum += (double)weight[(channel * c->channels + k) * 9 + tap]
        * x[((size_t)(i * side + j) * c->groups * c->channels) + own];
    }
  }
  return sum;
}

/// Packs a weight (rows, channels, window) as an algorithm wants it.
static void pack(const press_dense_convolution *c, const float *weight, float *packed) {
  const press_packing packing = {
    c->rows, 9, c->channels, c->channels * 9, 1, 9, weight, NULL};
  switch (c->algorithm) {
    case press_algorithm_direct: press_pack_panels(&packing, packed); break;
    case press_algorithm_depthwise: press_pack_depthwise(&packing, packed); break;
    case press_algorithm_winograd2: press_pack_winograd(&packing, 2, packed); break;
    case press_algorithm_winograd4: press_pack_winograd(&packing, 4, packed); break;
  }
}

static void check_algorithm(
  press_team team, press_algorithm algorithm, size_t groups, size_t channels, size_t rows) {
  const press_axis single = {1, 1, 1, 1, 1, 0, 0}, axis = {side, side, window, 1, 1, 1, 1};
  const press_axis axes[3] = {single, axis, axis};
  press_dense_convolution c = {1, groups, channels, rows, axes, algorithm, NULL, 1};
  uint32_t *offsets = calloc(press_dense_columns(&c) + 1, sizeof *offsets);
  press_dense_offsets(&c, offsets);
  c.offsets = offsets;
  const size_t outputs = side * side * rows;
  float *weight = random_floats(rows * channels * 9), *bias = random_floats(rows);
  float *packed = random_floats((rows + PRESS_LANES) * (channels + PRESS_LANES) * 36);
  float *x = random_floats(side * side * groups * channels), *y = random_floats(outputs);
  float *scratch = random_floats(press_dense_scratch(&c));
  team.thread_floats = press_dense_thread_scratch(&c);
  team.thread_scratch = random_floats(2 * team.thread_floats);
  pack(&c, weight, packed);
  const press_epilogue epilogue = {
    .bias = bias, .activation = press_activation_unary, .unary = press_unary_leaky_relu,
    .alpha = 0.5f};
  press_convolve_dense(&team, &c, packed, &epilogue, x, y, scratch);
  for (size_t i = 0; i < outputs; i++) {
    const double sum = convolved(&c, weight, x, i) + bias[i % rows];
    expect_near("dense convolution", y[i], sum < 0 ? sum / 2 : sum, 2e-4);
  }
  free(offsets), free(weight), free(bias), free(packed), free(x), free(y), free(scratch);
  free(team.thread_scratch);
}

void check_dense(const press_team *team) {
  check_algorithm(*team, press_algorithm_direct, 1, 5, 37);
  check_algorithm(*team, press_algorithm_depthwise, 37, 1, 37);
  check_algorithm(*team, press_algorithm_winograd2, 1, 19, 18);
  check_algorithm(*team, press_algorithm_winograd4, 1, 19, 18);
  checked(press_kernel_multiply), checked(press_kernel_depthwise);
  checked(press_kernel_winograd_input), checked(press_kernel_winograd_output);
}
