// libcurl, opened when it is first used: it brings thirty libraries and 5 MB into a process, which most of ours never need.
// Its headers are needed to build, its library only to run what asks a model server.
//
// Swift calls neither variadic functions nor macros, so there is one function for each type of argument. Nothing here may be called
// before `ccurl_open` has returned NULL.

#ifndef CCURL_H
#define CCURL_H

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

/// Opens the library by its file name, once. Returns NULL, or why it cannot be opened.
const char *_Nullable ccurl_open(const char *_Nonnull library);
const char *_Nonnull ccurl_version(void);
CURLcode ccurl_global_init(void);

// Easy handles.
CURL *_Nullable ccurl_easy_init(void);
void ccurl_easy_cleanup(CURL *_Nonnull handle);
CURLcode ccurl_easy_pause(CURL *_Nonnull handle, int what);
const char *_Nonnull ccurl_easy_strerror(CURLcode code);

/// Copies the text; fails only for want of memory, or where libcurl was built without what the option is about.
CURLcode ccurl_set_text(CURL *_Nonnull handle, CURLoption option, const char *_Nonnull value);
void ccurl_set_long(CURL *_Nonnull handle, CURLoption option, long value);
void ccurl_set_pointer(CURL *_Nonnull handle, CURLoption option, void *_Nullable value);
CURLcode ccurl_set_body(CURL *_Nonnull handle, const void *_Nullable bytes, size_t count);

typedef size_t (*ccurl_bytes_callback)(char *_Nullable bytes, size_t size, size_t count, void *_Nullable context);
typedef int (*ccurl_ready_callback)(void *_Nullable context, char *_Nullable, char *_Nullable, int, int);

/// All are called on the thread that drives the transfer, with the same context.
void ccurl_set_callbacks(
    CURL *_Nonnull handle, void *_Nonnull context, ccurl_bytes_callback _Nonnull head,
    ccurl_bytes_callback _Nonnull body, ccurl_ready_callback _Nonnull ready);

long ccurl_get_long(CURL *_Nonnull handle, CURLINFO info);

// Lists of header lines.
struct curl_slist *_Nullable ccurl_slist_append(struct curl_slist *_Nullable list, const char *_Nonnull line);
void ccurl_slist_free_all(struct curl_slist *_Nullable list);

// Multi handles. `ccurl_multi_wakeup` alone may be called from any thread.
CURLM *_Nullable ccurl_multi_init(void);
void ccurl_multi_cleanup(CURLM *_Nonnull multi);
CURLMcode ccurl_multi_add_handle(CURLM *_Nonnull multi, CURL *_Nonnull handle);
CURLMcode ccurl_multi_remove_handle(CURLM *_Nonnull multi, CURL *_Nonnull handle);
CURLMcode ccurl_multi_perform(CURLM *_Nonnull multi, int *_Nonnull running);
CURLMcode ccurl_multi_poll(CURLM *_Nonnull multi, int milliseconds);
CURLMcode ccurl_multi_wakeup(CURLM *_Nonnull multi);
CURLMsg *_Nullable ccurl_multi_info_read(CURLM *_Nonnull multi, int *_Nonnull remaining);

// Addresses.
CURLU *_Nullable ccurl_url(void);
void ccurl_url_cleanup(CURLU *_Nonnull url);
CURLUcode ccurl_url_set(CURLU *_Nonnull url, CURLUPart part, const char *_Nonnull value);
CURLUcode ccurl_url_get(CURLU *_Nonnull url, CURLUPart part, char *_Nullable *_Nonnull value, unsigned int flags);
void ccurl_free(void *_Nullable memory);

#endif
