#include "driver.h"

// Rows along the last axis are copied one by one. Where x's elements lie together along another
// axis than y's, blocks of both axes are copied instead, so that no cache line is read for one
// element alone.

enum { block = 16 };

typedef struct wide {
  uint64_t parts[2];
} wide;

/// One row, or one block of rows, from its first element on.
typedef struct piece {
  size_t count, rows;
  ptrdiff_t x_step, y_step, x_row, y_row;
  const int64_t *table;
} piece;

#define PRESS_MOVE(name, type)                                                        \
  static void move_row_##name(const piece *p, const void *from, void *to) {           \
    const type *x = from;                                                             \
    type *y = to;                                                                     \
    const ptrdiff_t count = (ptrdiff_t)p->count;                                      \
    if (p->table) {                                                                   \
      for (ptrdiff_t i = 0; i < count; i++) y[i * p->y_step] = x[p->table[i]];        \
    } else if (p->x_step == 1 && p->y_step == 1) {                                    \
      memcpy(y, x, p->count * sizeof *y);                                             \
    } else if (p->y_step == 1 && p->x_step == 0) {                                    \
      const type element = *x;                                                        \
      for (ptrdiff_t i = 0; i < count; i++) y[i] = element;                           \
    } else if (p->y_step == 1) {                                                      \
      for (ptrdiff_t i = 0; i < count; i++) y[i] = x[i * p->x_step];                  \
    } else {                                                                          \
      for (ptrdiff_t i = 0; i < count; i++) y[i * p->y_step] = x[i * p->x_step];      \
    }                                                                                 \
  }                                                                                   \
  static void move_block_##name(const piece *p, const void *from, void *to) {         \
    const ptrdiff_t count = (ptrdiff_t)p->count, rows = (ptrdiff_t)p->rows;           \
    for (ptrdiff_t first = 0; first < count; first += block) {                        \
      const ptrdiff_t end = count - first < block ? count : first + block;            \
      for (ptrdiff_t row = 0; row < rows; row++) {                                    \
        const type *x = (const type *)from + row * p->x_row;                          \
        type *y = (type *)to + row * p->y_row;                                        \
        for (ptrdiff_t i = first; i < end; i++) y[i * p->y_step] = x[i * p->x_step];  \
      }                                                                               \
    }                                                                                 \
  }
PRESS_MOVE(1, uint8_t)
PRESS_MOVE(2, uint16_t)
PRESS_MOVE(4, uint32_t)
PRESS_MOVE(8, uint64_t)
PRESS_MOVE(16, wide)

typedef void mover(const piece *p, const void *from, void *to);

static mover *row_mover(size_t width) {
  switch (width) {
    case 1: return move_row_1;
    case 2: return move_row_2;
    case 4: return move_row_4;
    case 8: return move_row_8;
    default: return move_row_16;
  }
}

static mover *block_mover(size_t width) {
  switch (width) {
    case 1: return move_block_1;
    case 2: return move_block_2;
    case 4: return move_block_4;
    case 8: return move_block_8;
    default: return move_block_16;
  }
}

typedef struct job {
  press_moves moves;
  mover *move;
  /// How many of the axes make up a piece: the last one, or the last two.
  size_t inner;
  /// Pieces in all, how many an item takes, and how the axis that is cut is cut.
  size_t pieces, piece_items, cut, cuts;
  size_t width;
  const char *x;
  char *y;
} job;

static ptrdiff_t x_place(const press_moves *m, size_t axis, size_t index) {
  if (m->x_tables[axis]) return m->x_tables[axis][index];
  return (ptrdiff_t)index * m->x_strides[axis];
}

