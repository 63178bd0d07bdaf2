#pragma once

#include "press_common.h"

// A press_threads is a team of threads that sleeps when it has had nothing to do for a moment.

/// A team of `count` threads, the caller's own included; null if they can't be had.
press_threads *press_threads_create(size_t count);
/// Ends the threads. Takes null.
void press_threads_destroy(press_threads *threads);
/// Which thread of its team this is: 0 is the caller.
size_t press_thread_index(void);
/// Calls `task` once for each item, on any thread of the team, and returns when all are done.
/// Not to be called from a task, nor by two threads at once. A null team is the caller alone.
void press_parallel_for(
  press_threads *threads, size_t items, void (*task)(const void *context, size_t item),
  const void *context);
