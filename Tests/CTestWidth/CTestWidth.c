#include "CTestWidth.h"
#include <stdlib.h>

// Before the testing library looks, and unless somebody has said otherwise. All at once, tests that wait for others would
// run into their limits.
__attribute__((constructor)) static void set_width(void) {
    setenv("SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH", "6", 0);
}
