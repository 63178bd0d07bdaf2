#include "integer.h"

// A convolution of integers is a product of 8-bit matrices. Rows of pixels are staged: the window's
// elements one behind the other, as unsigned bytes, filled up to whole quads. As many rows as fit
// into the cache are staged, then multiplied by all columns.

enum { row_block = 48, column_block = 64, staged_bytes = 1 << 19, staged_rows = 8 };

static size_t quads_of(size_t depth) { return press_pieces(depth, quad); }

size_t press_integer_panels(size_t columns, size_t depth) {
  return press_pieces(columns, PRESS_LANES) * PRESS_LANES * quads_of(depth) * quad;
}

void press_pack_integers(const press_integer_source *source, int8_t *panels, int32_t *sums) {
  const size_t panel = PRESS_LANES * quad * quads_of(source->depth);
  const uint8_t mask = source->is_signed ? 0 : flip;
  memset(panels, 0, press_integer_panels(source->columns, source->depth));
  for (size_t c = 0; c < source->columns; c++) {
    const uint8_t *column = source->x + c * source->column_stride;
    int8_t *target = panels + c / PRESS_LANES * panel + c % PRESS_LANES * quad;
    int32_t sum = 0;
    for (size_t k = 0, outer = 0; k < source->depth; outer++) {
      for (size_t inner = 0; inner < source->inner; inner++, k++) {
        const uint8_t byte =
          column[outer * source->outer_stride + inner * source->inner_stride] ^ mask;
        target[k / quad * PRESS_LANES * quad + k % quad] = (int8_t)byte;
        sum += (int8_t)byte;
      }
    }
    sums[c] = sum;
  }
}

typedef struct job {
  const press_team *team;
  const press_integer_layer *layer;
  /// Of one group: the window's elements, and how many elements are summed; of one image: pixels.
  size_t taps, depth, positions;
  /// A staged row's bytes, and the rows that are staged at a time.
  size_t stride, round;
  uint8_t *staged;
  int32_t *row_zeros, *row_rests;
  bool needs_rests;
  /// What is being computed: a group, and rows.
  size_t group, first, rows;
} job;

static job job_of(const press_integer_layer *layer) {
  job j = {.layer = layer, .taps = 1, .positions = 1};
  for (int i = 0; i < PRESS_SPATIAL_AXES; i++) {
    j.taps *= layer->axes[i].kernel;
    j.positions *= layer->axes[i].output;
  }
  j.depth = j.taps * layer->channels;
  j.stride = quads_of(j.depth) * quad;
  const size_t fitting = staged_bytes / (j.stride + 1) / row_block * row_block;
  j.round = press_minimum(fitting ? fitting : row_block, layer->images * j.positions);
  return j;
}

size_t press_integer_scratch(const press_integer_layer *layer) {
  const job j = job_of(layer);
  if (is_depthwise(layer)) return press_integer_depthwise_scratch(layer);
  size_t bytes;
  if (
    __builtin_mul_overflow(j.round, j.stride + 2 * sizeof(int32_t), &bytes)
    || __builtin_add_overflow(bytes, (size_t)64, &bytes)) {
    return SIZE_MAX;
  }
  return bytes;
}

/// Copies `count` bytes as unsigned numbers.
static void copy_unsigned(uint8_t *y, const uint8_t *x, size_t count, bool is_signed) {
  if (!is_signed) {
    memcpy(y, x, count);
  } else {
    for (size_t i = 0; i < count; i++) y[i] = x[i] ^ flip;
  }
}

/// Stages the window of one pixel.
static void stage_row(const job *j, size_t image, size_t position, uint8_t *y) {
  const press_integer_layer *layer = j->layer;
  const press_axis *axes = layer->axes;
  const size_t pixel = layer->groups * layer->channels, channels = layer->channels;
  const uint8_t zero = (uint8_t)zero_of(layer, image);
  size_t place[PRESS_SPATIAL_AXES], d, h, w;
  place_of(layer, position, place);
  for (size_t tap_d = 0; tap_d < axes[0].kernel; tap_d++) {
    const bool inside_d = seen(&axes[0], place[0], tap_d, &d);
    for (size_t tap_h = 0; tap_h < axes[1].kernel; tap_h++) {
      const bool inside_h = inside_d && seen(&axes[1], place[1], tap_h, &h);
      for (size_t tap_w = 0; tap_w < axes[2].kernel; tap_w++, y += channels) {
        if (!inside_h || !seen(&axes[2], place[2], tap_w, &w)) {
          memset(y, zero, channels);
          continue;
        }
        const size_t index = ((image * axes[0].input + d) * axes[1].input + h) * axes[2].input + w;
        copy_unsigned(
          y, layer->x + index * pixel + j->group * channels, channels, layer->x_is_signed);
      }
    }
  }
}

