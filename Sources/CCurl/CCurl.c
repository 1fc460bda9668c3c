#include "CCurl.h"

#include <dlfcn.h>

#define FUNCTIONS(X)                                                                                                   \
    X(version) X(global_init) X(easy_init) X(easy_cleanup) X(easy_pause) X(easy_strerror) X(easy_setopt)               \
    X(easy_getinfo) X(slist_append) X(slist_free_all) X(multi_init) X(multi_cleanup) X(multi_add_handle)               \
    X(multi_remove_handle) X(multi_perform) X(multi_poll) X(multi_wakeup) X(multi_info_read) X(url) X(url_cleanup)     \
    X(url_set) X(url_get) X(free)

#define DECLARE(name) static __typeof__(curl_##name) *p_##name;
FUNCTIONS(DECLARE)

const char *ccurl_open(const char *library) {
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!handle) return dlerror();
#define LOAD(name)                                                                                                     \
    p_##name = (__typeof__(p_##name))dlsym(handle, "curl_" #name);                                                     \
    if (!p_##name) return "it has no function curl_" #name;
    FUNCTIONS(LOAD)
    return NULL;
}

const char *ccurl_version(void) { return p_version(); }
CURLcode ccurl_global_init(void) { return p_global_init(CURL_GLOBAL_ALL); }

CURL *ccurl_easy_init(void) { return p_easy_init(); }
void ccurl_easy_cleanup(CURL *handle) { p_easy_cleanup(handle); }
CURLcode ccurl_easy_pause(CURL *handle, int what) { return p_easy_pause(handle, what); }
const char *ccurl_easy_strerror(CURLcode code) { return p_easy_strerror(code); }

CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) {
    return p_easy_setopt(handle, option, value);
}

void ccurl_set_long(CURL *handle, CURLoption option, long value) { (void)p_easy_setopt(handle, option, value); }
void ccurl_set_pointer(CURL *handle, CURLoption option, void *value) { (void)p_easy_setopt(handle, option, value); }

CURLcode ccurl_set_body(CURL *handle, const void *bytes, size_t count) {
    (void)p_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
    return p_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, bytes ? bytes : "");
}

void ccurl_set_callbacks(
    CURL *handle, void *context, ccurl_bytes_callback head, ccurl_bytes_callback body, ccurl_ready_callback ready) {
    (void)p_easy_setopt(handle, CURLOPT_HEADERFUNCTION, head);
    (void)p_easy_setopt(handle, CURLOPT_HEADERDATA, context);
    (void)p_easy_setopt(handle, CURLOPT_WRITEFUNCTION, body);
    (void)p_easy_setopt(handle, CURLOPT_WRITEDATA, context);
    (void)p_easy_setopt(handle, CURLOPT_PREREQFUNCTION, ready);
    (void)p_easy_setopt(handle, CURLOPT_PREREQDATA, context);
}

long ccurl_get_long(CURL *handle, CURLINFO info) {
    long value = 0;
    (void)p_easy_getinfo(handle, info, &value);
    return value;
}

struct curl_slist *ccurl_slist_append(struct curl_slist *list, const char *line) { return p_slist_append(list, line); }
void ccurl_slist_free_all(struct curl_slist *list) { p_slist_free_all(list); }

CURLM *ccurl_multi_init(void) { return p_multi_init(); }
void ccurl_multi_cleanup(CURLM *multi) { (void)p_multi_cleanup(multi); }
CURLMcode ccurl_multi_add_handle(CURLM *multi, CURL *handle) { return p_multi_add_handle(multi, handle); }
CURLMcode ccurl_multi_remove_handle(CURLM *multi, CURL *handle) { return p_multi_remove_handle(multi, handle); }
CURLMcode ccurl_multi_perform(CURLM *multi, int *running) { return p_multi_perform(multi, running); }
CURLMcode ccurl_multi_poll(CURLM *multi, int milliseconds) { return p_multi_poll(multi, NULL, 0, milliseconds, NULL); }
CURLMcode ccurl_multi_wakeup(CURLM *multi) { return p_multi_wakeup(multi); }
CURLMsg *ccurl_multi_info_read(CURLM *multi, int *remaining) { return p_multi_info_read(multi, remaining); }

CURLU *ccurl_url(void) { return p_url(); }
void ccurl_url_cleanup(CURLU *url) { p_url_cleanup(url); }
CURLUcode ccurl_url_set(CURLU *url, CURLUPart part, const char *value) { return p_url_set(url, part, value, 0); }
CURLUcode ccurl_url_get(CURLU *url, CURLUPart part, char **value, unsigned int flags) {
    return p_url_get(url, part, value, flags);
}
void ccurl_free(void *memory) { p_free(memory); }
