#include "check.h"

// Layouts (outer, axis, inner) with whole blocks of lanes and parts of them.
static const size_t layouts[][3] = {
  {3, 1, 1}, {2, 15, 1}, {2, 16, 1}, {2, 17, 1}, {2, 300, 1}, {2, 7, 5}, {2, 7, 16}, {1, 9, 33}};

static double reduced(press_reduction kind, const float *x, size_t count, size_t step) {
  double sum = kind == press_reduction_prod, largest = -INFINITY, exponentials = 0;
  for (size_t i = 0; i < count; i++) {
    const double value = x[i * step];
    largest = fmax(largest, value);
    switch (kind) {
      case press_reduction_prod: sum *= value; break;
      case press_reduction_l1: sum += fabs(value); break;
      case press_reduction_l2: case press_reduction_sum_square: sum += value * value; break;
      default: sum += value;
    }
  }
  for (size_t i = 0; i < count; i++) exponentials += exp(x[i * step] - largest);
  switch (kind) {
    case press_reduction_mean: return sum / (double)count;
    case press_reduction_max: return largest;
    case press_reduction_l2: return sqrt(sum);
    case press_reduction_log_sum: return log(sum);
    case press_reduction_log_sum_exp: return largest + log(exponentials);
    default: return sum;
  }
}

static void check_layout(const press_team *team, const size_t *s) {
  const size_t count = s[0] * s[1] * s[2], results = s[0] * s[2];
  float *x = random_floats(count), *y = random_floats(count);
  int64_t *indices = calloc(results, sizeof *indices);
  for (size_t i = 0; i < count; i++) x[i] += 1.5f;
  for (press_reduction kind = 0; kind < press_reduction_count; kind++) {
    if (kind == press_reduction_min || (kind == press_reduction_prod && s[1] > 100)) continue;
    press_reduce(team, kind, press_float32, s[0], s[1], s[2], x, y);
    for (size_t i = 0; i < results; i++) {
      const float *line = x + i / s[2] * s[1] * s[2] + i % s[2];
      const double exact = reduced(kind, line, s[1], s[2]);
      expect_near("reduction", y[i], exact, (double)s[1] * 0x1p-22 * fabs(exact));
    }
  }
  press_reduce_index(team, true, false, press_float32, s[0], s[1], s[2], x, indices);
  press_softmax(team, false, s[0], s[1], s[2], x, y);
  for (size_t i = 0; i < results; i++) {
    const float *line = x + i / s[2] * s[1] * s[2] + i % s[2];
    const float *soft = y + (line - x);
    const double total = reduced(press_reduction_log_sum_exp, line, s[1], s[2]);
    const double largest = reduced(press_reduction_max, line, s[1], s[2]);
    if (line[(size_t)indices[i] * s[2]] != largest) fail("index %lld", (long long)indices[i]);
    for (size_t k = 0; k < s[1]; k++) {
      expect_near("softmax", soft[k * s[2]], exp(line[k * s[2]] - total), 1e-6);
    }
  }
  free(x), free(y), free(indices);
}

static void check_normalization(const press_team *team, size_t channels, size_t inner) {
  const size_t count = channels * inner;
  float *x = random_floats(2 * count), *y = random_floats(2 * count);
  float *scale = random_floats(channels), *bias = random_floats(channels);
  const press_rows rows = {
    press_normalization_standard, 1e-5f, 2, 1, channels, inner, x, scale, bias, y, NULL, NULL};
  press_normalize(team, &rows);
  for (size_t i = 0; i < 2 * count; i++) {
    const float *row = x + i / count * count;
    const double mean = reduced(press_reduction_mean, row, count, 1);
    double variance = 0;
    for (size_t k = 0; k < count; k++) variance += (row[k] - mean) * (row[k] - mean);
    const size_t c = i % count / inner;
    const double exact =
      (x[i] - mean) / sqrt(variance / (double)count + 1e-5f) * scale[c] + bias[c];
    expect_near("normalization", y[i], exact, 1e-5);
  }
  free(x), free(y), free(scale), free(bias);
}

static void check_responses(const press_team *team, size_t channels, size_t inner) {
  const press_lrn_window window = {1, 2, 0.5f, 0.75f, 1};
  float *x = random_floats(channels * inner), *y = random_floats(channels * inner);
  press_lrn(team, &window, 1, channels, inner, x, y);
  for (size_t i = 0; i < channels * inner; i++) {
    const size_t c = i / inner, first = c > 0 ? c - 1 : 0;
    double sum = 0;
    for (size_t k = first; k < channels && k <= c + 2; k++) {
      const double value = x[k * inner + i % inner];
      sum += value * value;
    }
    expect_near("lrn", y[i], x[i] * pow(1 + 0.5 * sum, -0.75), 1e-6);
  }
  free(x), free(y);
}

void check_rows(const press_team *team) {
  for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) check_layout(team, layouts[i]);
  check_normalization(team, 37, 1);
  check_normalization(team, 3, 21);
  check_responses(team, 21, 1);
  check_responses(team, 5, 19);
  checked(press_kernel_reduce_row), checked(press_kernel_reduce_columns);
  checked(press_kernel_index_row), checked(press_kernel_index_columns);
  checked(press_kernel_softmax_row), checked(press_kernel_softmax_columns);
  checked(press_kernel_row_moments), checked(press_kernel_affine);
  checked(press_kernel_affine_all), checked(press_kernel_lrn_row);
  checked(press_kernel_lrn_columns);
}
