// What the wordings in Trials/Teaching have taught, embedded by the compiler. `make teach` writes the file.

#pragma clang diagnostic ignored "-Wc23-extensions"

#include "Wordings.h"

static const unsigned char model[] = {
#embed "wordings.model"
};

const unsigned char *wordingModelBytes(void) { return model; }

size_t wordingModelByteCount(void) { return sizeof model; }
