#ifndef WORLDS_H
#define WORLDS_H

#include <stddef.h>

/// A file of JSON, in the executable's constant data.
typedef struct {
    const unsigned char *bytes;
    size_t byteCount;
} RecordedFile;

/// A reading of a quiet host.
extern const RecordedFile recordedHost;

extern const long recordedWorldsCount;

/// The category of worlds with this index, from 0 to `recordedWorldsCount` - 1.
RecordedFile recordedWorlds(long index);

#endif
