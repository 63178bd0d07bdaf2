#pragma once

#include "press_common.h"

// Weights that stay in their compressed form while layers run: codes of a few bits, of which no more
// than one tile is ever decoded.

/// How the code of an element becomes a number.
typedef enum press_code_kind : uint32_t {
  /// It is an entry of the table that the part has as its parameters.
  press_code_table,
  /// scale * (code - zero point): the parameters of the part.
  press_code_affine,
  /// It is the number's own bits.
  press_code_float16,
  press_code_bfloat16,
  press_code_float32,
  /// -a, 0 or b, the part's parameters. In panels, 16 bits say for each k which lanes are b, and 16
  /// more which are -a.
  press_code_ternary,
  /// -a or a, the part's parameter: a bit for each lane says which are a.
  press_code_binary,
} press_code_kind;

/// y (depth, PRESS_LANES) = the numbers that the codes of a panel stand for, times the lanes' scales.
///
/// Lane l of k has the bits l * bits of the k'th 2 * bits bytes. Tables are read in whole lanes.
typedef struct press_decode {
  press_code_kind kind;
  /// 1, 2, 4 or 8; 16 for halves.
  uint32_t bits;
  size_t depth;
  const uint8_t *codes;
  /// Those of the first lane's first part; the next part's, and the next lane's. With a lane stride
  /// of 0 all lanes have the same.
  const float *parameters;
  size_t part_stride, lane_stride;
  /// The part of each k; null where there is one.
  const uint32_t *parts;
  /// One for each lane; may be null.
  const float *scales;
  float *y;
} press_decode;

/// y[r, c] = clamp(bias[c] + sum over parts of (b * sum of x under plus - a * sum of x under minus) *
/// scale[c] + residual[r, c]), of a weight of signs in panels. No product is made inside a part.
///
/// The sums of a part run upwards, one of what is added and one of what is subtracted; those of
/// binary weights are one sum. Parts are added up in their order.
typedef struct press_signed {
  size_t rows, depth, columns;
  const float *const *x;
  /// One for each k; null where the places of x follow one another.
  const uint32_t *offsets;
  bool is_binary;
  /// For each panel and k a mask of what is added and, if not binary, of what is subtracted.
  const uint16_t *masks;
  size_t panel_stride;
  /// a and, if not binary, b: of the first lane's first part.
  const float *parameters;
  size_t lane_stride;
  /// The most k of a part.
  size_t part_depth;
  const float *scales, *bias, *residual;
  float low, high;
  float *y;
  size_t y_stride;
} press_signed;

/// The kernels of coded weights.
#define PRESS_CODED_KERNELS(K)                   \
  K(decode, (const press_decode *arguments))     \
  K(signed_sums, (const press_signed *arguments))

/// A dense weight as codes in panels of PRESS_LANES rows, as `press_decode` reads them.
typedef struct press_coded {
  press_code_kind kind;
  uint32_t bits;
  const uint8_t *codes;
  /// `part_floats` for each part, the parts of a row together; readable for PRESS_LANES - 1 rows
  /// more than there are. Without `row_parts` there is one part for all rows.
  const float *parameters;
  size_t part_floats, row_parts;
  /// The part of each k in its row; null where a row has one.
  const uint32_t *parts;
  /// The most k of a part, where the weight is one of signs.
  size_t part_depth;
  /// One for each row; may be null.
  const float *scales;
} press_coded;

/// Floats of memory that each thread needs for decoded tiles.
#define PRESS_CODED_TILE 16384

/// A sparse weight by rows: where elements are as gaps, and what they are as codes.
///
/// With symbols of w bits, 2^w - 1 stands for as many dropped elements; a smaller one for so many
/// dropped elements and then a kept one.
typedef struct press_compact {
  /// For each row its first symbol and its first element, and those behind the last.
  const uint32_t *symbol_starts, *value_starts;
  uint32_t gap_bits;
  /// Packed from the lowest bit of each byte on; 8 bytes behind the last must be readable.
  const uint8_t *gaps, *codes;
  press_code_kind kind;
  /// 0 to 16, or 32.
  uint32_t bits;
  const float *parameters;
  size_t part_floats, row_parts;
  /// The columns of a part.
  size_t part_columns;
  const float *scales;
} press_compact;

/// Writes the columns and the numbers of a row, and returns how many there are.
size_t press_expand_row(
  const press_compact *compact, size_t row, uint32_t *columns, float *values);

/// How the elements of a stream of codes fall into panels.
///
/// The stream runs along the rows of a matrix (rows, channels * taps), or of its transpose; element
/// (row, channel * taps + tap) goes to k = tap * channels + channel. The rows fall into groups, each
/// of which has panels of its own.
typedef struct press_code_packing {
  size_t rows, groups, taps, channels;
  bool is_transposed;
  press_code_kind kind;
  uint32_t bits;
} press_code_packing;

/// Puts `count` codes, from the `first` element of the stream on, into panels that were zeros.
/// Codes are bytes, or two bytes each where they have 16 bits.
void press_pack_codes(
  const press_code_packing *packing, size_t first, size_t count, const uint8_t *codes,
  uint8_t *panels);
