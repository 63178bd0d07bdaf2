#include "dense.h"

enum {
  row_block = 384,
  panel_block = 16,
  /// Rows and panels below which an item is not cut further.
  fewest_rows = 48,
  fewest_panels = 4,
  wanted_items = 16,
  /// Multiplications that are worth an item.
  item_work = 200000,
};

typedef struct job {
  const press_dense *dense;
  size_t rows_each, panels_each, row_items, panel_items;
} job;

void press_activate(
  const press_kernels *kernels, const press_epilogue *epilogue, size_t rows, size_t columns,
  float *y, size_t stride) {
  if (epilogue->activation != press_activation_unary) return;
  if (stride == columns) {
    columns *= rows;
    rows = 1;
  }
  for (size_t row = 0; row < rows; row++, y += stride) {
    kernels->unary[epilogue->unary](columns, y, y, epilogue->alpha, epilogue->beta);
  }
}

/// Where rows first ..< first + count start.
static void find_rows(
  const press_places *places, const float *x, size_t first, size_t count, const float **rows) {
  size_t index[4], rest = first;
  for (int axis = 4; axis-- > 0;) {
    index[axis] = rest % places->sizes[axis];
    rest /= places->sizes[axis];
    x += index[axis] * places->strides[axis];
  }
  for (size_t row = 0; row < count; row++) {
    rows[row] = x;
    for (int axis = 4; axis-- > 0;) {
      x += places->strides[axis];
      if (++index[axis] < places->sizes[axis]) break;
      x -= places->sizes[axis] * places->strides[axis];
      index[axis] = 0;
    }
  }
}

static void dense_item(const void *context, size_t item) {
  const job *j = context;
  const press_dense *d = j->dense;
  const size_t row = item % j->row_items * j->rows_each;
  const size_t panel = item / j->row_items % j->panel_items * j->panels_each;
  const size_t group = item / j->row_items / j->panel_items;
  const size_t first = panel * PRESS_LANES, column = group * d->product.columns + first;
  const float *rows[row_block];
  press_multiply product = d->product;
  product.rows = press_minimum(j->rows_each, d->product.rows - row);
  product.columns = press_minimum(j->panels_each * PRESS_LANES, d->product.columns - first);
  find_rows(&d->places, d->x + group * d->x_group, row, product.rows, rows);
  product.x = rows;
  if (!d->coded) product.weight += group * d->weight_group + panel * product.panel_stride;
  const size_t place = row * product.y_stride + column;
  product.y += place;
  if (product.residual) product.residual += place;
  product.bias = d->epilogue->bias ? d->epilogue->bias + column : NULL;
  product.low = press_low(d->epilogue);
  product.high = press_high(d->epilogue);
  if (d->coded) {
    const size_t panels = press_pieces(d->product.columns, PRESS_LANES);
    press_multiply_coded(d, &product, group * panels + panel, column);
  } else {
    d->team->kernels->multiply(&product);
  }
  press_activate(
    d->team->kernels, d->epilogue, product.rows, product.columns, product.y, product.y_stride);
}

/// Half of a number of blocks, rounded up to an even one.
static size_t halved(size_t count) { return (count / 2 + 1) & ~(size_t)1; }

void press_run_dense(const press_dense *d) {
  const size_t panels = press_pieces(d->product.columns, PRESS_LANES);
  if (d->product.rows == 0 || panels == 0 || d->groups == 0) return;
  job j = {d, press_minimum(d->product.rows, row_block), press_minimum(panels, panel_block)};
  // Items of nearly equal size.
  j.rows_each = press_pieces(d->product.rows, press_pieces(d->product.rows, j.rows_each));
  for (;;) {
    j.row_items = press_pieces(d->product.rows, j.rows_each);
    j.panel_items = press_pieces(panels, j.panels_each);
    const double work =
      (double)j.rows_each * j.panels_each * PRESS_LANES * (d->product.depth + 1);
    if (j.row_items * j.panel_items * d->groups >= wanted_items || work < item_work) break;
    if (j.panels_each > fewest_panels) j.panels_each = halved(j.panels_each);
    else if (j.rows_each > fewest_rows) j.rows_each = press_pieces(j.rows_each, 2);
    else if (j.panels_each > 2) j.panels_each = 2;
    else break;
  }
  const double all = (double)d->product.rows * d->product.columns * d->groups * d->product.depth;
  press_parallel_for(
    all < press_small_work ? NULL : d->team->threads, j.row_items * j.panel_items * d->groups,
    dense_item, &j);
}

typedef struct finish_job {
  const press_team *team;
  const press_epilogue *epilogue;
  size_t rows, columns, piece;
  float *y;
} finish_job;

static void finish_item(const void *context, size_t item) {
  const finish_job *j = context;
  const press_kernels *kernels = j->team->kernels;
  const press_epilogue *e = j->epilogue;
  const size_t first = item * j->piece, start = first * j->columns;
  const size_t rows = press_minimum(j->piece, j->rows - first), count = rows * j->columns;
  float *y = j->y + start;
  if (e->residual) kernels->binary[press_binary_add](count, y, 1, e->residual + start, 1, y);
  if (e->activation == press_activation_clip) {
    kernels->unary[press_unary_clip](count, y, y, e->alpha, e->beta);
  }
  press_activate(kernels, e, rows, j->columns, y, j->columns);
}

void press_finish(
  const press_team *team, const press_epilogue *epilogue, size_t rows, size_t columns, float *y) {
  const bool nothing = !epilogue->residual && epilogue->activation == press_activation_none;
  if (rows == 0 || columns == 0 || nothing) return;
  const size_t piece = press_pieces(press_small_work, columns);
  const finish_job j = {team, epilogue, rows, columns, piece, y};
  press_parallel_for(team->threads, press_pieces(rows, piece), finish_item, &j);
}
