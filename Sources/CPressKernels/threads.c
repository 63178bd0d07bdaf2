#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sched.h>
#include <time.h>

#include "CPressKernels.h"

// A job is published in one word: its number in the high half, the next item in the low half. A
// thread takes an item by counting the low half up, which succeeds only while the job is the one it
// looked at; so late threads can neither take an item of an old job nor mix two jobs up. The caller
// works too and waits for items, not for threads: one that sleeps through a job delays nobody.
//
// Taking an item only acquires and finishing it only releases. That orders items with the caller,
// before and after the job, but not with each other: no item may count on an earlier one, and the
// thread sanitizer sees it when two items of a job touch the same bytes.

static const uint32_t closed = UINT32_MAX;
static const long spin_nanoseconds = 100000;

struct press_threads {
  _Atomic uint64_t ticket;
  _Atomic size_t items, finished;
  _Atomic uintptr_t task, context;
  _Atomic size_t sleepers;
  _Atomic bool stopping;
  pthread_mutex_t mutex;
  pthread_cond_t wakes;
  size_t workers;
  struct worker {
    press_threads *threads;
    size_t index;
    pthread_t handle;
  } team[];
};

/// A worker's number; 0 for everybody else.
static _Thread_local size_t thread_index;

size_t press_thread_index(void) { return thread_index; }

typedef void task_function(const void *context, size_t item);

static void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static long nanoseconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000L + now.tv_nsec;
}

/// Works on the job of `ticket` until none of its items is left.
static void work(press_threads *threads, uint64_t ticket) {
  const uint64_t number = ticket >> 32;
  for (;;) {
    ticket = atomic_load(&threads->ticket);
    const size_t item = (uint32_t)ticket;
    if (ticket >> 32 != number || item >= atomic_load(&threads->items)) return;
    task_function *task = (task_function *)atomic_load(&threads->task);
    const void *context = (const void *)atomic_load(&threads->context);
    const bool is_taken = atomic_compare_exchange_weak_explicit(
      &threads->ticket, &ticket, ticket + 1, memory_order_acquire, memory_order_relaxed);
    if (!is_taken) continue;
    task(context, item);
    atomic_fetch_add_explicit(&threads->finished, 1, memory_order_release);
  }
}

static bool is_news(press_threads *threads, uint64_t seen) {
  const uint64_t ticket = atomic_load(&threads->ticket);
  return atomic_load(&threads->stopping)
    || (ticket >> 32 != seen && (uint32_t)ticket != closed);
}

static void wait_for_news(press_threads *threads, uint64_t seen) {
  const long start = nanoseconds_now();
  do {
    for (int i = 0; i < 64; i++) {
      if (is_news(threads, seen)) return;
      pause_briefly();
    }
  } while (nanoseconds_now() - start < spin_nanoseconds);
  pthread_mutex_lock(&threads->mutex);
  atomic_fetch_add(&threads->sleepers, 1);
  while (!is_news(threads, seen)) pthread_cond_wait(&threads->wakes, &threads->mutex);
  atomic_fetch_sub(&threads->sleepers, 1);
  pthread_mutex_unlock(&threads->mutex);
}

static void *worker(void *argument) {
  const struct worker *self = argument;
  press_threads *threads = self->threads;
  thread_index = self->index;
  uint64_t seen = 0;
  for (;;) {
    wait_for_news(threads, seen);
    if (atomic_load(&threads->stopping)) return NULL;
    const uint64_t ticket = atomic_load(&threads->ticket);
    if ((uint32_t)ticket == closed) continue;
    seen = ticket >> 32;
    work(threads, ticket);
  }
}

static void wake_all(press_threads *threads) {
  if (atomic_load(&threads->sleepers) == 0) return;
  pthread_mutex_lock(&threads->mutex);
  pthread_cond_broadcast(&threads->wakes);
  pthread_mutex_unlock(&threads->mutex);
}

press_threads *press_threads_create(size_t count) {
  const size_t workers = count > 0 ? count - 1 : 0;
  press_threads *threads = calloc(1, sizeof *threads + workers * sizeof(struct worker));
  if (!threads) return NULL;
  pthread_mutex_init(&threads->mutex, NULL);
  pthread_cond_init(&threads->wakes, NULL);
  for (; threads->workers < workers; threads->workers++) {
    struct worker *next = &threads->team[threads->workers];
    next->threads = threads;
    next->index = threads->workers + 1;
    if (pthread_create(&next->handle, NULL, worker, next)) {
      press_threads_destroy(threads);
      return NULL;
    }
  }
  return threads;
}

void press_threads_destroy(press_threads *threads) {
  if (!threads) return;
  atomic_store(&threads->stopping, true);
  wake_all(threads);
  for (size_t i = 0; i < threads->workers; i++) pthread_join(threads->team[i].handle, NULL);
  pthread_cond_destroy(&threads->wakes);
  pthread_mutex_destroy(&threads->mutex);
  free(threads);
}

void press_parallel_for(
  press_threads *threads, size_t items, void (*task)(const void *context, size_t item),
  const void *context) {
  if (!threads || threads->workers == 0 || items < 2 || items >= closed) {
    for (size_t item = 0; item < items; item++) task(context, item);
    return;
  }
  const uint64_t number = ((atomic_load(&threads->ticket) >> 32) + 1) & UINT32_MAX;
  atomic_store(&threads->ticket, number << 32 | closed);
  atomic_store(&threads->items, items);
  atomic_store(&threads->finished, 0);
  atomic_store(&threads->task, (uintptr_t)task);
  atomic_store(&threads->context, (uintptr_t)context);
  atomic_store(&threads->ticket, number << 32);
  wake_all(threads);
  work(threads, number << 32);
  for (size_t spins = 0; atomic_load(&threads->finished) < items; spins++) {
    if (spins < 10000) pause_briefly();
    else sched_yield();
  }
}
