#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#endif

/// Activations with parameters, where they are.
void PRESS_NAME(activate)(
  press_activation activation, size_t count, float alpha, float beta, float *y) {
  switch (activation) {
    case press_activation_clip:
      for (size_t i = 0; i < count; i++) {
        const float x = y[i] < alpha ? alpha : y[i];
        y[i] = x > beta ? beta : x;
      }
      break;
    case press_activation_leaky_relu:
      for (size_t i = 0; i < count; i++) y[i] = y[i] < 0 ? alpha * y[i] : y[i];
      break;
    case press_activation_hard_sigmoid:
    case press_activation_hard_swish:
      for (size_t i = 0; i < count; i++) {
        const float x = alpha * y[i] + beta;
        const float low = x < 0 ? 0 : x, gate = low > 1 ? 1 : low;
        y[i] = activation == press_activation_hard_swish ? y[i] * gate : gate;
      }
      break;
    default: break;
  }
}
