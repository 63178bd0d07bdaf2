#include "reduce_wide.h"

/// `W` is the type whose arithmetic wraps around.
#define PRESS_STEP(expression)                \
  for (size_t i = 0; i < count; i++) {        \
    const T x = xs[i], a = ys[i];             \
    ys[i] = (T)(expression);                  \
  }                                           \
  return;

#define PRESS_DEFINE_STEP(name, type, wrapping)                                            \
  static void step_##name(                                                                 \
    press_reduction kind, size_t count, const void *input, const double *maximum,          \
    void *accumulators) {                                                                  \
    typedef type T;                                                                        \
    typedef wrapping W;                                                                    \
    const T *xs = input;                                                                   \
    T *ys = accumulators;                                                                  \
    switch (kind) {                                                                        \
      case press_reduction_prod: PRESS_STEP((W)a * (W)x)                                   \
      case press_reduction_max: PRESS_STEP(x > a || x != x ? x : a)                        \
      case press_reduction_min: PRESS_STEP(x < a || x != x ? x : a)                        \
      case press_reduction_l1: PRESS_STEP((W)a + (x > 0 ? (W)x : 0 - (W)x))                \
      case press_reduction_l2: case press_reduction_sum_square:                            \
        PRESS_STEP((W)a + (W)x * (W)x)                                                     \
      case press_reduction_log_sum_exp: PRESS_STEP(a + exp((double)x - maximum[i]))        \
      default: PRESS_STEP((W)a + (W)x)                                                     \
    }                                                                                      \
  }                                                                                        \
  static void join_##name(press_reduction kind, const void *x, void *accumulator) {        \
    const bool is_own = kind == press_reduction_prod || kind == press_reduction_max        \
      || kind == press_reduction_min;                                                      \
    step_##name(is_own ? kind : press_reduction_sum, 1, x, NULL, accumulator);             \
  }

PRESS_DEFINE_STEP(signed, int64_t, uint64_t)
PRESS_DEFINE_STEP(unsigned, uint64_t, uint64_t)
PRESS_DEFINE_STEP(float, double, double)

#define PRESS_DEFINE_INTEGER_END(name, type)                                               \
  static void end_##name(                                                                  \
    press_reduction kind, size_t count, size_t elements, const double *maximum, void *a) { \
    (void)maximum;                                                                         \
    type *ys = a;                                                                          \
    if (kind != press_reduction_mean || elements == 0) return;                             \
    for (size_t i = 0; i < count; i++) ys[i] /= (type)elements;                            \
  }
PRESS_DEFINE_INTEGER_END(signed, int64_t)
PRESS_DEFINE_INTEGER_END(unsigned, uint64_t)

static void end_float(
  press_reduction kind, size_t count, size_t elements, const double *maximum, void *a) {
  double *ys = a;
  for (size_t i = 0; i < count; i++) {
    switch (kind) {
      case press_reduction_mean: ys[i] /= (double)elements; break;
      case press_reduction_l2: ys[i] = sqrt(ys[i]); break;
      case press_reduction_log_sum: ys[i] = log(ys[i]); break;
      case press_reduction_log_sum_exp:
        ys[i] = fabs(maximum[i]) < INFINITY ? maximum[i] + log(ys[i]) : maximum[i];
        break;
      default: return;
    }
  }
}

#define PRESS_DEFINE_INDEX(name, type)                                                     \
  static void index_##name(                                                                \
    bool largest, bool last, int64_t index, size_t count, const void *input, void *bests,  \
    int64_t *y) {                                                                          \
    const type *xs = input;                                                                \
    type *best = bests;                                                                    \
    for (size_t i = 0; i < count; i++) {                                                   \
      const type x = xs[i], b = best[i];                                                   \
      const bool is_better = (largest ? x > b : x < b) || (x != x && b == b);              \
      const bool is_equal = x == b || (x != x && b != b);                                  \
      if (!is_better && !(last && is_equal)) continue;                                     \
      best[i] = x;                                                                         \
      y[i] = index;                                                                        \
    }                                                                                      \
  }
PRESS_DEFINE_INDEX(signed, int64_t)
PRESS_DEFINE_INDEX(unsigned, uint64_t)
PRESS_DEFINE_INDEX(float, double)

press_wide_step *const press_wide_steps[] = {step_signed, step_unsigned, step_float};
press_wide_join *const press_wide_joins[] = {join_signed, join_unsigned, join_float};
press_wide_end *const press_wide_ends[] = {end_signed, end_unsigned, end_float};
press_wide_index *const press_wide_indices[] = {index_signed, index_unsigned, index_float};
