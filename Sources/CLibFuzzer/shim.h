#include <stddef.h>
#include <stdint.h>

/// Runs libFuzzer with its arguments over `test`; part of the runtime that `-sanitize=fuzzer` links in.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test)(const uint8_t *data, size_t size));
