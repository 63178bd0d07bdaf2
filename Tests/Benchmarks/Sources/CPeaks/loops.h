// The loops for one width of registers: PEAK_BYTES, named PEAK_SUFFIX. Loops over the sums are
// unrolled so that they stay in registers.

#define PEAK_JOIN_(name, suffix) name##_##suffix
#define PEAK_JOIN(name, suffix) PEAK_JOIN_(name, suffix)
#define PEAK_NAME(name) PEAK_JOIN(name, PEAK_SUFFIX)

typedef float PEAK_NAME(lanes) __attribute__((vector_size(PEAK_BYTES)));
enum { PEAK_NAME(width) = PEAK_BYTES / sizeof(float) };

static inline __attribute__((always_inline)) float PEAK_NAME(total)(
  const PEAK_NAME(lanes) *sums) {
  PEAK_NAME(lanes) all = sums[0];
#pragma clang loop unroll(full)
  for (int i = 1; i < sum_count; i++) all += sums[i];
  float total = 0;
  for (int lane = 0; lane < PEAK_NAME(width); lane++) total += all[lane];
  return total;
}

static float PEAK_NAME(multiply_add)(size_t rounds, float factor, float term) {
  PEAK_NAME(lanes) sums[sum_count];
#pragma clang loop unroll(full)
  for (int i = 0; i < sum_count; i++) sums[i] = (PEAK_NAME(lanes)){(float)i};
  for (size_t round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < sum_count; i++) sums[i] = sums[i] * factor + term;
  }
  return PEAK_NAME(total)(sums);
}

static float PEAK_NAME(read)(const float *x, size_t count) {
  PEAK_NAME(lanes) sums[sum_count] = {0};
  const size_t step = sum_count * PEAK_NAME(width);
  for (size_t start = 0; start + step <= count; start += step) {
    const PEAK_NAME(lanes) *lanes = (const PEAK_NAME(lanes) *)(x + start);
#pragma clang loop unroll(full)
    for (int i = 0; i < sum_count; i++) sums[i] += lanes[i];
  }
  return PEAK_NAME(total)(sums);
}

#undef PEAK_JOIN_
#undef PEAK_JOIN
#undef PEAK_NAME
#undef PEAK_SUFFIX
#undef PEAK_BYTES
