#include "integer.h"

// A convolution of integers is a product of 8-bit matrices whose rows are the windows of pixels.
// Where x is such a matrix already, it is taken as it is. Otherwise images are copied with what lies
// around them, or where that is not possible, or sums of rows are needed, rows are staged. As much
// as fits into the cache is made ready, then multiplied by all columns.

enum { row_block = 48, column_block = 64 };

size_t press_integer_panels(size_t columns, size_t depth, size_t run) {
  return press_pieces(columns, PRESS_LANES) * PRESS_LANES * packed_depth(depth, run);
}

void press_pack_integers(const press_integer_source *source, int8_t *panels, int32_t *sums) {
  const size_t run = source->run, filled = press_pieces(run, quad) * quad;
  const size_t panel = PRESS_LANES * packed_depth(source->depth, run);
  const uint8_t mask = source->is_signed ? 0 : flip;
  memset(panels, 0, press_integer_panels(source->columns, source->depth, run));
  for (size_t c = 0; c < source->columns; c++) {
    const uint8_t *column = source->x + c * source->column_stride;
    int8_t *target = panels + c / PRESS_LANES * panel + c % PRESS_LANES * quad;
    int32_t sum = 0;
    for (size_t k = 0, outer = 0; k < source->depth; outer++) {
      for (size_t inner = 0; inner < source->inner; inner++, k++) {
        const uint8_t byte =
          column[outer * source->outer_stride + inner * source->inner_stride] ^ mask;
        const size_t place = k / run * filled + k % run;
        target[place / quad * PRESS_LANES * quad + place % quad] = (int8_t)byte;
        sum += (int8_t)byte;
      }
    }
    sums[c] = sum;
  }
}

size_t press_integer_run(const press_integer_layer *layer) {
  const size_t taps =
    has_lines(layer) ? layer->axes[PRESS_SPATIAL_AXES - 1].kernel : taps_of(layer);
  return taps * layer->channels;
}

/// A job as far as sizes say.
static integer_job job_of(const press_integer_layer *layer) {
  integer_job j = {.layer = layer, .positions = 1, .run = press_integer_run(layer)};
  for (int i = 0; i < PRESS_SPATIAL_AXES; i++) j.positions *= layer->axes[i].output;
  j.depth = taps_of(layer) * layer->channels;
  j.stride = packed_depth(j.depth, j.run);
  press_measure_images(&j);
  return j;
}

/// The rows that are staged at a time.
static size_t staged_round(const integer_job *j) {
  const size_t fitting = staged_bytes / (j->stride + 1) / row_block * row_block;
  return press_minimum(fitting ? fitting : row_block, j->layer->images * j->positions);
}

/// The images that are copied at a time.
static size_t image_round(const integer_job *j) {
  const size_t fitting = staged_bytes / (j->image_bytes + 1);
  return press_minimum(fitting ? fitting : 1, j->layer->images);
}

size_t press_integer_scratch(const press_integer_layer *layer) {
  if (is_depthwise(layer)) return press_integer_depthwise_scratch(layer);
  const integer_job j = job_of(layer);
  const size_t columns = layer->groups * layer->columns * sizeof(int32_t);
  size_t rows, images, bytes;
  // A window's last quad may end behind the last image.
  if (
    __builtin_mul_overflow(staged_round(&j), j.stride + 2 * sizeof(int32_t), &rows)
    || __builtin_mul_overflow(image_round(&j), j.image_bytes, &images)
    || __builtin_add_overflow(rows > images ? rows : images, columns + j.stride + quad, &bytes)) {
    return SIZE_MAX;
  }
  return bytes;
}

static void product_item(const void *context, size_t item) {
  const integer_job *j = context;
  const press_integer_layer *layer = j->layer;
  const size_t blocks = press_pieces(j->rows, row_block);
  const size_t row = item % blocks * row_block, column = item / blocks * column_block;
  const size_t columns = press_minimum(column_block, layer->columns - column);
  const size_t panels = press_integer_panels(layer->columns, j->depth, j->run);
  int32_t tile[row_block * column_block];
  const uint8_t *rows[row_block];
  const size_t all = layer->groups * layer->columns;
  const size_t place = j->group * layer->columns + column, first = j->first + row;
  const press_dot8 dot = {
    .rows = press_minimum(row_block, j->rows - row),
    .quads = j->stride / quad,
    .panels = press_pieces(columns, PRESS_LANES),
    .x = rows,
    .offsets = j->offsets,
    .w = layer->panels + j->group * panels + column * j->stride,
    .sums = tile,
    .sums_stride = column_block,
  };
  press_find_rows(j, row, dot.rows, rows);
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

/// How rows come about.
static integer_form form_of(const integer_job *j) {
  if (j->needs_rests || j->layer->x_zero_step) return press_rows_staged;
  if (is_matrix(j->layer)) return press_rows_given;
  return j->image_bytes > 0 ? press_rows_in_images : press_rows_staged;
}

/// Shares the scratch memory out, and fills what depends on columns alone.
static void prepare(integer_job *j, void *scratch) {
  const press_integer_layer *layer = j->layer;
  const size_t columns = layer->groups * layer->columns;
  j->needs_rests = has_zeros(layer);
  j->form = form_of(j);
  j->bias = scratch;
  j->offsets = (uint32_t *)(j->bias + columns);
  j->row_zeros = (int32_t *)(j->offsets + j->stride / quad);
  j->round = layer->images * j->positions;
  if (j->form == press_rows_in_images) j->round = image_round(j) * j->positions;
  if (j->form == press_rows_staged) j->round = staged_round(j);
  const size_t kept = j->form == press_rows_staged ? j->round : 0;
  j->row_rests = j->row_zeros + kept;
  j->staged = (uint8_t *)(j->row_rests + kept);
  for (size_t c = 0; c < columns; c++) {
    // Zero points by row are taken off later.
    j->bias[c] = shifted_bias(layer, c, layer->x_zero_step ? 0 : layer->w_sums[c]);
  }
  press_fill_offsets(j);
}

void press_integer_convolve(
  const press_team *team, const press_integer_layer *layer, void *scratch) {
  integer_job j = job_of(layer);
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
  for (j.first = 0; j.first < rows; j.first += j.round) {
    j.rows = press_minimum(j.round, rows - j.first);
    if (j.form == press_rows_in_images) press_stage_images(&j, threads);
    for (j.group = 0; j.group < layer->groups; j.group++) {
      if (j.form == press_rows_staged) press_stage_rows(&j, threads);
      const size_t blocks = press_pieces(j.rows, row_block);
      press_parallel_for(
        threads, blocks * press_pieces(layer->columns, column_block), product_item, &j);
    }
  }
}
