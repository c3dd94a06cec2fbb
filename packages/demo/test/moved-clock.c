// A clock that tests move: loaded before libc (LD_PRELOAD), it adds to the time that a process asks for what stands in the file
// WINBACK_CLOCK, eight bytes of nanoseconds. The file is mapped: a change holds at the next question, in every process.
// Timers of the runtime run by the monotonic clock; there that moves too, so that what fell due rings at once. Elsewhere it stays:
// Node's own threads wait for moments of it inside libc, where nobody could move them.
// libfaketime cannot do this: it looks up symbols inside the first malloc, which workerd's tcmalloc does not survive.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *moved;
static int moves_monotonic;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("WINBACK_CLOCK");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *page = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
  close(file);
  moves_monotonic = strcmp(program_invocation_short_name, "workerd") == 0;
  if (page != MAP_FAILED) moved = page;
}

static int is_moved(clockid_t clock) {
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) return 1;
  return moves_monotonic && (clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE);
}

int clock_gettime(clockid_t clock, struct timespec *at) {
  int failed = (int)syscall(SYS_clock_gettime, clock, at);
  if (failed || !moved || !is_moved(clock)) return failed;
  const int64_t second = 1000000000;
  int64_t nanos = at->tv_sec * second + at->tv_nsec + *moved;
  at->tv_sec = nanos / second;
  at->tv_nsec = nanos % second;
  return 0;
}

int gettimeofday(struct timeval *at, void *zone) {
  (void)zone;
  struct timespec now;
  int failed = clock_gettime(CLOCK_REALTIME, &now);
  at->tv_sec = now.tv_sec;
  at->tv_usec = now.tv_nsec / 1000;
  return failed;
}

time_t time(time_t *at) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (at) *at = now.tv_sec;
  return now.tv_sec;
}
