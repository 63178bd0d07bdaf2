#include "driver.h"

void press_pack_panels(const press_packing *p, float *panels) {
  for (size_t first = 0; first < p->rows; first += PRESS_LANES) {
    const size_t rows = press_minimum(PRESS_LANES, p->rows - first);
    for (size_t tap = 0; tap < p->taps; tap++) {
      for (size_t channel = 0; channel < p->channels; channel++, panels += PRESS_LANES) {
        const float *source = p->source + first * p->row_stride + tap * p->tap_stride
          + channel * p->channel_stride;
        for (size_t r = 0; r < rows; r++) {
          panels[r] = source[r * p->row_stride] * (p->scale ? p->scale[first + r] : 1);
        }
        for (size_t r = rows; r < PRESS_LANES; r++) panels[r] = 0;
      }
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
