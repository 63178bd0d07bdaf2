#include <stdarg.h>

#include "check.h"

static size_t failures;
static bool is_checked[press_kernel_count];
static uint64_t state = 1;

void fail(const char *format, ...) {
  if (failures++ >= 20) return;
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  puts("");
}

void checked(press_kernel kernel) { is_checked[kernel] = true; }

size_t random_below(size_t limit) {
  state = state * 6364136223846793005 + 1442695040888963407;
  return (size_t)(state >> 33) % limit;
}

float random_float(void) { return (float)random_below(2001) / 1000 - 1; }

float *random_floats(size_t count) {
  // Kernels may read whole lanes.
  float *x = calloc(count + PRESS_LANES, sizeof(float));
  for (size_t i = 0; i < count; i++) x[i] = random_float();
  return x;
}

void expect_near(const char *name, double found, double exact, double bound) {
  if (found == exact || (found != found && exact != exact) || fabs(found - exact) <= bound) return;
  fail("%s: found %.9g, expected %.9g", name, found, exact);
}

int main(void) {
  press_threads *threads = press_threads_create(2);
  for (size_t index = 0; press_kernel_table_at(index); index++) {
    const press_team team = {.kernels = press_kernel_table_at(index), .threads = threads};
    const size_t before = failures;
    check_elementwise(&team);
    check_conversions(&team);
    check_rows(&team);
    check_copies(&team);
    check_windows(&team);
    check_products(&team);
    check_dense(&team);
    check_integers(&team);
    check_coded(&team);
    check_codes(&team);
    printf("%s: %s\n", team.kernels->instruction_set, failures == before ? "right" : "WRONG");
  }
  for (press_kernel kernel = 0; kernel < press_kernel_count; kernel++) {
    if (!is_checked[kernel]) fail("%s has no check", press_kernel_name(kernel));
  }
  check_select();
  press_threads_destroy(threads);
  return failures > 0;
}
