#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#endif

void PRESS_NAME(softmax)(size_t rows, size_t count, const float *x, float *y) {
  for (size_t row = 0; row < rows; row++, x += count, y += count) {
    float maximum = -INFINITY;
    for (size_t i = 0; i < count; i++) maximum = x[i] > maximum ? x[i] : maximum;
    float sum = 0;
    for (size_t i = 0; i < count; i++) {
      y[i] = expf(x[i] - maximum);
      sum += y[i];
    }
    for (size_t i = 0; i < count; i++) y[i] /= sum;
  }
}
