#include "CMemcheck.h"

void memcheck_use(const void *bytes, size_t count) { __asm__ volatile("" : : "r"(bytes), "r"(count) : "memory"); }

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>

int memcheck_is_running(void) { return RUNNING_ON_VALGRIND != 0; }
void memcheck_mark_secret(const void *bytes, size_t count) { VALGRIND_MAKE_MEM_UNDEFINED(bytes, count); }
void memcheck_mark_public(const void *bytes, size_t count) { VALGRIND_MAKE_MEM_DEFINED(bytes, count); }
unsigned memcheck_error_count(void) { return VALGRIND_COUNT_ERRORS; }
#else
int memcheck_is_running(void) { return 0; }
void memcheck_mark_secret(const void *bytes, size_t count) { (void)bytes, (void)count; }
void memcheck_mark_public(const void *bytes, size_t count) { (void)bytes, (void)count; }
unsigned memcheck_error_count(void) { return 0; }
#endif
