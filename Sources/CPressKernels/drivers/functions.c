#include "functions.h"

press_unary_kernel *press_find_unary(
  const press_kernels *kernels, press_unary function, press_type type) {
  switch (press_computed(type)) {
    case press_float32: return kernels->unary[function];
    case press_float64: return press_unary_float64[function];
    default: return press_unary_integer[function][type];
  }
}

press_binary_kernel *press_find_binary(
  const press_kernels *kernels, press_binary function, press_type type) {
  switch (press_computed(type)) {
    case press_float32: return kernels->binary[function];
    case press_float64: return press_binary_float64[function];
    default: return press_binary_integer[function][type];
  }
}

bool press_has_unary(press_unary function, press_type type) {
  return press_find_unary(press_kernel_table(), function, type) != NULL;
}

bool press_has_binary(press_binary function, press_type type) {
  return press_find_binary(press_kernel_table(), function, type) != NULL;
}

bool press_has_test(press_test test, press_type type) {
  return press_test_typed[test][press_computed(type)] != NULL;
}

/// The distance of float32 numbers at x.
static double ulp(double x) {
  int exponent;
  frexp(x, &exponent);
  return ldexp(1, exponent < -125 ? -149 : exponent - 24);
}

double press_unary_error(press_unary function, double alpha, double x, double y) {
#define PRESS_ERROR_CASE(name, error, ...) case press_unary_##name: return error;
  switch (function) {
    PRESS_FLOAT_FUNCTIONS(PRESS_ERROR_CASE)
    default: return 0;
  }
}
