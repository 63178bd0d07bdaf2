#include "dense.h"

// A direct convolution is one product: its rows are output pixels, and a column of the weight is a
// fixed offset from a pixel's first input. Only padding makes a copy of the input necessary.

/// The input that the windows of an axis reach, padding included.
static size_t reach(const press_axis *axis) {
  if (axis->output == 0) return 0;
  return (axis->output - 1) * axis->stride + (axis->kernel - 1) * axis->dilation + 1;
}

/// Floats of one image copied with its padding; 0 where the input serves as it is.
static size_t stage_floats(const press_dense_convolution *c) {
  bool pads = false;
  size_t floats = c->groups * c->channels;
  for (int axis = 0; axis < 3; axis++) {
    pads |= c->axes[axis].pad_begin > 0 || reach(&c->axes[axis]) > c->axes[axis].input;
    floats *= reach(&c->axes[axis]);
  }
  return pads ? floats : 0;
}

/// The staged elements of an axis: all of the input where nothing has to be padded.
static size_t staged(const press_dense_convolution *c, int axis) {
  return stage_floats(c) > 0 ? reach(&c->axes[axis]) : c->axes[axis].input;
}

size_t press_dense_columns(const press_dense_convolution *c) {
  return c->axes[0].kernel * c->axes[1].kernel * c->axes[2].kernel * c->channels;
}

void press_dense_offsets(const press_dense_convolution *c, uint32_t *offsets) {
  const press_axis *axes = c->axes;
  const size_t pixel = c->groups * c->channels, line = staged(c, 2) * pixel;
  const size_t plane = staged(c, 1) * line;
  for (size_t i = 0; i < axes[0].kernel; i++) {
    for (size_t k = 0; k < axes[1].kernel; k++) {
      for (size_t l = 0; l < axes[2].kernel; l++) {
        const size_t start = i * axes[0].dilation * plane + k * axes[1].dilation * line
          + l * axes[2].dilation * pixel;
        for (size_t channel = 0; channel < c->channels; channel++) {
          *offsets++ = (uint32_t)(start + channel);
        }
      }
    }
  }
}

/// Whether a window's inputs follow one another.
static bool is_contiguous(const press_dense_convolution *c) {
  const press_axis *axes = c->axes;
  return axes[0].kernel == 1 && axes[1].kernel == 1
    && (axes[2].kernel == 1 || (c->groups == 1 && axes[2].dilation == 1));
}

typedef struct stage_job {
  const press_dense_convolution *convolution;
  const float *x;
  float *scratch;
  size_t lines, piece;
} stage_job;

/// Copies one line with its padding, or fills it with zeros.
static void stage_line(const stage_job *j, size_t index) {
  const press_dense_convolution *c = j->convolution;
  const size_t pixel = c->groups * c->channels, width = reach(&c->axes[2]) * pixel;
  const size_t lines = reach(&c->axes[1]), planes = reach(&c->axes[0]);
  const size_t image = index / lines / planes;
  // Below the padding these wrap around and are larger than any input.
  const size_t plane = index / lines % planes - c->axes[0].pad_begin;
  const size_t line = index % lines - c->axes[1].pad_begin;
  float *y = j->scratch + index * width;
  if (plane >= c->axes[0].input || line >= c->axes[1].input) {
    memset(y, 0, width * sizeof(float));
    return;
  }
  const size_t before = press_minimum(c->axes[2].pad_begin * pixel, width);
  const size_t inside = press_minimum(c->axes[2].input * pixel, width - before);
  const size_t row = (image * c->axes[0].input + plane) * c->axes[1].input + line;
  memset(y, 0, before * sizeof(float));
  memcpy(y + before, j->x + row * c->axes[2].input * pixel, inside * sizeof(float));
  memset(y + before + inside, 0, (width - before - inside) * sizeof(float));
}

static void stage_item(const void *context, size_t item) {
  const stage_job *j = context;
  const size_t end = press_minimum((item + 1) * j->piece, j->lines);
  for (size_t line = item * j->piece; line < end; line++) stage_line(j, line);
}

static void stage_images(
  const press_team *team, const press_dense_convolution *c, size_t images, const float *x,
  float *scratch) {
  stage_job j = {c, x, scratch, images * reach(&c->axes[0]) * reach(&c->axes[1])};
  const size_t line = reach(&c->axes[2]) * c->groups * c->channels;
  j.piece = press_pieces(press_small_work, line);
  press_parallel_for(team->threads, press_pieces(j.lines, j.piece), stage_item, &j);
}

/// Rows of a group's channels that are too short for a function of their own.
enum { narrow_rows = 64 };

