#include <math.h>

#include "driver.h"

// Examples are independent of one another; the threads share them.

typedef struct job job;
/// What a cell does to an example: its row of x, and what is its own of the arrays by example.
typedef void cell(const job *j, size_t example, const float *x);

struct job {
  const press_team *team;
  const press_recurrent_step *step;
  cell *cell;
  /// Whether the cell ends a step.
  bool ends;
};

/// Applies a function in place to what has been clipped.
static void apply_clipped(const job *j, int number, size_t count, float *x) {
  const press_cell_function *function = &j->step->functions[number];
  const float alpha = function->alpha, beta = function->beta;
  press_unary_kernel *const *unary = j->team->kernels->unary;
  switch (function->kind) {
    case press_cell_unary: unary[function->unary](count, x, x, alpha, beta); break;
    case press_cell_affine:
      for (size_t i = 0; i < count; i++) x[i] = alpha * x[i] + beta;
      break;
    case press_cell_scaled_tanh:
      for (size_t i = 0; i < count; i++) x[i] *= beta;
      unary[press_unary_tanh](count, x, x, 0, 0);
      for (size_t i = 0; i < count; i++) x[i] *= alpha;
      break;
  }
}

static void apply(const job *j, int number, size_t count, float *x) {
  const float clip = j->step->clip;
  if (clip < INFINITY) {
    for (size_t i = 0; i < count; i++) x[i] = x[i] < -clip ? -clip : (x[i] > clip ? clip : x[i]);
  }
  apply_clipped(j, number, count, x);
}

static void add(size_t count, const float *restrict x, float *restrict y) {
  for (size_t i = 0; i < count; i++) y[i] += x[i];
}

/// y = y + x * weights.
static void add_weighted(
  size_t count, const float *restrict x, const float *restrict weights, float *restrict y) {
  for (size_t i = 0; i < count; i++) y[i] += x[i] * weights[i];
}

static void simple(const job *j, size_t example, const float *x) {
  const press_recurrent_step *s = j->step;
  float *gate = s->gates + example * s->hidden;
  add(s->hidden, x, gate);
  apply(j, 0, s->hidden, gate);
  memcpy(s->h + example * s->hidden, gate, s->hidden * sizeof(float));
}

static void lstm(const job *j, size_t example, const float *x) {
  const press_recurrent_step *s = j->step;
  const size_t n = s->hidden;
  float *i = s->gates + example * 4 * n, *o = i + n, *f = o + n, *g = f + n;
  float *c = s->c + example * n, *h = s->h + example * n;
  const float *p = s->peepholes;
  add(4 * n, x, i);
  if (p) {
    add_weighted(n, c, p, i);
    add_weighted(n, c, p + 2 * n, f);
  }
  apply(j, 0, n, i);
  if (s->input_forget) {
    for (size_t k = 0; k < n; k++) f[k] = 1 - i[k];
  } else {
    apply(j, 0, n, f);
  }
  apply(j, 1, n, g);
  for (size_t k = 0; k < n; k++) h[k] = c[k] = f[k] * c[k] + i[k] * g[k];
  if (p) add_weighted(n, c, p + n, o);
  apply(j, 0, n, o);
  // The cell is not clipped on its way out.
  apply_clipped(j, 2, n, h);
  for (size_t k = 0; k < n; k++) h[k] *= o[k];
}

/// z and r out of their gates, which are the first two.
static void open_gates(const job *j, const float *x, float *gates) {
  const size_t n = j->step->hidden;
  add(2 * n, x, gates);
  apply(j, 0, 2 * n, gates);
}

/// The candidate's input becomes the candidate; then h moves towards it.
static void update(const job *j, const float *x, const float *z, float *candidate, float *h) {
  const size_t n = j->step->hidden;
  add(n, x, candidate);
  apply(j, 1, n, candidate);
  for (size_t k = 0; k < n; k++) h[k] = (1 - z[k]) * candidate[k] + z[k] * h[k];
}

static void gru(const job *j, size_t example, const float *x) {
  const press_recurrent_step *s = j->step;
  const size_t n = s->hidden;
  float *z = s->gates + example * 3 * n, *r = z + n, *candidate = r + n;
  open_gates(j, x, z);
  for (size_t k = 0; k < n; k++) candidate[k] *= r[k];
  update(j, x + 2 * n, z, candidate, s->h + example * n);
}

static void gru_reset(const job *j, size_t example, const float *x) {
  const press_recurrent_step *s = j->step;
  const size_t n = s->hidden;
  float *z = s->gates + example * 2 * n, *r = z + n;
  const float *h = s->h + example * n;
  open_gates(j, x, z);
  for (size_t k = 0; k < n; k++) s->reset[example * n + k] = r[k] * h[k];
}

static void gru_update(const job *j, size_t example, const float *x) {
  const press_recurrent_step *s = j->step;
  const size_t n = s->hidden;
  update(
    j, x + 2 * n, s->gates + example * 2 * n, s->candidates + example * n, s->h + example * n);
}

static void example_item(const void *context, size_t example) {
  const job *j = context;
  const press_recurrent_step *s = j->step;
  const size_t length = (size_t)s->lengths[example], bytes = s->hidden * sizeof(float);
  float *y = s->y ? s->y + example * s->y_batch : NULL;
  if (s->step >= length) {
    if (j->ends && y) memset(y + s->step * s->y_time, 0, bytes);
    return;
  }
  const size_t time = s->reverse ? length - 1 - s->step : s->step;
  j->cell(j, example, s->x + time * s->x_time + example * s->x_batch);
  if (j->ends && y) memcpy(y + time * s->y_time, s->h + example * s->hidden, bytes);
}

static void run(const press_team *team, const press_recurrent_step *step, cell *cell, bool ends) {
  const job j = {team, step, cell, ends};
  const bool small = step->batch * step->hidden * 8 < press_small_work;
  press_parallel_for(small ? NULL : team->threads, step->batch, example_item, &j);
}

void press_step_simple(const press_team *team, const press_recurrent_step *step) {
  run(team, step, simple, true);
}

void press_step_lstm(const press_team *team, const press_recurrent_step *step) {
  run(team, step, lstm, true);
}

void press_step_gru(const press_team *team, const press_recurrent_step *step) {
  run(team, step, gru, true);
}

void press_step_gru_reset(const press_team *team, const press_recurrent_step *step) {
  run(team, step, gru_reset, false);
}

void press_step_gru_update(const press_team *team, const press_recurrent_step *step) {
  run(team, step, gru_update, true);
}
