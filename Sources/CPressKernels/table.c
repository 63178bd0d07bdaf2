#include "kernel.h"

// One table for each instruction set. A table starts as the portable one; what an instruction set
// does better is overwritten. The choice is made once, at the first use.

#define PRESS_PORTABLE_ENTRY(name, parameters) .name = name##_portable,
static const press_kernels portable = {
  .instruction_set = "portable", PRESS_KERNELS(PRESS_PORTABLE_ENTRY)};

enum { maximum_tables = 3 };
static press_kernels tables[maximum_tables];
static size_t table_count;

static press_kernels *add_table(
  const char *instruction_set, press_unary_kernel *const *unary,
  press_binary_kernel *const *binary) {
  press_kernels *table = &tables[table_count++];
  *table = portable;
  table->instruction_set = instruction_set;
  memcpy(table->unary, unary, sizeof table->unary);
  memcpy(table->binary, binary, sizeof table->binary);
  return table;
}

#define PRESS_OVERRIDE(table, suffix)              \
  do {                                             \
    table->product = product_##suffix;             \
    table->sparse_product = sparse_product_##suffix; \
    table->multiply = multiply_##suffix;           \
    table->depthwise = depthwise_##suffix;         \
    table->winograd_input = winograd_input_##suffix; \
    table->winograd_output = winograd_output_##suffix; \
    table->activate = activate_##suffix;           \
    table->stage_plane = stage_plane_##suffix;     \
    table->max_window = max_window_##suffix;       \
    table->average_window = average_window_##suffix; \
  } while (0)

/// Runs before main, so that no two threads can race for it.
__attribute__((constructor)) static void find_tables(void) {
  add_table("portable", press_unary_portable, press_binary_portable);
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    press_kernels *table = add_table("AVX2", press_unary_avx2, press_binary_avx2);
    PRESS_OVERRIDE(table, avx2);
  }
  if (
    __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
    && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")) {
    press_kernels *table = add_table("AVX-512", press_unary_avx512, press_binary_avx512);
    PRESS_OVERRIDE(table, avx512);
  }
#endif
}

const press_kernels *press_kernel_table(void) { return &tables[table_count - 1]; }

const press_kernels *press_kernel_table_at(size_t index) {
  return index < table_count ? &tables[index] : NULL;
}

const char *press_kernel_name(press_kernel kernel) {
#define PRESS_KERNEL_NAME(name, parameters) #name,
  static const char *const names[] = {PRESS_KERNELS(PRESS_KERNEL_NAME)};
  return kernel < press_kernel_count ? names[kernel] : NULL;
}

bool press_kernel_is_specialized(const press_kernels *table, press_kernel kernel) {
#define PRESS_KERNEL_DIFFERS(name, parameters) \
  case press_kernel_##name: return table->name != portable.name;
  switch (kernel) {
    PRESS_KERNELS(PRESS_KERNEL_DIFFERS)
    default: return false;
  }
}