/// The products of `images` images whose inputs, staged or not, start at x.
static void multiply_images(
  const press_team *team, const press_dense_convolution *c, const float *weight,
  const press_epilogue *epilogue, size_t images, const float *x, float *y) {
  const press_axis *axes = c->axes;
  const size_t group_rows = c->rows / c->groups, columns = press_dense_columns(c);
  const size_t pixel = c->groups * c->channels, line = staged(c, 2) * pixel;
  const size_t plane = staged(c, 1) * line, pixels = axes[0].output * axes[1].output * axes[2].output;
  // A function of few elements in a row costs more than the row: then it runs over all groups' rows.
  const bool apart = c->groups > 1 && group_rows < narrow_rows
    && epilogue->activation > press_activation_clip;
  press_epilogue sums = *epilogue;
  if (apart) sums.activation = press_activation_none;
  const press_dense dense = {
    .team = team,
    .epilogue = &sums,
    .product = {
      .rows = images * pixels,
      .depth = columns,
      .columns = group_rows,
      .offsets = is_contiguous(c) ? NULL : c->offsets,
      .weight = weight,
      .panel_stride = columns * PRESS_LANES,
      .residual = epilogue->residual,
      .y = y,
      .y_stride = c->rows,
    },
    .x = x,
    .places = {
      {images, axes[0].output, axes[1].output, axes[2].output},
      {staged(c, 0) * plane, axes[0].stride * plane, axes[1].stride * line, axes[2].stride * pixel},
    },
    .groups = c->groups,
    .x_group = c->channels,
    .weight_group = press_pieces(group_rows, PRESS_LANES) * PRESS_LANES * columns,
    .coded = c->coded.codes ? &c->coded : NULL,
  };
  press_run_dense(&dense);
  if (!apart) return;
  press_epilogue rest = *epilogue;
  rest.bias = rest.residual = NULL;
  press_finish(team, &rest, images * pixels, c->rows, y);
}

typedef struct depthwise_job {
  const press_team *team;
  const press_dense_convolution *convolution;
  const float *weight;
  const press_epilogue *epilogue;
  const float *x;
  float *y;
  size_t channels_each, channel_items;
} depthwise_job;

/// Some channels of an output row.
static void depthwise_item(const void *context, size_t item) {
  const depthwise_job *j = context;
  const press_dense_convolution *c = j->convolution;
  const press_axis *v = &c->axes[1], *h = &c->axes[2];
  const size_t channel = item % j->channel_items * j->channels_each;
  const size_t line = item / j->channel_items, image = line / v->output;
  const size_t place = line * h->output * c->groups + channel;
  const press_epilogue *e = j->epilogue;
  const press_depthwise depthwise = {
    .vertical = v,
    .horizontal = h,
    .channels = press_minimum(j->channels_each, c->groups - channel),
    .pixel_stride = c->groups,
    .row = line % v->output,
    .x = j->x + image * v->input * h->input * c->groups + channel,
    .weight = j->weight + channel,
    .bias = e->bias ? e->bias + channel : NULL,
    .residual = e->residual ? e->residual + place : NULL,
    .low = press_low(e),
    .high = press_high(e),
    .y = j->y + place,
  };
  j->team->kernels->depthwise(&depthwise);
  press_activate(
    j->team->kernels, e, h->output, depthwise.channels, depthwise.y, c->groups);
}

static void convolve_depthwise(
  const press_team *team, const press_dense_convolution *c, const float *weight,
  const press_epilogue *epilogue, const float *x, float *y) {
  const size_t lines = c->images * c->axes[1].output;
  const size_t line_work = c->axes[2].output * c->axes[1].kernel * c->axes[2].kernel;
  depthwise_job j = {team, c, weight, epilogue, x, y, c->groups, 1};
  // Few rows are cut by channels too.
  while (lines * j.channel_items < 8 && j.channels_each > 2 * PRESS_LANES) {
    j.channels_each = press_pieces(j.channels_each / 2, PRESS_LANES) * PRESS_LANES;
    j.channel_items = press_pieces(c->groups, j.channels_each);
  }
  const bool small = (double)lines * line_work * c->groups < press_small_work;
  press_parallel_for(
    small ? NULL : team->threads, lines * j.channel_items, depthwise_item, &j);
}

size_t press_dense_scratch(const press_dense_convolution *c) {
  switch (c->algorithm) {
    case press_algorithm_direct: return c->staged_images * stage_floats(c);
    case press_algorithm_depthwise: return 0;
    default: return press_winograd_scratch(c);
  }
}

size_t press_dense_thread_scratch(const press_dense_convolution *c) {
  const bool is_winograd =
    c->algorithm == press_algorithm_winograd2 || c->algorithm == press_algorithm_winograd4;
  if (c->coded.codes) return PRESS_CODED_TILE;
  return is_winograd ? press_winograd_thread_scratch(c) : 0;
}

void press_convolve_dense(
  const press_team *team, const press_dense_convolution *c, const float *weight,
  const press_epilogue *epilogue, const float *x, float *y, float *scratch) {
  const press_axis *axes = c->axes;
  const size_t pixels = axes[0].output * axes[1].output * axes[2].output;
  if (c->images == 0 || c->groups == 0 || c->rows == 0 || pixels == 0) return;
  if (c->algorithm == press_algorithm_depthwise) {
    convolve_depthwise(team, c, weight, epilogue, x, y);
    return;
  }
  if (c->algorithm != press_algorithm_direct) {
    press_convolve_winograd(team, c, weight, epilogue, x, y, scratch);
    return;
  }
  if (stage_floats(c) == 0) {
    multiply_images(team, c, weight, epilogue, c->images, x, y);
    return;
  }
  const size_t size = axes[0].input * axes[1].input * axes[2].input * c->groups * c->channels;
  press_epilogue part = *epilogue;
  for (size_t image = 0; image < c->images; image += c->staged_images) {
    const size_t images = press_minimum(c->staged_images, c->images - image);
    const size_t place = image * pixels * c->rows;
    stage_images(team, c, images, x + image * size, scratch);
    if (epilogue->residual) part.residual = epilogue->residual + place;
    multiply_images(team, c, weight, &part, images, scratch, y + place);
  }
}
