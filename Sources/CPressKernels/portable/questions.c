#include "typed.h"

// What is asked about elements of any type: the answers are bools.

#define PRESS_DEFINE_TEST_KERNEL(function, expression, name, type, wrapping) \
  PRESS_DEFINE_SINGLE_KERNEL(test_##function##_##name, type, wrapping, uint8_t, expression)
#define PRESS_DEFINE_FLOAT_TEST(name, expression) \
  PRESS_FOR_FLOATS(PRESS_DEFINE_TEST_KERNEL, name, expression)
#define PRESS_DEFINE_TEST(name, expression)                        \
  PRESS_DEFINE_FLOAT_TEST(name, expression)                        \
  PRESS_FOR_INTEGERS(PRESS_DEFINE_TEST_KERNEL, name, expression)
PRESS_NUMBER_TESTS(PRESS_DEFINE_TEST)
PRESS_FLOAT_TESTS(PRESS_DEFINE_FLOAT_TEST)

#define PRESS_TEST_ENTRY(function, name, type, wrapping) \
  [press_test_##function][press_##name] = test_##function##_##name,
#define PRESS_LIST_FLOAT_TEST(name, ...) PRESS_FOR_FLOATS(PRESS_TEST_ENTRY, name)
#define PRESS_LIST_TEST(name, ...)                                           \
  PRESS_LIST_FLOAT_TEST(name) PRESS_FOR_INTEGERS(PRESS_TEST_ENTRY, name)     \
  [press_test_##name][press_bool] = test_##name##_uint8,
press_unary_kernel *const press_test_typed[press_test_count][press_type_count] = {
  PRESS_NUMBER_TESTS(PRESS_LIST_TEST) PRESS_FLOAT_TESTS(PRESS_LIST_FLOAT_TEST)};

#define PRESS_DEFINE_COMPARISON_KERNEL(function, expression, name, type, wrapping) \
  PRESS_DEFINE_PAIR_KERNEL(comparison_##function##_##name, type, wrapping, uint8_t, expression)
#define PRESS_DEFINE_COMPARISON(name, expression)                        \
  PRESS_FOR_FLOATS(PRESS_DEFINE_COMPARISON_KERNEL, name, expression)     \
  PRESS_FOR_INTEGERS(PRESS_DEFINE_COMPARISON_KERNEL, name, expression)
PRESS_COMPARISONS(PRESS_DEFINE_COMPARISON)

#define PRESS_COMPARISON_ENTRY(function, name, type, wrapping) \
  [press_comparison_##function][press_##name] = comparison_##function##_##name,
#define PRESS_LIST_COMPARISON(name, ...)                 \
  PRESS_FOR_FLOATS(PRESS_COMPARISON_ENTRY, name)         \
  PRESS_FOR_INTEGERS(PRESS_COMPARISON_ENTRY, name)       \
  [press_comparison_##name][press_bool] = comparison_##name##_uint8,
press_binary_kernel *const press_comparison_typed[press_comparison_count][press_type_count] = {
  PRESS_COMPARISONS(PRESS_LIST_COMPARISON)};
