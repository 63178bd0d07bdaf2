#include "dense.h"
#include "packing.h"

// A product of two operands that are both known only now. An item packs some columns of B into
// panels in its thread's own memory and multiplies all rows of A, or a block of them, by these.

enum {
  /// Floats of packed B.
  packed_floats = 1 << 17,
  row_block = 384,
  wanted_items = 8,
};

typedef struct job {
  const press_team *team;
  const press_batched *batched;
  const press_epilogue *epilogue;
  const float *a, *b;
  float *y;
  size_t columns_each, column_items, rows_each, row_items;
} job;

static size_t columns_of_item(const press_batched *m) {
  const size_t panels = press_pieces(m->columns, PRESS_LANES);
  const size_t fits = packed_floats / PRESS_LANES / (m->depth + 1);
  return press_minimum(panels, fits > 2 ? fits & ~(size_t)1 : 2) * PRESS_LANES;
}

size_t press_batched_scratch(const press_batched *m) {
  // The packed columns, and where each element of a row of A is.
  return (columns_of_item(m) + 1) * m->depth;
}

/// Packs columns first ..< first + count of one B, times alpha.
static void pack(
  const press_batched *m, const float *b, size_t first, size_t count, float *panels) {
  float scales[PRESS_LANES];
  for (size_t lane = 0; lane < PRESS_LANES; lane++) scales[lane] = m->alpha;
  for (size_t column = 0; column < count; column += PRESS_LANES) {
    press_pack_panel(
      press_minimum(PRESS_LANES, count - column), m->depth, b + (first + column) * m->b_column,
      m->b_column, m->b_row, scales, panels + column * m->depth);
  }
}

static void batched_item(const void *context, size_t item) {
  const job *j = context;
  const press_batched *m = j->batched;
  const press_epilogue *e = j->epilogue;
  const size_t row = item % j->row_items * j->rows_each;
  const size_t first = item / j->row_items % j->column_items * j->columns_each;
  size_t rest = item / j->row_items / j->column_items;
  const float *a = j->a, *b = j->b;
  size_t place = row * m->y_row + first;
  for (size_t axis = m->axes; axis-- > 0;) {
    const size_t index = rest % m->sizes[axis];
    rest /= m->sizes[axis];
    a += index * m->a_strides[axis];
    b += index * m->b_strides[axis];
    place += index * m->y_strides[axis];
  }
  float *panels = j->team->thread_scratch + press_thread_index() * j->team->thread_floats;
  uint32_t *offsets = (uint32_t *)(panels + j->columns_each * m->depth);
  const size_t columns = press_minimum(j->columns_each, m->columns - first);
  pack(m, b, first, columns, panels);
  for (size_t k = 0; k < m->depth; k++) offsets[k] = (uint32_t)(k * m->a_column);
  const float *rows[row_block];
  const size_t end = press_minimum(row + j->rows_each, m->rows);
  for (size_t start = row; start < end; start += row_block) {
    press_multiply product = {
      .rows = press_minimum(row_block, end - start),
      .depth = m->depth,
      .columns = columns,
      .x = rows,
      .offsets = m->a_column == 1 ? NULL : offsets,
      .weight = panels,
      .panel_stride = m->depth * PRESS_LANES,
      .bias = e->bias ? e->bias + first : NULL,
      .residual = e->residual ? e->residual + place : NULL,
      .low = press_low(e),
      .high = press_high(e),
      .y = j->y + place,
      .y_stride = m->y_row,
    };
    for (size_t r = 0; r < product.rows; r++) rows[r] = a + (start + r) * m->a_row;
    j->team->kernels->multiply(&product);
    press_activate(j->team->kernels, e, product.rows, columns, product.y, m->y_row);
    place += product.rows * m->y_row;
  }
}

void press_multiply_batched(
  const press_team *team, const press_batched *m, const press_epilogue *epilogue, const float *a,
  const float *b, float *y) {
  size_t batches = 1;
  for (size_t axis = 0; axis < m->axes; axis++) batches *= m->sizes[axis];
  if (batches == 0 || m->rows == 0 || m->columns == 0) return;
  job j = {team, m, epilogue, a, b, y, columns_of_item(m)};
  j.column_items = press_pieces(m->columns, j.columns_each);
  j.rows_each = m->rows;
  j.row_items = 1;
  while (batches * j.column_items * j.row_items < wanted_items && j.rows_each > row_block / 2) {
    j.rows_each = press_pieces(j.rows_each, 2);
    j.row_items = press_pieces(m->rows, j.rows_each);
  }
  const bool small = (double)batches * m->rows * m->columns * (m->depth + 1) < press_small_work;
  press_parallel_for(
    small ? NULL : team->threads, batches * j.column_items * j.row_items, batched_item, &j);
}
