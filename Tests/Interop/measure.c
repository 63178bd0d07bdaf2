// Runs a program and says how long it took and how much memory it had at most.
//
//     cc -O2 -o measure Tests/Interop/measure.c
//     ./measure PROGRAM ARGUMENT ...
//
// Prints one JSON object on standard error after whatever the program printed: `wall_ms` from
// before fork to the exit, `peak_rss_bytes` (VmHWM) and `status`. A program of its own since the
// peak survives exec: it would count the memory of a large parent.

#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

int main(int count, char **arguments) {
  if (count < 2) return 2;
  double start = milliseconds();
  pid_t child = fork();
  if (child < 0) return 1;
  if (child == 0) {
    execvp(arguments[1], arguments + 1);
    perror(arguments[1]);
    _exit(127);
  }
  int status;
  struct rusage usage;
  if (wait4(child, &status, 0, &usage) != child) return 1;
  double wall = milliseconds() - start;
  int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  fprintf(stderr, "{\"wall_ms\": %.3f, \"peak_rss_bytes\": %ld, \"status\": %d}\n", wall,
          usage.ru_maxrss * 1024, code);
  return 0;
}
