#pragma once

#include <string.h>

#include "../include/CPressKernels.h"

static inline size_t press_minimum(size_t a, size_t b) { return a < b ? a : b; }
static inline size_t press_pieces(size_t count, size_t piece) { return (count + piece - 1) / piece; }

/// Below this many multiplications or elements a layer is not worth waking anybody for.
enum { press_small_work = 20000 };
