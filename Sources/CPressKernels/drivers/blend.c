#include "driver.h"

#define PRESS_BLENDS(name, type, kernel_name)                                                 \
  typedef struct type##_job {                                                                 \
    const press_kernels *kernels;                                                             \
    const press_blends *blends;                                                               \
    const type *weights, *x;                                                                  \
    type *y;                                                                                  \
    /* Entries of y that an item makes, and items for each entry of the outer axis. */        \
    size_t piece, pieces;                                                                     \
  } type##_job;                                                                               \
  static void type##_item(const void *context, size_t item) {                                 \
    const type##_job *j = context;                                                            \
    const press_blends *b = j->blends;                                                        \
    const size_t outer = item / j->pieces, first = item % j->pieces * j->piece;               \
    const size_t count = press_minimum(j->piece, b->output - first);                          \
    j->kernels->kernel_name(                                                                  \
      count, b->inner, b->taps, b->rows + first * b->taps, j->weights + first * b->taps,      \
      j->x + outer * b->input * b->inner, j->y + (outer * b->output + first) * b->inner);     \
  }                                                                                           \
  void name(                                                                                  \
    const press_team *team, const press_blends *b, const type *weights, const type *x,        \
    type *y) {                                                                                \
    if (b->outer == 0 || b->output == 0 || b->inner == 0) return;                             \
    const size_t work = b->inner * (b->taps ? b->taps : 1);                                   \
    const size_t piece = press_pieces(press_small_work, work);                                \
    const type##_job j = {                                                                    \
      team->kernels, b, weights, x, y, piece, press_pieces(b->output, piece)};                \
    press_parallel_for(team->threads, b->outer * j.pieces, type##_item, &j);                  \
  }
PRESS_BLENDS(press_blend_floats, float, blend_float)
PRESS_BLENDS(press_blend_doubles, double, blend_double)
