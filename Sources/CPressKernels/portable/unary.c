#include "../kernel.h"

#ifndef PRESS_SUFFIX
#define PRESS_SUFFIX portable
#endif

#include "activation.h"
#include "trigonometric.h"

// Functions of one float32.

#define press_each(function, lanes)                                      \
  ({                                                                     \
    press_lanes each = lanes;                                            \
    for (int i = 0; i < PRESS_LANES; i++) each[i] = function(each[i]);   \
    each;                                                                \
  })

PRESS_INLINE press_lanes press_shrink(press_lanes x, float limit, float bias) {
  const press_lanes inner = press_choose(x > limit, x - bias, press_fill(0));
  return press_choose(x < -limit, x + bias, inner);
}

PRESS_INLINE press_lanes press_sign(press_lanes x) {
  const press_lanes one = press_copy_sign(press_fill(1), x);
  return press_choose((x > 0) | (x < 0), one, x);
}

#define PRESS_DEFINE_UNARY(name, lanes)                                             \
  PRESS_INLINE press_lanes lanes_##name(press_lanes x, float alpha, float beta) {   \
    (void)alpha, (void)beta;                                                        \
    return lanes;                                                                   \
  }                                                                                 \
  static void unary_##name(                                                         \
    size_t count, const void *input, void *output, double alpha, double beta) {     \
    const float *x = input, a = (float)alpha, b = (float)beta;                      \
    float *y = output;                                                              \
    size_t i = 0;                                                                   \
    for (; i + PRESS_LANES <= count; i += PRESS_LANES) {                            \
      press_store(y + i, lanes_##name(press_load(x + i), a, b));                    \
    }                                                                               \
    if (i == count) return;                                                         \
    const press_lanes last = load_part(x + i, count - i);                           \
    store_part(y + i, lanes_##name(last, a, b), count - i);                         \
  }
#define PRESS_DEFINE_FLOAT_UNARY(name, error, lanes, wide) PRESS_DEFINE_UNARY(name, lanes)
#define PRESS_DEFINE_NUMBER_UNARY(name, lanes, wide, integer) PRESS_DEFINE_UNARY(name, lanes)
PRESS_FLOAT_FUNCTIONS(PRESS_DEFINE_FLOAT_UNARY)
PRESS_NUMBER_FUNCTIONS(PRESS_DEFINE_NUMBER_UNARY)

#define PRESS_LIST_UNARY(name, ...) [press_unary_##name] = unary_##name,
press_unary_kernel *const PRESS_NAME(press_unary)[press_unary_count] = {
  PRESS_FLOAT_FUNCTIONS(PRESS_LIST_UNARY) PRESS_NUMBER_FUNCTIONS(PRESS_LIST_UNARY)};
