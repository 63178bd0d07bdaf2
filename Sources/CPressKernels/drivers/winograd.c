#include "dense.h"

// Winograd's algorithm: tiles of inputs are transformed into planes of factors, each plane is one
// product with its own weight, and the products are transformed into tiles of outputs. Where there
// are many tiles of few channels, an item is a block of tiles that goes through all three steps in
// its thread's own memory. Where channels are many, the steps follow one another for as many tiles as
// share one reading of the weight.

enum {
  /// Floats of factors and products that stay in a core's second cache.
  block_floats = 220000,
  /// Floats of a round of tiles that all threads share.
  round_floats = 1 << 20,
  fewest_tiles = 20,
  most_tiles = 96,
  /// Blocks below which threads would wait for one another.
  fewest_blocks = 4,
};

typedef struct shape {
  size_t outputs, planes;
  /// Tiles of a column and a row of an image, and of all images.
  size_t vertical, horizontal, tiles;
  /// Tiles that are worked on together, by one thread if `in_blocks`.
  size_t together;
  bool in_blocks;
  /// Floats from one plane to the next, of factors and of products. They are not multiples of a page,
  /// so that the planes of a tile do not fall on the same lines of a cache.
  size_t factor_plane, product_plane;
} shape;

static shape shape_of(const press_dense_convolution *c) {
  shape s = {.outputs = c->algorithm == press_algorithm_winograd2 ? 2 : 4};
  s.planes = (s.outputs + 2) * (s.outputs + 2);
  s.vertical = press_pieces(c->axes[1].output, s.outputs);
  s.horizontal = press_pieces(c->axes[2].output, s.outputs);
  s.tiles = c->images * s.vertical * s.horizontal;
  const size_t tile = s.planes * (c->channels + c->rows);
  const size_t fit = press_minimum(block_floats / tile, most_tiles);
  s.in_blocks = fit >= fewest_tiles && s.tiles >= fewest_blocks * fewest_tiles;
  const size_t most = s.in_blocks ? fit : round_floats / tile;
  size_t rounds = press_pieces(s.tiles, most > fewest_tiles ? most : fewest_tiles);
  if (s.in_blocks && rounds < fewest_blocks) rounds = fewest_blocks;
  s.together = rounds > 0 ? press_pieces(s.tiles, rounds) : 0;
  s.factor_plane = s.together * c->channels + PRESS_LANES;
  s.product_plane = s.together * c->rows + PRESS_LANES;
  return s;
}

static size_t buffer_floats(const shape *s) {
  return s->planes * (s->factor_plane + s->product_plane);
}

size_t press_winograd_scratch(const press_dense_convolution *c) {
  const shape s = shape_of(c);
  return s.in_blocks ? 0 : buffer_floats(&s);
}

size_t press_winograd_thread_scratch(const press_dense_convolution *c) {
  const shape s = shape_of(c);
  return s.in_blocks ? buffer_floats(&s) : 0;
}

typedef struct job {
  const press_team *team;
  const press_dense_convolution *convolution;
  const press_epilogue *epilogue;
  const float *weight, *x;
  float *y;
  shape s;
  /// Of a round: its tiles and buffers, and how its steps are cut.
  size_t first, count;
  float *factors, *products;
  size_t tiles_each, panels_each, panel_items;
} job;

/// Transforms the inputs of tiles first ..< first + count, which are tiles `place` and on of a buffer.
static void transform_inputs(
  const job *j, size_t first, size_t count, size_t place, float *factors) {
  const press_dense_convolution *c = j->convolution;
  const press_axis *v = &c->axes[1], *h = &c->axes[2];
  const size_t per_image = j->s.vertical * j->s.horizontal;
  press_winograd_input input = {
    .outputs = j->s.outputs,
    .rows = v->input,
    .columns = h->input,
    .channels = c->channels,
    .plane = j->s.factor_plane,
  };
  for (size_t tile = first; tile < first + count; tile++) {
    const size_t row = tile % per_image / j->s.horizontal, column = tile % j->s.horizontal;
    input.x = j->x + tile / per_image * v->input * h->input * c->channels;
    input.row = (ptrdiff_t)(row * j->s.outputs) - (ptrdiff_t)v->pad_begin;
    input.column = (ptrdiff_t)(column * j->s.outputs) - (ptrdiff_t)h->pad_begin;
    input.y = factors + (place + tile - first) * c->channels;
    j->team->kernels->winograd_input(&input);
  }
}

