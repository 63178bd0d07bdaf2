#include "check.h"

// Weights as codes: products with them are those of the numbers that they stand for.

enum { rows = 37, columns = 531, part_columns = 100, parts = 6, count = 7 };

/// A weight of codes, all its parts' parameters, and the numbers of the codes.
typedef struct sample {
  press_coded coded;
  uint8_t *codes, *panels;
  float *parameters, *numbers;
} sample;

static float number(const sample *s, size_t row, size_t column) {
  const press_coded *c = &s->coded;
  const size_t code = s->codes[row * columns + column];
  const size_t part = c->row_parts ? row * c->row_parts + (c->parts ? c->parts[column] : 0) : 0;
  const float *own = s->parameters + part * c->part_floats;
  switch (c->kind) {
    case press_code_table: return own[code];
    case press_code_affine: return own[0] * ((float)code - own[1]);
    case press_code_ternary: return code == 0 ? -own[0] : code == 2 ? own[1] : 0;
    default: return code == 0 ? -own[0] : own[0];
  }
}

static sample make(
  press_code_kind kind, uint32_t bits, size_t row_parts, const uint32_t *part_of) {
  sample s = {.coded = {.kind = kind, .bits = bits, .row_parts = row_parts}};
  const size_t codes = kind == press_code_ternary ? 3 : (size_t)1 << bits;
  s.coded.part_floats = kind == press_code_table ? codes : kind == press_code_binary ? 1 : 2;
  s.parameters = random_floats((rows + PRESS_LANES) * parts * s.coded.part_floats);
  s.codes = calloc(rows * columns, 1);
  s.panels = calloc((rows + PRESS_LANES) * columns * 2, 1);
  s.numbers = random_floats(rows * columns);
  s.coded.parameters = s.parameters;
  s.coded.parts = row_parts > 1 ? part_of : NULL;
  s.coded.part_depth = row_parts > 1 ? part_columns : columns;
  for (size_t i = 0; i < rows * columns; i++) {
    s.codes[i] = (uint8_t)random_below(codes);
    s.numbers[i] = number(&s, i / columns, i % columns);
  }
  const press_code_packing packing = {rows, 1, 1, columns, false, kind, bits};
  // In two pieces, as from a stream.
  press_pack_codes(&packing, 0, 1000, s.codes, s.panels);
  press_pack_codes(&packing, 1000, rows * columns - 1000, s.codes + 1000, s.panels);
  s.coded.codes = s.panels;
  return s;
}

/// A linear layer by codes beside exact sums.
static void check_linear(press_team team, const sample *s, const float *scales, size_t examples) {
  float *x = random_floats(examples * columns), *bias = random_floats(rows);
  float *y = random_floats(examples * rows);
  press_coded coded = s->coded;
  coded.scales = scales;
  const press_matrix matrix = {.rows = rows, .columns = columns, .coded = coded};
  const press_epilogue epilogue = {.bias = bias};
  team.thread_floats = PRESS_CODED_TILE;
  team.thread_scratch = random_floats(2 * PRESS_CODED_TILE);
  press_linear(&team, &matrix, &epilogue, examples, x, y, NULL);
  for (size_t i = 0; i < examples * rows; i++) {
    double sum = bias[i % rows], magnitude = 1;
    for (size_t k = 0; k < columns; k++) {
      const float weight = s->numbers[i % rows * columns + k];
      const double product =
        (double)(scales ? weight * scales[i % rows] : weight) * x[i / rows * columns + k];
      sum += product;
      magnitude += fabs(product);
    }
    // Rounding errors of a sum grow no faster than with the square root of its length here.
    expect_near("coded product", y[i], sum, 24 * magnitude * 0x1p-23);
  }
  free(x), free(bias), free(y), free(team.thread_scratch);
}

static void check_form(const press_team *team, press_code_kind kind, uint32_t bits) {
  uint32_t part_of[columns];
  for (size_t k = 0; k < columns; k++) part_of[k] = (uint32_t)(k / part_columns);
  const size_t granularities[3] = {0, 1, parts};
  float *scales = random_floats(rows);
  for (size_t i = 0; i < 3; i++) {
    const sample s = make(kind, bits, granularities[i], part_of);
    check_linear(*team, &s, NULL, 1);
    check_linear(*team, &s, NULL, count);
    check_linear(*team, &s, scales, 2);
    free(s.codes), free(s.panels), free(s.parameters), free(s.numbers);
  }
  free(scales);
}

static void check_halves(const press_team *team) {
  float *numbers = random_floats(3 * PRESS_LANES), *scales = random_floats(PRESS_LANES);
  uint16_t halves[3 * PRESS_LANES];
  float y[3 * PRESS_LANES];
  for (int index = 0; index < 2; index++) {
    const bool is_half = index == 0;
    if (is_half) team->kernels->narrow_float16(3 * PRESS_LANES, numbers, halves);
    else team->kernels->narrow_bfloat16(3 * PRESS_LANES, numbers, halves);
    const press_decode decode = {
      .kind = is_half ? press_code_float16 : press_code_bfloat16, .bits = 16, .depth = 3, .codes = (const uint8_t *)halves,
      .scales = scales, .y = y};
    team->kernels->decode(&decode);
    for (size_t i = 0; i < 3 * PRESS_LANES; i++) {
      expect_near("decoded half", y[i], numbers[i] * scales[i % PRESS_LANES], 0.005);
    }
  }
  free(numbers), free(scales);
}

/// A row of gaps of 3 bits and codes of 5 bits.
static void check_rows_expand(void) {
  // Columns 2, 10 and 11; 10 is seven dropped elements after a symbol of 7 that ends nothing.
  const uint8_t symbols[4] = {2, 7, 0, 0}, list[3] = {3, 30, 17};
  uint8_t gaps[16] = {0}, codes[16] = {0};
  for (int i = 0; i < 4; i++) {
    for (int bit = 0; bit < 3; bit++) {
      gaps[(3 * i + bit) / 8] |= (uint8_t)((symbols[i] >> bit & 1) << (3 * i + bit) % 8);
    }
  }
  for (int i = 0; i < 3; i++) {
    for (int bit = 0; bit < 5; bit++) {
      codes[(5 * i + bit) / 8] |= (uint8_t)((list[i] >> bit & 1) << (5 * i + bit) % 8);
    }
  }
  const uint32_t symbol_starts[2] = {0, 4}, value_starts[2] = {0, 3};
  const float parameters[4] = {2, 1, 10, 0}, scale = 0.5f;
  const press_compact compact = {
    symbol_starts, value_starts, 3, gaps, codes, press_code_affine, 5, parameters, 2, 2, 10, &scale};
  uint32_t found[3];
  float values[3];
  if (press_expand_row(&compact, 0, found, values) != 3) fail("a row has three elements");
  const uint32_t expected[3] = {2, 10, 11};
  const float numbers[3] = {2, 150, 85};
  for (int i = 0; i < 3; i++) {
    if (found[i] != expected[i]) fail("column %u, expected %u", found[i], expected[i]);
    expect_near("expanded element", values[i], numbers[i], 0);
  }
}

void check_coded(const press_team *team) {
  for (uint32_t bits = 1; bits <= 8; bits *= 2) {
    check_form(team, press_code_table, bits);
    check_form(team, press_code_affine, bits);
  }
  check_form(team, press_code_ternary, 2);
  check_form(team, press_code_binary, 1);
  check_halves(team);
  check_rows_expand();
  checked(press_kernel_decode), checked(press_kernel_signed_sums);
}
