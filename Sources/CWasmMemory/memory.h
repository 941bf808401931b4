// Memory for a WebAssembly module without a C library.
//
// Models stay until the page is closed, and a call gives back all that it took, so memory is a
// stack: taken at its top, released down to a mark, never freed piece by piece.

#include <stddef.h>

/// Takes `size` bytes at a multiple of `alignment`, a power of two.
///
/// Returns 0 and sets `result`, or 12 (out of memory) if the browser gives no more. Swift's own
/// allocations come here too.
int posix_memalign(void **result, size_t alignment, size_t size);

/// The top of the stack.
size_t memory_mark(void);

/// Gives back everything that was taken since `mark`.
void memory_release(size_t mark);
