/* cookie.h - finding a cookie that a browser brings back (RFC 6265, 5.4).
 * Owns: nothing. Thread: any. Private to api. */
#pragma once

#include "net/http.h"

/* The value of the first cookie of this name, which a browser makes that of the longest path;
 * STR_NONE if there is none. */
struct str cookie_get(const struct http_request *request, struct str name);
