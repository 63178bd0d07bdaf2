#include "driver.h"

// A copy is sorted so that its target is written forwards, axes without gaps are merged, and the
// last two axes make a plane: runs of bytes, a plane turned on its side, or single elements. The
// planes of all other axes are cut into items.

/// Elements that are worth waking a thread for, and the most of a row that an item takes; a
/// multiple of what kernels turn in one block.
enum { copy_work = 32768, copy_columns = 16384 };

typedef struct job job;
/// Copies rows and columns of a plane from its first element on.
typedef void plane_function(
  const job *j, size_t rows, size_t columns, const uint8_t *x, uint8_t *y);

struct job {
  const press_kernels *kernels;
  plane_function *plane;
  size_t width;
  press_strided s;
  const uint8_t *x;
  uint8_t *y;
  /// Rows and columns of a plane, planes, and how many of each an item takes.
  size_t rows, columns, planes, piece_rows, piece_columns, piece_planes;
};

// MARK: Planes

static void copy_runs(
  const job *j, size_t rows, size_t columns, const uint8_t *x, uint8_t *y) {
  const size_t bytes = columns * j->width;
  const ptrdiff_t width = (ptrdiff_t)j->width;
  for (size_t r = 0; r < rows; r++) {
    memcpy(y, x, bytes);
    x += j->s.x_strides[0] * width;
    y += j->s.y_strides[0] * width;
  }
}

static void turn_plane(
  const job *j, size_t rows, size_t columns, const uint8_t *x, uint8_t *y) {
  const ptrdiff_t x_stride = j->s.x_strides[1], y_stride = j->s.y_strides[0];
  switch (j->width) {
    case 1: j->kernels->transpose1(columns, rows, x, x_stride, y, y_stride); break;
    case 2: j->kernels->transpose2(columns, rows, x, x_stride, y, y_stride); break;
    case 4: j->kernels->transpose4(columns, rows, x, x_stride, y, y_stride); break;
    default: j->kernels->transpose8(columns, rows, x, x_stride, y, y_stride);
  }
}

#define PRESS_DEFINE_SINGLE(name, type)                                               \
  static void name(                                                                   \
    const job *j, size_t rows, size_t columns, const uint8_t *source, uint8_t *target) { \
    const ptrdiff_t x_step = j->s.x_strides[1], y_step = j->s.y_strides[1];           \
    for (size_t r = 0; r < rows; r++) {                                               \
      const type *x = (const type *)source + (ptrdiff_t)r * j->s.x_strides[0];        \
      type *y = (type *)target + (ptrdiff_t)r * j->s.y_strides[0];                    \
      if (x_step == 0 && y_step == 1) {                                               \
        const type value = *x;                                                        \
        for (size_t c = 0; c < columns; c++) y[c] = value;                            \
      } else if (x_step == 1 && y_step == 1) {                                        \
        for (size_t c = 0; c < columns; c++) y[c] = x[c];                             \
      } else {                                                                        \
        for (size_t c = 0; c < columns; c++, x += x_step, y += y_step) *y = *x;       \
      }                                                                               \
    }                                                                                 \
  }
PRESS_DEFINE_SINGLE(copy_single1, uint8_t)
PRESS_DEFINE_SINGLE(copy_single2, uint16_t)
PRESS_DEFINE_SINGLE(copy_single4, uint32_t)
PRESS_DEFINE_SINGLE(copy_single8, uint64_t)

static plane_function *find_plane(const job *j) {
  const press_strided *s = &j->s;
  const bool is_run = s->x_strides[1] == 1 && s->y_strides[1] == 1;
  if (is_run && s->sizes[1] * j->width >= 64) return copy_runs;
  if (s->x_strides[0] == 1 && s->y_strides[1] == 1 && !is_run) return turn_plane;
  switch (j->width) {
    case 1: return copy_single1;
    case 2: return copy_single2;
    case 4: return copy_single4;
    default: return copy_single8;
  }
}

// MARK: Axes

static void swap_axes(press_strided *s, size_t a, size_t b) {
  const size_t size = s->sizes[a];
  const ptrdiff_t x = s->x_strides[a], y = s->y_strides[a];
  s->sizes[a] = s->sizes[b], s->sizes[b] = size;
  s->x_strides[a] = s->x_strides[b], s->x_strides[b] = x;
  s->y_strides[a] = s->y_strides[b], s->y_strides[b] = y;
}

