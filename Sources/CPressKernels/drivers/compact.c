#include "driver.h"

// Rows of a compact sparse weight, expanded one at a time.

/// At most 32 bits at a position of a packed stream.
static inline uint32_t bits_at(const uint8_t *stream, size_t position, uint32_t bits) {
  uint64_t word;
  memcpy(&word, stream + position / 8, sizeof word);
  return (uint32_t)(word >> position % 8 & (((uint64_t)1 << bits) - 1));
}

static inline float from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// A half: its exponent is moved by a product, which is exact for subnormal numbers too.
static inline float from_half(uint32_t bits) {
  const uint32_t sign = (bits & 0x8000) << 16, magnitude = (bits & 0x7FFF) << 13;
  if ((bits & 0x7C00) == 0x7C00) return from_bits(sign | 0x7F800000 | magnitude);
  const float value = from_bits(magnitude) * 0x1p112f;
  return sign ? -value : value;
}

/// The columns of a row: dropped elements are counted until a kept one ends them.
static size_t expand_columns(const press_compact *c, size_t row, uint32_t *columns) {
  const uint32_t skip = ((uint32_t)1 << c->gap_bits) - 1;
  const size_t end = (size_t)c->symbol_starts[row + 1] * c->gap_bits;
  uint32_t column = 0;
  size_t count = 0;
  for (size_t at = (size_t)c->symbol_starts[row] * c->gap_bits; at < end; at += c->gap_bits) {
    const uint32_t symbol = bits_at(c->gaps, at, c->gap_bits);
    column += symbol;
    if (symbol == skip) continue;
    columns[count++] = column++;
  }
  return count;
}

static void expand_table(
  const press_compact *c, const float *parameters, size_t at, size_t count,
  const uint32_t *columns, float *values) {
  size_t end = c->part_columns;
  for (size_t i = 0; i < count; i++, at += c->bits) {
    while (columns[i] >= end) {
      end += c->part_columns;
      parameters += c->part_floats;
    }
    const uint32_t code = bits_at(c->codes, at, c->bits);
    values[i] = c->kind == press_code_table
      ? parameters[code]
      : parameters[0] * ((float)code - parameters[1]);
  }
}

size_t press_expand_row(
  const press_compact *c, size_t row, uint32_t *columns, float *values) {
  const size_t count = expand_columns(c, row, columns);
  const size_t start = (size_t)c->value_starts[row] * c->bits;
  if (c->kind == press_code_table || c->kind == press_code_affine) {
    const float *parameters = c->parameters + row * c->row_parts * c->part_floats;
    expand_table(c, parameters, start, count, columns, values);
  } else {
    for (size_t i = 0; i < count; i++) {
      const uint32_t bits = bits_at(c->codes, start + i * c->bits, c->bits);
      if (c->kind == press_code_float32) values[i] = from_bits(bits);
      else if (c->kind == press_code_bfloat16) values[i] = from_bits(bits << 16);
      else values[i] = from_half(bits);
    }
  }
  if (c->scales) {
    for (size_t i = 0; i < count; i++) values[i] *= c->scales[row];
  }
  return count;
}

void press_multiply_rows(
  const press_team *team, const press_matrix *weight, const press_sparse_product *all,
  size_t first) {
  if (weight->row_starts) {
    team->kernels->sparse_product(all);
    return;
  }
  float *values = team->thread_scratch + press_thread_index() * team->thread_floats;
  uint32_t *columns = (uint32_t *)(void *)(values + weight->columns);
  for (size_t row = 0; row < all->rows; row++) {
    uint32_t starts[2] = {0};
    starts[1] = (uint32_t)press_expand_row(&weight->compact, first + row, columns, values);
    press_sparse_product product = *all;
    product.rows = 1;
    product.row_starts = starts;
    product.columns32 = columns;
    product.values = values;
    if (all->row_bias) product.row_bias = all->row_bias + row;
    product.y = all->y + row * all->y_stride;
    team->kernels->sparse_product(&product);
  }
}
