#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Elements that every kernel handles together. Where a kernel says that it reads whole lanes, the
/// memory behind the last element must be readable up to the next multiple of this.
#define PRESS_LANES 16

/// The most axes that a kernel walks over.
#define PRESS_MAXIMUM_RANK 12

/// A window that moves over one axis.
typedef struct press_axis {
  size_t input, output, kernel, stride, dilation, pad_begin, pad_end;
} press_axis;

typedef struct press_kernels press_kernels;
typedef struct press_threads press_threads;

/// What a layer runs on.
typedef struct press_team {
  const press_kernels *kernels;
  press_threads *threads;
  /// Memory of each thread's own: `thread_floats` for every thread, one behind the other.
  float *thread_scratch;
  size_t thread_floats;
} press_team;
