#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#endif

#define PRESS_DEFINE_UNARY(name, expression)                                            \
  static void PRESS_NAME(unary_##name)(size_t count, const float *input, float *output) { \
    for (size_t i = 0; i < count; i++) {                                                \
      const float x = input[i];                                                         \
      output[i] = expression;                                                           \
    }                                                                                   \
  }
PRESS_UNARY_FUNCTIONS(PRESS_DEFINE_UNARY)

#define PRESS_LIST_UNARY(name, expression) PRESS_NAME(unary_##name),
press_unary_kernel *const PRESS_NAME(press_unary)[press_unary_count] = {
  PRESS_UNARY_FUNCTIONS(PRESS_LIST_UNARY)};

#define PRESS_DEFINE_BINARY(name, expression)                                               \
  static void PRESS_NAME(binary_##name)(                                                    \
    size_t count, const float *left, size_t l_step, const float *right, size_t r_step,      \
    float *output) {                                                                        \
    if (l_step && r_step) {                                                                 \
      for (size_t i = 0; i < count; i++) {                                                  \
        const float l = left[i], r = right[i];                                              \
        output[i] = expression;                                                             \
      }                                                                                     \
    } else if (l_step) {                                                                    \
      const float r = *right;                                                               \
      for (size_t i = 0; i < count; i++) {                                                  \
        const float l = left[i];                                                            \
        output[i] = expression;                                                             \
      }                                                                                     \
    } else {                                                                                \
      const float l = *left;                                                                \
      for (size_t i = 0; i < count; i++) {                                                  \
        const float r = right[i * r_step];                                                  \
        output[i] = expression;                                                             \
      }                                                                                     \
    }                                                                                       \
  }
PRESS_BINARY_FUNCTIONS(PRESS_DEFINE_BINARY)

#define PRESS_LIST_BINARY(name, expression) PRESS_NAME(binary_##name),
press_binary_kernel *const PRESS_NAME(press_binary)[press_binary_count] = {
  PRESS_BINARY_FUNCTIONS(PRESS_LIST_BINARY)};
