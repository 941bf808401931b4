#pragma once

#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Whether this processor runs the instructions that StyleNet is compiled to: those of the level
/// x86-64-v3 of the psABI, AVX2 and FMA among them.
static inline bool processor_is_supported(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("x86-64-v3");
#else
  return true;
#endif
}

/// How many processors this process may run on, at least 1.
static inline int usable_processors(void) {
  unsigned long mask[128] = {0};
  long bytes = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
  int count = 0;
  for (unsigned long i = 0; bytes > 0 && i < (unsigned long)bytes / sizeof mask[0]; i++)
    count += __builtin_popcountl(mask[i]);
  return count > 0 ? count : 1;
}

#if defined(__GLIBC__)
// Declared here because the header hides it without _GNU_SOURCE.
extern const char *strerrordesc_np(int code);
#endif

/// What an errno value means, in English whatever the locale is.
static inline const char *error_description(int code) {
#if defined(__GLIBC__)
  const char *description = strerrordesc_np(code);
#else
  const char *description = strerror(code);
#endif
  return description ? description : "Unknown error";
}

/// The environment to start other programs with.
static inline char *const *process_environment(void) {
  extern char **environ;
  return environ;
}