/// Sorts by the target's strides, the smallest first; leaves out axes of size 1 and merges those
/// without gaps. At least two axes are left.
static press_strided simplified(const press_strided *from) {
  press_strided sorted = *from, s = {0};
  for (size_t i = 1; i < sorted.rank; i++) {
    for (size_t k = i; k > 0 && sorted.y_strides[k] < sorted.y_strides[k - 1]; k--) {
      swap_axes(&sorted, k, k - 1);
    }
  }
  for (size_t i = 0; i < sorted.rank; i++) {
    if (sorted.sizes[i] == 1) continue;
    const size_t last = s.rank - 1;
    if (
      s.rank > 0 && sorted.y_strides[i] == s.y_strides[last] * (ptrdiff_t)s.sizes[last]
      && sorted.x_strides[i] == s.x_strides[last] * (ptrdiff_t)s.sizes[last]) {
      s.sizes[last] *= sorted.sizes[i];
      continue;
    }
    s.sizes[s.rank] = sorted.sizes[i];
    s.x_strides[s.rank] = sorted.x_strides[i];
    s.y_strides[s.rank++] = sorted.y_strides[i];
  }
  for (; s.rank < 2; s.rank++) {
    s.sizes[s.rank] = 1;
    s.x_strides[s.rank] = s.y_strides[s.rank] = s.rank == 0;
  }
  // The plane's columns are the axis along which the target is written, its rows the axis along
  // which the source is read without gaps, or else the next.
  size_t row = 1;
  for (size_t i = 1; i < s.rank; i++) {
    if (s.x_strides[i] == 1 && s.sizes[i] > 1) row = i;
  }
  swap_axes(&s, 0, 1);
  if (row > 1) swap_axes(&s, 0, row);
  return s;
}

// MARK: Items

static void copy_item(const void *context, size_t item) {
  const job *j = context;
  const press_strided *s = &j->s;
  const size_t across = press_pieces(j->columns, j->piece_columns);
  const size_t down = press_pieces(j->rows, j->piece_rows);
  const size_t column = item % across * j->piece_columns;
  const size_t row = item / across % down * j->piece_rows;
  const size_t first = item / across / down * j->piece_planes;
  const size_t end = press_minimum(first + j->piece_planes, j->planes);
  for (size_t plane = first; plane < end; plane++) {
    ptrdiff_t x = (ptrdiff_t)row * s->x_strides[0] + (ptrdiff_t)column * s->x_strides[1];
    ptrdiff_t y = (ptrdiff_t)row * s->y_strides[0] + (ptrdiff_t)column * s->y_strides[1];
    for (size_t axis = 2, rest = plane; axis < s->rank; rest /= s->sizes[axis++]) {
      x += (ptrdiff_t)(rest % s->sizes[axis]) * s->x_strides[axis];
      y += (ptrdiff_t)(rest % s->sizes[axis]) * s->y_strides[axis];
    }
    j->plane(
      j, press_minimum(j->piece_rows, j->rows - row),
      press_minimum(j->piece_columns, j->columns - column), j->x + x * (ptrdiff_t)j->width,
      j->y + y * (ptrdiff_t)j->width);
  }
}

void press_copy(
  const press_team *team, size_t width, const press_strided *strided, const void *x, void *y) {
  for (size_t axis = 0; axis < strided->rank; axis++) {
    if (strided->sizes[axis] == 0) return;
  }
  job j = {
    .kernels = team->kernels, .width = width, .s = simplified(strided), .x = x, .y = y,
    .planes = 1};
  j.plane = find_plane(&j);
  j.rows = j.s.sizes[0];
  j.columns = j.s.sizes[1];
  for (size_t axis = 2; axis < j.s.rank; axis++) j.planes *= j.s.sizes[axis];
  j.piece_columns = press_minimum(j.columns, copy_columns);
  j.piece_rows = press_minimum(j.rows, press_pieces(copy_work, j.piece_columns));
  j.piece_planes = press_pieces(copy_work, j.piece_columns * j.piece_rows);
  const size_t items = press_pieces(j.columns, j.piece_columns)
    * press_pieces(j.rows, j.piece_rows) * press_pieces(j.planes, j.piece_planes);
  press_parallel_for(team->threads, items, copy_item, &j);
}
