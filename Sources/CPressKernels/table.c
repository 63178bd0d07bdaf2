#include "kernel.h"

// One table for each instruction set. The choice is made once, before main.

#define PRESS_PORTABLE_ENTRY(name, parameters) .name = name##_portable,
static const press_kernels portable = {
  .instruction_set = "portable", PRESS_KERNELS(PRESS_PORTABLE_ENTRY)};

enum { maximum_tables = 4 };
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

#define PRESS_AVX2_ENTRY(name, parameters) table->name = name##_avx2;
#define PRESS_AVX512_ENTRY(name, parameters) table->name = name##_avx512;

/// Runs before main, so that no two threads can race for it.
__attribute__((constructor)) static void find_tables(void) {
  add_table("portable", press_unary_portable, press_binary_portable);
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
    && __builtin_cpu_supports("f16c")) {
    press_kernels *table = add_table("AVX2", press_unary_avx2, press_binary_avx2);
    PRESS_KERNELS(PRESS_AVX2_ENTRY)
  }
  if (
    __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
    && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")) {
    press_kernels *table = add_table("AVX-512", press_unary_avx512, press_binary_avx512);
    PRESS_KERNELS(PRESS_AVX512_ENTRY)
    if (__builtin_cpu_supports("avx512vnni")) {
      tables[table_count] = *table;
      table = &tables[table_count++];
      table->instruction_set = "AVX-512 VNNI";
      table->dot8 = dot8_vnni;
    }
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
