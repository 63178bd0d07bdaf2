#pragma once

#include "press_blend.h"
#include "press_coded.h"
#include "press_codes.h"
#include "press_common.h"
#include "press_convert.h"
#include "press_copy.h"
#include "press_dense.h"
#include "press_elementwise.h"
#include "press_fold.h"
#include "press_layers.h"
#include "press_pool.h"
#include "press_quantized.h"
#include "press_recurrent.h"
#include "press_rows.h"
#include "press_select.h"
#include "press_threads.h"

// The inner loops of Press. Numbers are float32 where nothing else is said; strides and offsets
// count elements.
//
// Results do not depend on how the work is cut: an element of an output is the same sequence of
// operations whatever block, batch or thread it falls into.

/// Every kernel, by family: its name in the table, and its parameters. Each is compiled once for
/// each instruction set.
#define PRESS_KERNELS(K)      \
  PRESS_DENSE_KERNELS(K)      \
  PRESS_LAYER_KERNELS(K)      \
  PRESS_CODED_KERNELS(K)      \
  PRESS_CONVERSION_KERNELS(K) \
  PRESS_COPY_KERNELS(K)       \
  PRESS_BLEND_KERNELS(K)      \
  PRESS_POOL_KERNELS(K)       \
  PRESS_QUANTIZED_KERNELS(K)  \
  PRESS_ROW_KERNELS(K)

#define PRESS_KERNEL_MEMBER(name, parameters) void(*name) parameters;
#define PRESS_KERNEL_CASE(name, parameters) press_kernel_##name,
typedef enum press_kernel : uint32_t {
  PRESS_KERNELS(PRESS_KERNEL_CASE) press_kernel_count
} press_kernel;

/// The kernels of one instruction set.
struct press_kernels {
  const char *instruction_set;
  PRESS_KERNELS(PRESS_KERNEL_MEMBER)
  press_unary_kernel *unary[press_unary_count];
  press_binary_kernel *binary[press_binary_count];
};

/// The best kernels for this processor, found once.
const press_kernels *press_kernel_table(void);
/// Every table that this processor can run, portable first; null behind the last.
const press_kernels *press_kernel_table_at(size_t index);
/// A kernel's name; null behind the last.
const char *press_kernel_name(press_kernel kernel);
/// Whether a table has its own version of a kernel rather than the portable one.
bool press_kernel_is_specialized(const press_kernels *table, press_kernel kernel);
