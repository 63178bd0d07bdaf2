#include "dense.h"

// A dense layer is one product. A sparse layer first turns blocks of examples on their side, so that
// the examples lie in the lanes.

enum { turned_block = 64, sparse_rows = 16, few_examples = 4 };

typedef struct job {
  const press_team *team;
  const press_matrix *weight;
  const float *bias;
  size_t count;
  const float *x;
  float *y;
  float *scratch;
} job;

/// The part of a sparse weight that starts at `row`.
static press_sparse_product sparse_part(const job *j, size_t row, size_t rows) {
  const press_matrix *weight = j->weight;
  return (press_sparse_product){
    .rows = press_minimum(rows, weight->rows - row),
    .row_starts = weight->row_starts ? weight->row_starts + row : NULL,
    .columns16 = weight->columns16,
    .columns32 = weight->columns32,
    .values = weight->values,
    .row_bias = j->bias ? j->bias + row : NULL,
  };
}

static void sparse_single_item(const void *context, size_t item) {
  const job *j = context;
  const size_t row = item * turned_block;
  press_sparse_product product = sparse_part(j, row, turned_block);
  product.count = 1;
  product.x_stride = 1;
  product.y_stride = 1;
  for (size_t example = 0; example < j->count; example++) {
    product.x = j->x + example * j->weight->columns;
    product.y = j->y + example * j->weight->rows + row;
    press_multiply_rows(j->team, j->weight, &product, row);
  }
}

static void turn_item(const void *context, size_t item) {
  const job *j = context;
  const size_t columns = j->weight->columns, first = item * turned_block;
  const size_t count = press_minimum(turned_block, j->count - first);
  float *block = j->scratch + first * columns;
  for (size_t column = 0; column < columns; column++) {
    float *lane = block + column * turned_block;
    for (size_t e = 0; e < count; e++) lane[e] = j->x[(first + e) * columns + column];
    for (size_t e = count; e < turned_block; e++) lane[e] = 0;
  }
}

static void sparse_item(const void *context, size_t item) {
  const job *j = context;
  const size_t rows = j->weight->rows, pieces = press_pieces(rows, sparse_rows);
  const size_t first = item / pieces * turned_block, row = item % pieces * sparse_rows;
  float tile[sparse_rows * turned_block];
  press_sparse_product product = sparse_part(j, row, sparse_rows);
  product.count = press_minimum(turned_block, j->count - first);
  // With one example left over, the kernel's path without lanes does the same sums.
  product.x = j->scratch + first * j->weight->columns;
  product.x_stride = turned_block;
  product.y = tile;
  product.y_stride = turned_block;
  press_multiply_rows(j->team, j->weight, &product, row);
  for (size_t e = 0; e < product.count; e++) {
    float *y = j->y + (first + e) * rows + row;
    for (size_t r = 0; r < product.rows; r++) y[r] = tile[r * turned_block + e];
  }
}

size_t press_linear_scratch(size_t columns, size_t count) {
  if (count < few_examples) return 0;
  size_t examples, floats;
  if (
    __builtin_add_overflow(count, turned_block - 1, &examples)
    || __builtin_mul_overflow(examples / turned_block * turned_block, columns, &floats)) {
    return SIZE_MAX;
  }
  return floats;
}

static void multiply_sparse(const job *j) {
  const press_matrix *weight = j->weight;
  const uint32_t *starts = weight->row_starts ? weight->row_starts : weight->compact.value_starts;
  const bool small = (double)starts[weight->rows] * j->count < press_small_work;
  press_threads *threads = small ? NULL : j->team->threads;
  if (j->count < few_examples) {
    press_parallel_for(threads, press_pieces(weight->rows, turned_block), sparse_single_item, j);
    return;
  }
  const size_t blocks = press_pieces(j->count, turned_block);
  press_parallel_for(threads, blocks, turn_item, j);
  press_parallel_for(threads, blocks * press_pieces(weight->rows, sparse_rows), sparse_item, j);
}

void press_linear(
  const press_team *team, const press_matrix *weight, const press_epilogue *epilogue, size_t count,
  const float *x, float *y, float *scratch) {
  if (weight->row_starts || weight->compact.value_starts) {
    const job j = {team, weight, epilogue->bias, count, x, y, scratch};
    multiply_sparse(&j);
    press_finish(team, epilogue, count, weight->rows, y);
    return;
  }
  const press_dense dense = {
    .team = team,
    .epilogue = epilogue,
    .product = {
      .rows = count,
      .depth = weight->columns,
      .columns = weight->rows,
      .weight = weight->elements,
      .panel_stride = weight->stride,
      .residual = epilogue->residual,
      .y = y,
      .y_stride = weight->rows,
    },
    .x = x,
    .places = {{1, 1, 1, count}, {0, 0, 0, weight->columns}},
    .groups = 1,
    .coded = weight->coded.codes ? &weight->coded : NULL,
  };
  press_run_dense(&dense);
}
