#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

// libcurl brings thirty libraries into a process. It is therefore not linked: only its header is used here, and
// `ccurl_open` finds the functions in the shared library when a client is first used.

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <dlfcn.h>

#define CCURL_EACH(do)                                                                                             \
    do(global_init) do(version_info) do(free)                                                                      \
    do(easy_init) do(easy_cleanup) do(easy_setopt) do(easy_getinfo) do(easy_pause) do(easy_strerror)               \
    do(easy_nextheader) do(slist_append) do(slist_free_all)                                                        \
    do(multi_init) do(multi_cleanup) do(multi_add_handle) do(multi_remove_handle) do(multi_perform)                \
    do(multi_poll) do(multi_wakeup) do(multi_info_read)                                                            \
    do(url) do(url_cleanup) do(url_set) do(url_get)

struct CurlFunctions {
#define CCURL_MEMBER(name) __typeof__(curl_##name) *_Nonnull name;
    CCURL_EACH(CCURL_MEMBER)
#undef CCURL_MEMBER
};

/// Fills in the functions of the library with that name, which stays open. Returns NULL, or what is missing.
static inline const char *_Nullable ccurl_open(const char *_Nonnull name, struct CurlFunctions *_Nonnull functions) {
    void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!library) return dlerror();
#define CCURL_FIND(name)                                                                                           \
    {                                                                                                              \
        void *symbol = dlsym(library, "curl_" #name);                                                              \
        if (!symbol) return dlerror();                                                                             \
        functions->name = (__typeof__(curl_##name) *)symbol;                                                       \
    }
    CCURL_EACH(CCURL_FIND)
#undef CCURL_FIND
    return NULL;
}

// Swift calls no function of variable arguments: one here for each type of argument.

typedef const struct CurlFunctions *_Nonnull ccurl;

static inline CURLcode ccurl_set_text(ccurl curl, CURL *_Nonnull handle, CURLoption option, const char *_Nonnull value) {
    return curl->easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_long(ccurl curl, CURL *_Nonnull handle, CURLoption option, long value) {
    return curl->easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_pointer(ccurl curl, CURL *_Nonnull handle, CURLoption option, void *_Nullable value) {
    return curl->easy_setopt(handle, option, value);
}

/// Copies the body.
static inline CURLcode ccurl_set_body(ccurl curl, CURL *_Nonnull handle, const void *_Nullable bytes, size_t count) {
    CURLcode code = curl->easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
    return code ? code : curl->easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, count ? bytes : "");
}

typedef size_t (*ccurl_bytes_callback)(
    char *_Nonnull bytes, size_t size, size_t count, void *_Nonnull context);
typedef int (*ccurl_ready_callback)(void *_Nonnull context, char *, char *, int, int);

/// All are called on the thread that calls libcurl.
static inline void ccurl_set_callbacks(
    ccurl curl, CURL *_Nonnull handle, void *_Nonnull context, ccurl_ready_callback _Nonnull ready,
    ccurl_bytes_callback _Nonnull header, ccurl_bytes_callback _Nonnull body) {
    curl->easy_setopt(handle, CURLOPT_PREREQFUNCTION, ready);
    curl->easy_setopt(handle, CURLOPT_PREREQDATA, context);
    curl->easy_setopt(handle, CURLOPT_HEADERFUNCTION, header);
    curl->easy_setopt(handle, CURLOPT_HEADERDATA, context);
    curl->easy_setopt(handle, CURLOPT_WRITEFUNCTION, body);
    curl->easy_setopt(handle, CURLOPT_WRITEDATA, context);
    curl->easy_setopt(handle, CURLOPT_PRIVATE, context);
}

static inline long ccurl_get_long(ccurl curl, CURL *_Nonnull handle, CURLINFO info) {
    long value = 0;
    curl->easy_getinfo(handle, info, &value);
    return value;
}

/// What `ccurl_set_callbacks` was given.
static inline void *_Nullable ccurl_get_context(ccurl curl, CURL *_Nonnull handle) {
    void *value = NULL;
    curl->easy_getinfo(handle, CURLINFO_PRIVATE, &value);
    return value;
}

#endif
