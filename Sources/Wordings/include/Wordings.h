#ifndef WORDINGS_H
#define WORDINGS_H

#include <stddef.h>

/// The weights of the model of wordings, in the executable's constant data.
const unsigned char *wordingModelBytes(void);

size_t wordingModelByteCount(void);

#endif
