#pragma once

#include <curl/curl.h>

// Swift cannot call functions with variable arguments; these fix the type of the last one. The
// parentheses keep curl's macros, which check literal options, out of the way.

static inline CURLcode curl_set_long(CURL *handle, CURLoption option, long value) {
  return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
  return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode curl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode curl_set_writer(
    CURL *handle, size_t (*writer)(char *bytes, size_t size, size_t count, void *context)) {
  return (curl_easy_setopt)(handle, CURLOPT_WRITEFUNCTION, writer);
}

static inline CURLcode curl_set_observer(
    CURL *handle, int (*observer)(void *context, curl_off_t total, curl_off_t received,
                                  curl_off_t to_send, curl_off_t sent)) {
  return (curl_easy_setopt)(handle, CURLOPT_XFERINFOFUNCTION, observer);
}
