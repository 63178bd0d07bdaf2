#include "packing.h"

typedef float quad __attribute__((vector_size(16), aligned(4), may_alias));

/// Four lanes whose elements follow one another: a transpose of 4 by 4.
static inline void pack_quad(
  const float *source, size_t lane_stride, const float *scales, float *panel) {
  const quad a = *(const quad *)source * scales[0];
  const quad b = *(const quad *)(source + lane_stride) * scales[1];
  const quad c = *(const quad *)(source + 2 * lane_stride) * scales[2];
  const quad d = *(const quad *)(source + 3 * lane_stride) * scales[3];
  const quad ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  const quad ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const quad cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const quad cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  *(quad *)panel = __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5);
  *(quad *)(panel + PRESS_LANES) = __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7);
  *(quad *)(panel + 2 * PRESS_LANES) = __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5);
  *(quad *)(panel + 3 * PRESS_LANES) = __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7);
}

void press_pack_panel(
  size_t lanes, size_t depth, const float *source, size_t lane_stride, size_t depth_stride,
  const float *scales, float *panel) {
  size_t k = 0;
  if (lanes == PRESS_LANES && lane_stride == 1) {
    for (; k < depth; k++) {
      for (size_t lane = 0; lane < PRESS_LANES; lane += 4) {
        *(quad *)(panel + k * PRESS_LANES + lane) =
          *(const quad *)(source + k * depth_stride + lane) * *(const quad *)(scales + lane);
      }
    }
    return;
  }
  if (lanes == PRESS_LANES && depth_stride == 1) {
    for (; k + 4 <= depth; k += 4) {
      for (size_t lane = 0; lane < PRESS_LANES; lane += 4) {
        pack_quad(
          source + lane * lane_stride + k, lane_stride, scales + lane,
          panel + k * PRESS_LANES + lane);
      }
    }
  }
  for (; k < depth; k++) {
    float *target = panel + k * PRESS_LANES;
    for (size_t lane = 0; lane < lanes; lane++) {
      target[lane] = source[lane * lane_stride + k * depth_stride] * scales[lane];
    }
    for (size_t lane = lanes; lane < PRESS_LANES; lane++) target[lane] = 0;
  }
}

void press_pack_panels(const press_packing *p, float *panels) {
  for (size_t first = 0; first < p->rows; first += PRESS_LANES) {
    const size_t rows = press_minimum(PRESS_LANES, p->rows - first);
    float scales[PRESS_LANES] = {0};
    for (size_t r = 0; r < rows; r++) scales[r] = p->scale ? p->scale[first + r] : 1;
    for (size_t tap = 0; tap < p->taps; tap++, panels += p->channels * PRESS_LANES) {
      const float *source = p->source + first * p->row_stride + tap * p->tap_stride;
      press_pack_panel(
        rows, p->channels, source, p->row_stride, p->channel_stride, scales, panels);
    }
  }
}

void press_pack_depthwise(const press_packing *p, float *packed) {
  for (size_t tap = 0; tap < p->taps; tap++) {
    for (size_t row = 0; row < p->rows; row++) {
      *packed++ = p->source[row * p->row_stride + tap * p->tap_stride]
        * (p->scale ? p->scale[row] : 1);
    }
  }
}

/// One row of the weights' transform: three weights, `step` apart, become outputs + 2 factors.
static void factor_line(const double *g, size_t step, size_t outputs, double *t) {
  if (outputs == 2) {
    t[0] = g[0];
    t[1] = (g[0] + g[step] + g[2 * step]) / 2;
    t[2] = (g[0] - g[step] + g[2 * step]) / 2;
    t[3] = g[2 * step];
    return;
  }
  const double a = press_point_a, b = press_point_b, aa = a * a, bb = b * b;
  const double points[5] = {0, a, -a, b, -b};
  const double scales[5] = {
    aa * bb, 2 * aa * (aa - bb), 2 * aa * (aa - bb), 2 * bb * (bb - aa), 2 * bb * (bb - aa)};
  for (int i = 0; i < 5; i++) {
    t[i] = (g[0] + points[i] * (g[step] + points[i] * g[2 * step])) / scales[i];
  }
  t[5] = g[2 * step];
}

void press_pack_winograd(const press_packing *p, size_t outputs, float *packed) {
  const size_t side = outputs + 2;
  const size_t plane = press_pieces(p->rows, PRESS_LANES) * PRESS_LANES * p->channels;
  memset(packed, 0, side * side * plane * sizeof(float));
  for (size_t row = 0; row < p->rows; row++) {
    for (size_t channel = 0; channel < p->channels; channel++) {
      const float *source = p->source + row * p->row_stride + channel * p->channel_stride;
      double g[9], lines[6 * 3], factors[6];
      for (size_t tap = 0; tap < 9; tap++) {
        g[tap] = (double)source[tap * p->tap_stride] * (p->scale ? p->scale[row] : 1);
      }
      // Columns first: lines is (side, 3).
      for (size_t l = 0; l < 3; l++) {
        factor_line(g + l, 3, outputs, factors);
        for (size_t i = 0; i < side; i++) lines[i * 3 + l] = factors[i];
      }
      float *target = packed + row / PRESS_LANES * PRESS_LANES * p->channels
        + channel * PRESS_LANES + row % PRESS_LANES;
      for (size_t i = 0; i < side; i++) {
        factor_line(lines + i * 3, 1, outputs, factors);
        for (size_t k = 0; k < side; k++) target[(i * side + k) * plane] = (float)factors[k];
      }
    }
  }
}
