#pragma once

#include <math.h>
#include <string.h>

#include "CPressKernels.h"

// A kernel's source is compiled once for each instruction set, with another suffix each time and,
// where given, another shape of its tiles.

#define PRESS_JOIN_(name, suffix) name##_##suffix
#define PRESS_JOIN(name, suffix) PRESS_JOIN_(name, suffix)
#define PRESS_NAME(name) PRESS_JOIN(name, PRESS_SUFFIX)
#define PRESS_INLINE static inline __attribute__((always_inline))

/// 16 floats at any address. The compiler splits them into the registers there are.
typedef float press_lanes __attribute__((vector_size(4 * PRESS_LANES), aligned(4), may_alias));

#define PRESS_DECLARE_(name, suffix, parameters) void name##_##suffix parameters;
#define PRESS_DECLARE_PORTABLE(name, parameters) PRESS_DECLARE_(name, portable, parameters)
#define PRESS_DECLARE_AVX2(name, parameters) PRESS_DECLARE_(name, avx2, parameters)
#define PRESS_DECLARE_AVX512(name, parameters) PRESS_DECLARE_(name, avx512, parameters)
PRESS_KERNELS(PRESS_DECLARE_PORTABLE)
PRESS_KERNELS(PRESS_DECLARE_AVX2)
PRESS_KERNELS(PRESS_DECLARE_AVX512)
void dot8_vnni(const press_dot8 *arguments);

extern press_unary_kernel *const press_unary_portable[press_unary_count];
extern press_unary_kernel *const press_unary_avx2[press_unary_count];
extern press_unary_kernel *const press_unary_avx512[press_unary_count];
extern press_binary_kernel *const press_binary_portable[press_binary_count];
extern press_binary_kernel *const press_binary_avx2[press_binary_count];
extern press_binary_kernel *const press_binary_avx512[press_binary_count];
/// The functions of other types, compiled once; null where a function is not for a type.
extern press_unary_kernel *const press_unary_float64[press_unary_count];
extern press_binary_kernel *const press_binary_float64[press_binary_count];
extern press_unary_kernel *const press_unary_integer[press_unary_count][press_type_count];
extern press_binary_kernel *const press_binary_integer[press_binary_count][press_type_count];
extern press_unary_kernel *const press_test_typed[press_test_count][press_type_count];
extern press_binary_kernel *const press_comparison_typed[press_comparison_count][press_type_count];