/// Multiplies `count` tiles' factors of one plane by some panels of its weight.
static void multiply_plane(
  const job *j, size_t plane, size_t panel, size_t panels, size_t count, const float *factors,
  float *products) {
  const press_dense_convolution *c = j->convolution;
  const size_t all = press_pieces(c->rows, PRESS_LANES), column = panel * PRESS_LANES;
  const float *rows[most_tiles];
  for (size_t start = 0; start < count; start += most_tiles) {
    press_multiply product = {
      .rows = press_minimum(most_tiles, count - start),
      .depth = c->channels,
      .columns = press_minimum(panels * PRESS_LANES, c->rows - column),
      .x = rows,
      .weight = j->weight + (plane * all + panel) * c->channels * PRESS_LANES,
      .panel_stride = c->channels * PRESS_LANES,
      .low = -INFINITY,
      .high = INFINITY,
      .y = products + plane * j->s.product_plane + start * c->rows + column,
      .y_stride = c->rows,
    };
    const float *x = factors + plane * j->s.factor_plane + start * c->channels;
    for (size_t r = 0; r < product.rows; r++) rows[r] = x + r * c->channels;
    j->team->kernels->multiply(&product);
  }
}

/// Transforms the products of tiles first ..< first + count back.
static void transform_outputs(
  const job *j, size_t first, size_t count, size_t place, const float *products) {
  const press_dense_convolution *c = j->convolution;
  const press_epilogue *e = j->epilogue;
  const size_t height = c->axes[1].output, width = c->axes[2].output;
  const size_t per_image = j->s.vertical * j->s.horizontal;
  press_winograd_output output = {
    .outputs = j->s.outputs,
    .plane = j->s.product_plane,
    .channels = c->rows,
    .bias = e->bias,
    .low = press_low(e),
    .high = press_high(e),
    .row_stride = width * c->rows,
    .pixel_stride = c->rows,
  };
  for (size_t tile = first; tile < first + count; tile++) {
    const size_t row = tile % per_image / j->s.horizontal * j->s.outputs;
    const size_t column = tile % j->s.horizontal * j->s.outputs;
    const size_t start = ((tile / per_image * height + row) * width + column) * c->rows;
    output.x = products + (place + tile - first) * c->rows;
    output.rows = press_minimum(j->s.outputs, height - row);
    output.columns = press_minimum(j->s.outputs, width - column);
    output.y = j->y + start;
    output.residual = e->residual ? e->residual + start : NULL;
    j->team->kernels->winograd_output(&output);
    press_activate(
      j->team->kernels, e, output.rows, output.columns * c->rows, output.y, output.row_stride);
  }
}

/// All three steps of one block of tiles.
static void block_item(const void *context, size_t item) {
  const job *j = context;
  const size_t first = item * j->s.together;
  const size_t count = press_minimum(j->s.together, j->s.tiles - first);
  float *factors = j->team->thread_scratch + press_thread_index() * j->team->thread_floats;
  float *products = factors + j->s.planes * j->s.factor_plane;
  const size_t panels = press_pieces(j->convolution->rows, PRESS_LANES);
  transform_inputs(j, first, count, 0, factors);
  for (size_t plane = 0; plane < j->s.planes; plane++) {
    multiply_plane(j, plane, 0, panels, count, factors, products);
  }
  transform_outputs(j, first, count, 0, products);
}

static void input_item(const void *context, size_t item) {
  const job *j = context;
  const size_t place = item * j->tiles_each;
  const size_t count = press_minimum(j->tiles_each, j->count - place);
  transform_inputs(j, j->first + place, count, place, j->factors);
}

static void multiply_item(const void *context, size_t item) {
  const job *j = context;
  const size_t panel = item % j->panel_items * j->panels_each;
  multiply_plane(
    j, item / j->panel_items, panel, j->panels_each, j->count, j->factors, j->products);
}

static void output_item(const void *context, size_t item) {
  const job *j = context;
  const size_t place = item * j->tiles_each;
  const size_t count = press_minimum(j->tiles_each, j->count - place);
  transform_outputs(j, j->first + place, count, place, j->products);
}

void press_convolve_winograd(
  const press_team *team, const press_dense_convolution *c, const float *weight,
  const press_epilogue *epilogue, const float *x, float *y, float *scratch) {
  job j = {team, c, epilogue, weight, x, y, shape_of(c)};
  if (j.s.in_blocks) {
    press_parallel_for(
      team->threads, press_pieces(j.s.tiles, j.s.together), block_item, &j);
    return;
  }
  const size_t panels = press_pieces(c->rows, PRESS_LANES);
  j.factors = scratch;
  j.products = scratch + j.s.planes * j.s.factor_plane;
  j.panels_each = press_minimum(panels, 16);
  j.panel_items = press_pieces(panels, j.panels_each);
  const bool small = (double)j.s.tiles * j.s.planes * c->channels * c->rows < press_small_work;
  press_threads *threads = small ? NULL : team->threads;
  for (; j.first < j.s.tiles; j.first += j.s.together) {
    j.count = press_minimum(j.s.together, j.s.tiles - j.first);
    j.tiles_each = press_pieces(j.count, 8);
    const size_t pieces = press_pieces(j.count, j.tiles_each);
    press_parallel_for(threads, pieces, input_item, &j);
    press_parallel_for(threads, j.s.planes * j.panel_items, multiply_item, &j);
    press_parallel_for(threads, pieces, output_item, &j);
  }
}
