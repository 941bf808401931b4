#include "memory.h"

#include <stdint.h>

// Set by the linker: where the program's own data and its stack end.
extern unsigned char __heap_base;

static size_t top = (size_t)&__heap_base;

int posix_memalign(void **result, size_t alignment, size_t size) {
  const size_t page = 65536;
  const size_t start = (top + alignment - 1) & ~(alignment - 1);
  const size_t end = start + size;
  if (start < top || end < start) return 12;
  const size_t available = __builtin_wasm_memory_size(0) * page;
  if (end > available) {
    const size_t missing = (end - available - 1) / page + 1;
    if (__builtin_wasm_memory_grow(0, missing) == SIZE_MAX) return 12;
  }
  top = end;
  *result = (void *)start;
  return 0;
}

void free(void *memory) { (void)memory; }

size_t memory_mark(void) { return top; }

void memory_release(size_t mark) { top = mark; }
