#include "check.h"

static double clip(double x, double lowest, double highest) {
  x = x < lowest ? lowest : x;
  return x > highest ? highest : x;
}

#define DEFINE_EXACT(name, error, lanes, wide)                      \
  static double exact_##name(double x, double alpha, double beta) { \
    (void)alpha, (void)beta;                                        \
    return wide;                                                    \
  }
#define DEFINE_EXACT_NUMBER(name, lanes, wide, integer) DEFINE_EXACT(name, 0, lanes, wide)
PRESS_FLOAT_FUNCTIONS(DEFINE_EXACT)
PRESS_NUMBER_FUNCTIONS(DEFINE_EXACT_NUMBER)

typedef double exact_function(double x, double alpha, double beta);
#define LIST_EXACT(name, ...) exact_##name,
#define LIST_NAME(name, ...) #name,
static exact_function *const exact[] = {
  PRESS_FLOAT_FUNCTIONS(LIST_EXACT) PRESS_NUMBER_FUNCTIONS(LIST_EXACT)};
static const char *const names[] = {
  PRESS_FLOAT_FUNCTIONS(LIST_NAME) PRESS_NUMBER_FUNCTIONS(LIST_NAME)};

static void check_unary(const press_team *team, press_unary function) {
  enum { count = 4099 };
  float x[count], y[count];
  for (size_t i = 0; i < count; i++) {
    const uint32_t bits = (uint32_t)i * 1048573u;
    memcpy(&x[i], &bits, sizeof bits);
  }
  press_map(team, function, press_float32, count, x, y, 0.75, 0.5);
  for (size_t i = 0; i < count; i++) {
    const double result = exact[function](x[i], 0.75, 0.5);
    // The largest number and infinity are neighbours.
    if (fabs(result) > 0x1.fffffep127 && fabs(y[i]) > 0x1.fffffcp127) continue;
    expect_near(names[function], y[i], result, press_unary_error(function, 0.75, x[i], result));
  }
}

static void check_pairs(const press_team *team) {
  for (size_t count = 0; count < 70; count++) {
    float *l = random_floats(count), *r = random_floats(3), *y = random_floats(3 * count);
    const press_broadcast b = {2, {3, count}, {{0, 1}, {1, 0}}};
    press_combine(team, press_binary_sub, press_float32, &b, l, r, y);
    for (size_t i = 0; i < 3 * count; i++) {
      expect_near("sub", y[i], (double)l[i % count] - (double)r[i / count], 0x1p-24);
    }
    free(l), free(r), free(y);
  }
  const int32_t l[] = {INT32_MIN, 7, -7, 7, 9}, r[] = {-1, -3, 3, 0, 2};
  const int32_t quotients[] = {INT32_MIN, -2, -2, 0, 4}, rests[] = {0, -2, 2, 0, 1};
  const press_broadcast b = {1, {5}, {{1}, {1}}};
  int32_t y[5];
  press_combine(team, press_binary_div, press_int32, &b, l, r, y);
  if (memcmp(y, quotients, sizeof y)) fail("div of int32");
  press_combine(team, press_binary_mod, press_int32, &b, l, r, y);
  if (memcmp(y, rests, sizeof y)) fail("mod of int32");
}

void check_elementwise(const press_team *team) {
  for (press_unary f = 0; f < sizeof exact / sizeof *exact; f++) check_unary(team, f);
  check_pairs(team);
}

// MARK: Conversions

static void check_halves(const press_team *team) {
  enum { count = 1 << 16 };
  static uint16_t halves[count], again[count];
  static float floats[count];
  for (size_t i = 0; i < count; i++) halves[i] = (uint16_t)i;
  for (int brain = 0; brain < 2; brain++) {
    if (brain) {
      team->kernels->widen_bfloat16(count, halves, floats);
      team->kernels->narrow_bfloat16(count, floats, again);
    } else {
      team->kernels->widen_float16(count, halves, floats);
      team->kernels->narrow_float16(count, floats, again);
    }
    const uint16_t infinity = brain ? 0x7F80 : 0x7C00;
    for (size_t i = 0; i < count; i++) {
      if ((halves[i] & 0x7FFF) > infinity ? (again[i] & 0x7FFF) <= infinity
                                          : again[i] != halves[i]) {
        fail("half %x becomes %x", halves[i], again[i]);
      }
    }
  }
  if (floats[0x3F80] != 1) fail("1 in bfloat16");
  checked(press_kernel_widen_float16), checked(press_kernel_narrow_float16);
  checked(press_kernel_widen_bfloat16), checked(press_kernel_narrow_bfloat16);
}

void check_conversions(const press_team *team) {
  check_halves(team);
  // A tie, just above it, and the ends of the range, as float16.
  const double x[] = {2049, 2049.0001, 0x1p-25, 0x1.000002p-25, 65519.99, 65520, -1.5};
  const uint16_t expected[] = {0x6800, 0x6801, 0, 1, 0x7BFF, 0x7C00, 0xBE00};
  uint16_t y[7];
  press_cast(team, press_float64, press_float16, 7, x, y);
  if (memcmp(y, expected, sizeof y)) fail("float64 to float16");
  const double wide[] = {NAN, 1e30, -1e30, -0.9, 300.7};
  const int8_t saturated[] = {0, 127, -128, 0, 127};
  int8_t narrow[5];
  press_cast(team, press_float64, press_int8, 5, wide, narrow);
  if (memcmp(narrow, saturated, sizeof narrow)) fail("float64 to int8");
}
