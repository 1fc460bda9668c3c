#include <stddef.h>

// The C library's allocator, whose header Swift does not import.

// cmalloc_allocated_byte_count: what the process has allocated and not freed.
// cmalloc_keep_freed: up to so many bytes at the end of the heap, and of each thread's, are not given back to the
// system, only to be asked for again by the next burst.
// cmalloc_give_back: returns freed memory to the system. Where the C library has no such setting, nothing happens.

#if defined(__APPLE__)
#include <malloc/malloc.h>
static inline size_t cmalloc_allocated_byte_count(void) {
    malloc_statistics_t figures;
    malloc_zone_statistics(NULL, &figures);
    return figures.size_in_use;
}
static inline void cmalloc_keep_freed(int byte_count) { (void)byte_count; }
static inline void cmalloc_give_back(void) { malloc_zone_pressure_relief(NULL, 0); }
#else
#include <malloc.h>
static inline size_t cmalloc_allocated_byte_count(void) {
    struct mallinfo2 figures = mallinfo2();
    return figures.uordblks + figures.hblkhd;
}
static inline void cmalloc_keep_freed(int byte_count) { mallopt(M_TRIM_THRESHOLD, byte_count); }
static inline void cmalloc_give_back(void) { malloc_trim(0); }
#endif