/// An item is some pieces, or a part of one.
static void item_of_moves(const void *context, size_t item) {
  const job *j = context;
  const press_moves *m = &j->moves;
  const size_t last = m->rank - 1, axes = m->rank - j->inner;
  const size_t cut_axis = j->inner == 2 ? last - 1 : last;
  const size_t start = item % j->cuts * j->cut;
  const size_t length = press_minimum(j->cut, m->sizes[cut_axis] - start);
  piece p = {m->sizes[last], 1, m->x_strides[last], m->y_strides[last]};
  if (j->inner == 2) {
    p.rows = length, p.x_row = m->x_strides[last - 1], p.y_row = m->y_strides[last - 1];
  } else {
    p.count = length;
    if (m->x_tables[last]) p.table = m->x_tables[last] + start;
  }
  const bool is_table = m->x_tables[cut_axis];
  const ptrdiff_t x_start = is_table ? 0 : (ptrdiff_t)start * m->x_strides[cut_axis];
  const ptrdiff_t y_start = (ptrdiff_t)start * m->y_strides[cut_axis];
  const size_t first = item / j->cuts * j->piece_items;
  const size_t end = press_minimum(first + j->piece_items, j->pieces);
  for (size_t number = first; number < end; number++) {
    size_t rest = number;
    ptrdiff_t x = x_start, y = y_start;
    for (size_t axis = axes; axis-- > 0;) {
      const size_t index = rest % m->sizes[axis];
      rest /= m->sizes[axis];
      x += x_place(m, axis, index);
      y += (ptrdiff_t)index * m->y_strides[axis];
    }
    const ptrdiff_t width = (ptrdiff_t)j->width;
    j->move(&p, j->x + x * width, j->y + y * width);
  }
}

static void swap_axes(press_moves *m, size_t a, size_t b) {
  const press_moves old = *m;
  m->sizes[a] = old.sizes[b], m->sizes[b] = old.sizes[a];
  m->x_strides[a] = old.x_strides[b], m->x_strides[b] = old.x_strides[a];
  m->y_strides[a] = old.y_strides[b], m->y_strides[b] = old.y_strides[a];
  m->x_tables[a] = old.x_tables[b], m->x_tables[b] = old.x_tables[a];
}

/// Whether rows are better copied in blocks; then the axis along which x's elements lie together is
/// made the last but one.
static bool makes_blocks(press_moves *m) {
  const size_t last = m->rank - 1;
  const ptrdiff_t step = m->x_strides[last];
  if (m->x_tables[last] || step == 0 || step == 1 || step == -1) return false;
  for (size_t axis = 0; axis < last; axis++) {
    if (m->x_tables[axis] || m->x_strides[axis] != 1 || m->sizes[axis] == 1) continue;
    swap_axes(m, axis, last - 1);
    return true;
  }
  return false;
}

void press_move(
  const press_team *team, const press_moves *moves, size_t width, const void *x, void *y) {
  job j = {.moves = *moves, .width = width, .x = x, .y = y};
  press_moves *m = &j.moves;
  if (m->rank == 0) {
    m->sizes[0] = 1, m->x_strides[0] = m->y_strides[0] = 1, m->x_tables[0] = NULL;
    m->rank = 1;
  }
  for (size_t axis = 0; axis < m->rank; axis++) {
    if (m->sizes[axis] == 0) return;
  }
  const bool blocks = makes_blocks(m);
  j.inner = blocks ? 2 : 1;
  j.move = blocks ? block_mover(width) : row_mover(width);
  j.pieces = 1;
  for (size_t axis = 0; axis < m->rank - j.inner; axis++) j.pieces *= m->sizes[axis];
  const size_t cut_size = m->sizes[m->rank - j.inner];
  const size_t others = blocks ? m->sizes[m->rank - 1] : 1;
  // Blocks are cut at whole cache lines.
  j.cut = press_minimum(cut_size, press_pieces(press_small_work, others * 64) * 64);
  j.cuts = press_pieces(cut_size, j.cut);
  j.piece_items = press_pieces(press_small_work, j.cut * others);
  press_parallel_for(
    team->threads, press_pieces(j.pieces, j.piece_items) * j.cuts, item_of_moves, &j);
}