static void stage_item(const void *context, size_t item) {
  const job *j = context;
  const size_t end = press_minimum((item + 1) * staged_rows, j->rows);
  for (size_t row = item * staged_rows; row < end; row++) {
    const size_t image = (j->first + row) / j->positions;
    uint8_t *y = j->staged + row * j->stride;
    stage_row(j, image, (j->first + row) % j->positions, y);
    memset(y + j->depth, 0, j->stride - j->depth);
    const int32_t zero = zero_of(j->layer, image);
    uint32_t sum = 0;
    if (j->needs_rests) {
      for (size_t i = 0; i < j->depth; i++) sum += y[i];
      sum -= (uint32_t)j->depth * (uint32_t)zero;
    }
    j->row_zeros[row] = zero;
    j->row_rests[row] = (int32_t)sum;
  }
}

/// Finishes sums of rows first ..< first + rows and of columns of all groups.
static void finish(
  const job *j, size_t first, size_t column, press_integer_sums sums) {
  const press_integer_layer *layer = j->layer;
  const size_t all = layer->groups * layer->columns;
  const size_t width = layer->scales ? 1 : sizeof(int32_t);
  sums.bias = layer->bias ? layer->bias + column : NULL;
  sums.scales = layer->scales ? layer->scales + column : NULL;
  sums.y_zero = layer->y_zero;
  sums.y_is_signed = layer->y_is_signed;
  sums.y = (uint8_t *)layer->y + (first * all + column) * width;
  sums.y_stride = all;
  j->team->kernels->finish_sums(&sums);
}

static void product_item(const void *context, size_t item) {
  const job *j = context;
  const press_integer_layer *layer = j->layer;
  const size_t blocks = press_pieces(j->rows, row_block);
  const size_t row = item % blocks * row_block, column = item / blocks * column_block;
  const size_t columns = press_minimum(column_block, layer->columns - column);
  const size_t panels = press_integer_panels(layer->columns, j->depth);
  int32_t tile[row_block * column_block];
  const press_dot8 dot = {
    .rows = press_minimum(row_block, j->rows - row),
    .quads = j->stride / quad,
    .panels = press_pieces(columns, PRESS_LANES),
    .x = j->staged + row * j->stride,
    .x_stride = j->stride,
    .w = layer->panels + j->group * panels + column * j->stride,
    .sums = tile,
    .sums_stride = column_block,
  };
  j->team->kernels->dot8(&dot);
  const size_t place = j->group * layer->columns + column;
  const press_integer_sums sums = {
    .rows = dot.rows,
    .columns = columns,
    .sums = tile,
    .sums_stride = column_block,
    .row_zeros = j->row_zeros + row,
    .row_rests = j->row_rests + row,
    .column_sums = layer->w_sums + place,
    .column_zeros = layer->w_zeros + place,
  };
  finish(j, j->first + row, place, sums);
}

/// Whether a packed weight's zero points, shifted as its bytes are, are other than 0 anywhere.
static bool has_zeros(const press_integer_layer *layer) {
  for (size_t c = 0; c < layer->groups * layer->columns; c++) {
    if (layer->w_zeros[c] != 0) return true;
  }
  return false;
}

void press_integer_convolve(
  const press_team *team, const press_integer_layer *layer, void *scratch) {
  job j = job_of(layer);
  const size_t rows = layer->images * j.positions;
  if (rows == 0 || layer->columns == 0) return;
  j.team = team;
  if (is_depthwise(layer)) {
    press_integer_depthwise(team, layer, scratch);
    return;
  }
  j.row_zeros = scratch;
  j.row_rests = j.row_zeros + j.round;
  j.staged = (uint8_t *)(j.row_rests + j.round);
  j.needs_rests = has_zeros(layer);
  const bool small = (double)rows * layer->columns * layer->groups * j.depth < press_small_work;
  press_threads *threads = small ? NULL : team->threads;
  for (j.first = 0; j.first < rows; j.first += j.round) {
    j.rows = press_minimum(j.round, rows - j.first);
    for (j.group = 0; j.group < layer->groups; j.group++) {
      press_parallel_for(threads, press_pieces(j.rows, staged_rows), stage_item, &j);
      const size_t blocks = press_pieces(j.rows, row_block);
      press_parallel_for(
        threads, blocks * press_pieces(layer->columns, column_block), product_item, &j);
    }
  }
}
