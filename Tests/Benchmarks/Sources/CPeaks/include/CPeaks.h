#pragma once

#include <stddef.h>

// What a processor can do at most: loops that do nothing but multiply and add in registers, or read
// memory from one end to the other. Benchmarks compare kernels with them.

/// The registers that a loop uses.
typedef enum peak_registers {
  /// Of 16 bytes, which every processor here has; multiplying and adding is one instruction on Arm.
  peak_registers_16,
  /// Of 32 bytes: AVX2 and FMA.
  peak_registers_32,
  /// Of 64 bytes: AVX-512.
  peak_registers_64,
} peak_registers;

/// Runs `rounds` rounds of independent multiply-adds on each of `threads` threads. Returns the
/// floating-point operations done, of which a multiply-add is two; 0 if threads can't be made.
double peak_multiply_add(peak_registers registers, size_t threads, size_t rounds);

/// Memory of `count` floats, all 1, aligned to 64 bytes; null if there is none.
float *peak_buffer_create(size_t count);
void peak_buffer_destroy(float *buffer);

/// Reads a buffer, each thread its own part. Returns the sum of its elements, roughly; 0 if threads
/// can't be made.
float peak_read(peak_registers registers, size_t threads, const float *x, size_t count);
