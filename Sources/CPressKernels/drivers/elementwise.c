#include "functions.h"

// Functions of one element, cut into runs of elements.

typedef struct map_job {
  const press_kernels *kernels;
  press_unary_kernel *kernel;
  press_type type;
  size_t x_width, y_width, count;
  const uint8_t *x;
  uint8_t *y;
  double alpha, beta;
} map_job;

static void map_halves(const map_job *j, size_t first, size_t end) {
  float floats[press_half_block];
  for (size_t i = first; i < end; i += press_half_block) {
    const size_t count = press_minimum(press_half_block, end - i);
    press_widen_half(j->kernels, j->type, count, j->x + i * j->x_width, floats);
    if (j->y_width == 1) {
      j->kernel(count, floats, j->y + i, j->alpha, j->beta);
    } else {
      j->kernel(count, floats, floats, j->alpha, j->beta);
      press_narrow_half(j->kernels, j->type, count, floats, j->y + i * j->y_width);
    }
  }
}

static void map_item(const void *context, size_t item) {
  const map_job *j = context;
  const size_t first = item * press_small_work;
  const size_t end = press_minimum(first + press_small_work, j->count);
  if (press_is_half(j->type)) {
    map_halves(j, first, end);
  } else {
    j->kernel(
      end - first, j->x + first * j->x_width, j->y + first * j->y_width, j->alpha, j->beta);
  }
}

static void run(const press_team *team, const map_job *j) {
  press_parallel_for(team->threads, press_pieces(j->count, press_small_work), map_item, j);
}

void press_map(
  const press_team *team, press_unary function, press_type type, size_t count, const void *x,
  void *y, double alpha, double beta) {
  const size_t width = press_type_width(type);
  const map_job j = {
    team->kernels, press_find_unary(team->kernels, function, type), type, width, width, count, x,
    y, alpha, beta};
  run(team, &j);
}

void press_ask(
  const press_team *team, press_test test, press_type type, size_t count, const void *x,
  uint8_t *y, double alpha, double beta) {
  const map_job j = {
    team->kernels, press_test_typed[test][press_computed(type)], type, press_type_width(type), 1,
    count, x, y, alpha, beta};
  run(team, &j);
}
