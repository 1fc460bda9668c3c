#ifndef WEB_ASSETS_H
#define WEB_ASSETS_H

#include <stddef.h>

/// One file of the pages, in the executable's constant data.
typedef struct {
    /// Under which it is served.
    const char *path;
    const char *mediaType;
    const unsigned char *bytes;
    size_t byteCount;
} WebAsset;

/// What stands in place of `<!-- header -->` in the pages; not served by itself.
extern const WebAsset webPageHeader;

extern const long webAssetCount;

/// The asset with this index, from 0 to `webAssetCount` - 1.
WebAsset webAsset(long index);

#endif
