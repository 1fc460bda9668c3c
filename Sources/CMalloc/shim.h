#include <stddef.h>

// What the process has allocated and not freed, which the C library tells in a header that Swift does not import.

#if defined(__APPLE__)
#include <malloc/malloc.h>
static inline size_t cmalloc_allocated_byte_count(void) {
    malloc_statistics_t figures;
    malloc_zone_statistics(NULL, &figures);
    return figures.size_in_use;
}
#else
#include <malloc.h>
static inline size_t cmalloc_allocated_byte_count(void) {
    struct mallinfo2 figures = mallinfo2();
    return figures.uordblks + figures.hblkhd;
}
#endif
