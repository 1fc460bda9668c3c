#include <stddef.h>

// Requests to valgrind's memcheck. Elsewhere, or compiled without valgrind's header, they do nothing.

/// Whether the program runs under memcheck.
int memcheck_is_running(void);
/// From here on a branch or an address that depends on these bytes, or on what is computed from them, is an error.
void memcheck_mark_secret(const void *bytes, size_t count);
/// Not from here on: these bytes are shown to everybody.
void memcheck_mark_public(const void *bytes, size_t count);
/// Does nothing with these bytes, which the compiler does not know.
void memcheck_use(const void *bytes, size_t count);
/// The errors so far.
unsigned memcheck_error_count(void);
