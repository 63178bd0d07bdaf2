#include "integer.h"

// A convolution of integers is a product of 8-bit matrices. Rows of pixels are staged: the window's
// elements one behind the other, as unsigned bytes, filled up to whole quads. As many rows as fit
// into the cache are staged, then multiplied by all columns. Where x is such a matrix already, it
// is taken as it is.

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
  /// What is added to the sums of each column of all groups.
  int32_t *bias;
  bool needs_rests, is_direct;
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
  const size_t columns = layer->groups * layer->columns * sizeof(int32_t);
  size_t bytes;
  if (
    __builtin_mul_overflow(j.round, j.stride + 2 * sizeof(int32_t), &bytes)
    || __builtin_add_overflow(bytes, columns, &bytes)) {
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

/// Stages one row of a pixel's window: `x` is the row of the image, or null outside.
static uint8_t *stage_line(
  const job *j, const uint8_t *x, size_t place, uint8_t zero, uint8_t *y) {
  const press_integer_layer *layer = j->layer;
  const press_axis *axis = &layer->axes[PRESS_SPATIAL_AXES - 1];
  const size_t pixel = layer->groups * layer->channels, channels = layer->channels;
  // Neighbours lie side by side.
  const bool is_run = axis->dilation == 1 && layer->groups == 1;
  for (size_t tap = 0; tap < axis->kernel;) {
    size_t index, run = 1;
    if (!x || !seen(axis, place, tap, &index)) {
      memset(y, zero, channels);
    } else {
      if (is_run) run = press_minimum(axis->kernel - tap, axis->input - index);
      copy_unsigned(y, x + index * pixel, run * channels, layer->x_is_signed);
    }
    y += run * channels;
    tap += run;
  }
  return y;
}

/// Stages the window of one pixel.
static void stage_row(const job *j, size_t image, size_t position, uint8_t *y) {
  const press_integer_layer *layer = j->layer;
  const press_axis *axes = layer->axes;
  const size_t line = axes[2].input * layer->groups * layer->channels;
  const uint8_t zero = (uint8_t)zero_of(layer, image);
  size_t place[PRESS_SPATIAL_AXES], d, h;
  place_of(layer, position, place);
  for (size_t tap_d = 0; tap_d < axes[0].kernel; tap_d++) {
    const bool inside_d = seen(&axes[0], place[0], tap_d, &d);
    for (size_t tap_h = 0; tap_h < axes[1].kernel; tap_h++) {
      const uint8_t *x = NULL;
      if (inside_d && seen(&axes[1], place[1], tap_h, &h)) {
        x = layer->x + ((image * axes[0].input + d) * axes[1].input + h) * line
          + j->group * layer->channels;
      }
      y = stage_line(j, x, place[2], zero, y);
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

static void product_item(const void *context, size_t item) {
  const job *j = context;
  const press_integer_layer *layer = j->layer;
  const size_t blocks = press_pieces(j->rows, row_block);
  const size_t row = item % blocks * row_block, column = item / blocks * column_block;
  const size_t columns = press_minimum(column_block, layer->columns - column);
  const size_t panels = press_integer_panels(layer->columns, j->depth);
  int32_t tile[row_block * column_block];
  const size_t pixel = layer->groups * layer->channels, all = layer->groups * layer->columns;
  const size_t place = j->group * layer->columns + column, first = j->first + row;
  const press_dot8 dot = {
    .rows = press_minimum(row_block, j->rows - row),
    .quads = j->stride / quad,
    .panels = press_pieces(columns, PRESS_LANES),
    .x = j->is_direct ? layer->x + first * pixel + j->group * layer->channels
                      : j->staged + row * j->stride,
    .x_stride = j->is_direct ? pixel : j->stride,
    .w = layer->panels + j->group * panels + column * j->stride,
    .sums = tile,
    .sums_stride = column_block,
  };
  j->team->kernels->dot8(&dot);
  const press_integer_sums sums = {
    .rows = dot.rows,
    .columns = columns,
    .sums = tile,
    .sums_stride = column_block,
    .bias = j->bias + place,
    .row_zeros = layer->x_zero_step ? j->row_zeros + row : NULL,
    .row_rests = j->needs_rests ? j->row_rests + row : NULL,
    .column_sums = layer->w_sums + place,
    .column_zeros = layer->w_zeros + place,
    .result = result_of(layer, place),
    .y = (uint8_t *)layer->y + (first * all + place) * result_width(layer),
    .y_stride = all,
  };
  j->team->kernels->finish_sums(&sums);
}

/// Whether a packed weight's zero points, shifted as its bytes are, are other than 0 anywhere.
static bool has_zeros(const press_integer_layer *layer) {
  for (size_t c = 0; c < layer->groups * layer->columns; c++) {
    if (layer->w_zeros[c] != 0) return true;
  }
  return false;
}

/// Whether x's pixels are rows of a product as they are.
static bool is_matrix(const press_integer_layer *layer) {
  for (int i = 0; i < PRESS_SPATIAL_AXES; i++) {
    const press_axis *axis = &layer->axes[i];
    if (axis->kernel > 1 || axis->stride > 1 || axis->pad_begin || axis->output != axis->input) {
      return false;
    }
  }
  return !layer->x_is_signed && layer->x_zero_step == 0 && layer->channels % quad == 0;
}

/// Shares the scratch memory out, and fills what depends on columns alone.
static void prepare(job *j, void *scratch) {
  const press_integer_layer *layer = j->layer;
  const size_t columns = layer->groups * layer->columns;
  j->bias = scratch;
  j->row_zeros = j->bias + columns;
  j->row_rests = j->row_zeros + j->round;
  j->staged = (uint8_t *)(j->row_rests + j->round);
  j->needs_rests = has_zeros(layer);
  j->is_direct = !j->needs_rests && is_matrix(layer);
  for (size_t c = 0; c < columns; c++) {
    // Zero points by row are taken off later.
    j->bias[c] = shifted_bias(layer, c, layer->x_zero_step ? 0 : layer->w_sums[c]);
  }
}

void press_integer_convolve(
  const press_team *team, const press_integer_layer *layer, void *scratch) {
  job j = job_of(layer);
  const size_t rows = layer->images * j.positions;
  if (rows == 0 || layer->columns == 0) return;
  if (is_depthwise(layer)) {
    press_integer_depthwise(team, layer, scratch);
    return;
  }
  j.team = team;
  prepare(&j, scratch);
  const bool small = (double)rows * layer->columns * layer->groups * j.depth < press_small_work;
  press_threads *threads = small ? NULL : team->threads;
  if (j.is_direct) j.round = rows;
  for (j.first = 0; j.first < rows; j.first += j.round) {
    j.rows = press_minimum(j.round, rows - j.first);
    for (j.group = 0; j.group < layer->groups; j.group++) {
      if (!j.is_direct) {
        press_parallel_for(threads, press_pieces(j.rows, staged_rows), stage_item, &j);
      }
      const size_t blocks = press_pieces(j.rows, row_block);
      press_parallel_for(
        threads, blocks * press_pieces(layer->columns, column_block), product_item, &j);
    }
  }
}
