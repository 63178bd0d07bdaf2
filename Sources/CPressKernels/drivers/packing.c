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
