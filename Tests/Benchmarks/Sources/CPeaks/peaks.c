#include "CPeaks.h"

#include <pthread.h>
#include <stdlib.h>

enum {
  most_threads = 64,
  /// Independent sums: as many as units times the cycles of an instruction at least, and registers
  /// left for the operands.
#if defined(__aarch64__)
  sum_count = 24,
#else
  sum_count = 12,
#endif
};

#define PEAK_SUFFIX 16
#define PEAK_BYTES 16
#include "loops.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define PEAK_SUFFIX 32
#define PEAK_BYTES 32
#include "loops.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
#define PEAK_SUFFIX 64
#define PEAK_BYTES 64
#include "loops.h"
#pragma clang attribute pop
#else
#define multiply_add_32 multiply_add_16
#define multiply_add_64 multiply_add_16
#define read_32 read_16
#define read_64 read_16
#endif

/// What one thread does: multiply and add where `x` is null, else read.
typedef struct part {
  peak_registers registers;
  size_t rounds;
  const float *x;
  size_t count;
  float result;
} part;

static void *run_part(void *argument) {
  part *p = argument;
  switch (p->registers) {
    case peak_registers_16:
      p->result = p->x ? read_16(p->x, p->count) : multiply_add_16(p->rounds, 0.5f, 1);
      break;
    case peak_registers_32:
      p->result = p->x ? read_32(p->x, p->count) : multiply_add_32(p->rounds, 0.5f, 1);
      break;
    case peak_registers_64:
      p->result = p->x ? read_64(p->x, p->count) : multiply_add_64(p->rounds, 0.5f, 1);
      break;
  }
  return NULL;
}

/// Runs all parts at a time, the first on the calling thread; whether there were threads for them.
static int run_parts(part *parts, size_t count) {
  pthread_t threads[most_threads];
  size_t started = 1;
  while (started < count) {
    if (pthread_create(&threads[started], NULL, run_part, &parts[started])) break;
    started++;
  }
  run_part(&parts[0]);
  for (size_t i = 1; i < started; i++) pthread_join(threads[i], NULL);
  return started == count;
}

double peak_multiply_add(peak_registers registers, size_t threads, size_t rounds) {
  if (threads == 0 || threads > most_threads) return 0;
  part parts[most_threads];
  for (size_t i = 0; i < threads; i++) parts[i] = (part){registers, rounds, NULL, 0, 0};
  if (!run_parts(parts, threads)) return 0;
  // Without the sums the compiler would leave the loops out.
  volatile float total = 0;
  for (size_t i = 0; i < threads; i++) total += parts[i].result;
#if defined(__x86_64__)
  const size_t width = registers == peak_registers_16 ? 4 : registers == peak_registers_32 ? 8 : 16;
#else
  const size_t width = 4;
#endif
  return 2.0 * (double)(width * sum_count) * (double)rounds * (double)threads;
}

float *peak_buffer_create(size_t count) {
  float *buffer = NULL;
  if (posix_memalign((void **)&buffer, 64, count * sizeof(float))) return NULL;
  for (size_t i = 0; i < count; i++) buffer[i] = 1;
  return buffer;
}

void peak_buffer_destroy(float *buffer) { free(buffer); }

float peak_read(peak_registers registers, size_t threads, const float *x, size_t count) {
  if (threads == 0 || threads > most_threads) return 0;
  part parts[most_threads];
  const size_t each = count / threads / 1024 * 1024;
  for (size_t i = 0; i < threads; i++) {
    const size_t first = i * each, end = i + 1 == threads ? count : first + each;
    parts[i] = (part){registers, 0, x + first, end - first, 0};
  }
  if (!run_parts(parts, threads)) return 0;
  float total = 0;
  for (size_t i = 0; i < threads; i++) total += parts[i].result;
  return total;
}
