/* http_conditions.h - does the client want what it may have already? Preconditions on a resource
 * that has an ETag (RFC 9110, 13).
 *
 * There is no Last-Modified here, so the conditions by date have nothing to compare with and are
 * ignored, as 13.1.3 and 13.1.4 ask; a date in If-Range never matches (13.1.5).
 * Owns: nothing. Thread: any. Nobody outside net includes this. */
#pragma once

#include "net/http.h"

/* 0: go on; 304 or 412. `etag`: strong, with its quotes; the method is GET or HEAD. */
int http_conditions_check(const struct http_request *request, struct str etag) MUST_USE;

/* May Range be answered, or has the client another version of it? */
bool http_range_applies(const struct http_request *request, struct str etag);
