#include "dense.h"

// Dense products with a weight of codes: tiles of it are decoded as they are needed, into memory
// that stays in a cache. Sums are those of the decoded weight, bit for bit; weights of signs are
// added up without products.

enum {
  /// Panels of a tile, for one or two rows and for more; the product's own tiles divide them.
  wide_panels = 8,
  high_panels = 2,
  few_rows = 2,
  row_block = 384,
};

/// Where the parameters of a row start, and how far apart those of lanes are.
static const float *parameters_of(const press_coded *c, size_t row, size_t *lane_stride) {
  *lane_stride = c->row_parts * c->part_floats;
  return c->parameters ? c->parameters + row * *lane_stride : NULL;
}

static void add_signs(
  const press_dense *d, const press_multiply *g, size_t panel, size_t row) {
  const press_coded *c = d->coded;
  const bool is_binary = c->kind == press_code_binary;
  const size_t stride = d->product.depth * (is_binary ? 1 : 2);
  press_signed sums = {
    .rows = g->rows,
    .depth = g->depth,
    .columns = g->columns,
    .x = g->x,
    .offsets = g->offsets,
    .is_binary = is_binary,
    .masks = (const uint16_t *)(const void *)c->codes + panel * stride,
    .panel_stride = stride,
    .part_depth = c->part_depth,
    .scales = c->scales ? c->scales + row : NULL,
    .bias = g->bias,
    .residual = g->residual,
    .low = g->low,
    .high = g->high,
    .y = g->y,
    .y_stride = g->y_stride,
  };
  sums.parameters = parameters_of(c, row, &sums.lane_stride);
  d->team->kernels->signed_sums(&sums);
}

/// Decodes `depth` k from `start` on of some panels.
static void decode_tile(
  const press_dense *d, size_t panel, size_t row, size_t panels, size_t start, size_t depth,
  float *tile) {
  const press_coded *c = d->coded;
  for (size_t p = 0; p < panels; p++) {
    press_decode decode = {
      .kind = c->kind,
      .bits = c->bits,
      .depth = depth,
      .codes = c->codes + ((panel + p) * d->product.depth + start) * 2 * c->bits,
      .part_stride = c->part_floats,
      .parts = c->parts ? c->parts + start : NULL,
      .scales = c->scales ? c->scales + row + p * PRESS_LANES : NULL,
      .y = tile + p * depth * PRESS_LANES,
    };
    decode.parameters = parameters_of(c, row + p * PRESS_LANES, &decode.lane_stride);
    d->team->kernels->decode(&decode);
  }
}

/// Some panels of a product, block after block of k.
static void multiply_panels(
  const press_dense *d, const press_multiply *all, size_t panel, size_t row, size_t panels) {
  float *tile = d->team->thread_scratch + press_thread_index() * d->team->thread_floats;
  const size_t most = PRESS_CODED_TILE / PRESS_LANES / panels;
  const float *rows[row_block];
  press_multiply g = *all;
  g.x = rows;
  g.weight = tile;
  size_t start = 0;
  do {
    const size_t left = all->depth - start;
    const bool is_last = left <= most;
    g.depth = press_minimum(left, most);
    g.panel_stride = g.depth * PRESS_LANES;
    g.continues = start > 0;
    g.offsets = all->offsets ? all->offsets + start : NULL;
    for (size_t r = 0; r < g.rows; r++) rows[r] = all->x[r] + (all->offsets ? 0 : start);
    g.residual = is_last ? all->residual : NULL;
    g.low = is_last ? all->low : -INFINITY;
    g.high = is_last ? all->high : INFINITY;
    decode_tile(d, panel, row, panels, start, g.depth, tile);
    d->team->kernels->multiply(&g);
    start += g.depth;
  } while (start < all->depth);
}

void press_multiply_coded(
  const press_dense *d, const press_multiply *all, size_t panel, size_t row) {
  if (d->coded->kind >= press_code_ternary) {
    add_signs(d, all, panel, row);
    return;
  }
  const size_t panels = press_pieces(all->columns, PRESS_LANES);
  const size_t together = all->rows <= few_rows ? wide_panels : high_panels;
  for (size_t first = 0; first < panels; first += together) {
    const size_t column = first * PRESS_LANES;
    press_multiply g = *all;
    g.columns = press_minimum(together * PRESS_LANES, all->columns - column);
    g.y += column;
    if (g.residual) g.residual += column;
    if (g.bias) g.bias += column;
    const size_t count = press_minimum(together, panels - first);
    multiply_panels(d, &g, panel + first, row + column, count);
  }
}

/// Puts one code among those of its panel.
static inline void put_code(
  const press_code_packing *p, size_t index, size_t lane, uint32_t code, uint8_t *panels) {
  uint8_t *target = panels + index * 2 * p->bits;
  if (p->kind == press_code_ternary) {
    // Plus lanes first, then minus lanes; the codes are those of -a, 0 and b.
    if (code != 1) target[(code == 0 ? 2 : 0) + lane / 8] |= (uint8_t)(1u << lane % 8);
  } else if (p->bits == 16) {
    ((uint16_t *)(void *)target)[lane] = (uint16_t)code;
  } else {
    target[lane * p->bits / 8] |= (uint8_t)(code << lane * p->bits % 8);
  }
}

void press_pack_codes(
  const press_code_packing *p, size_t first, size_t count, const uint8_t *codes,
  uint8_t *panels) {
  const size_t columns = p->channels * p->taps;
  const size_t width = p->is_transposed ? p->rows : columns;
  const size_t group_rows = p->rows / p->groups;
  const size_t group_panels = press_pieces(group_rows, PRESS_LANES);
  size_t line = first / width, place = first % width;
  for (size_t i = 0; i < count; i++) {
    const size_t row = p->is_transposed ? place : line, column = p->is_transposed ? line : place;
    const size_t k = p->taps == 1 ? column : column % p->taps * p->channels + column / p->taps;
    const size_t group = row / group_rows, own = row % group_rows;
    const size_t panel = group * group_panels + own / PRESS_LANES;
    const uint32_t code =
      p->bits == 16 ? (uint32_t)(codes[2 * i] | codes[2 * i + 1] << 8) : codes[i];
    put_code(p, panel * columns + k, own % PRESS_LANES, code, panels);
    if (++place == width) {
      place = 0;
      line++;
    }
  }
}
