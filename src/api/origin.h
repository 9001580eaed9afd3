/* origin.h - which web pages may use the server: its own, and those of --allow-origin (RFC 6454,
 * the Fetch standard's CORS protocol). Programs send no Origin and are not asked.
 * Thread: any. Private to api. */
#pragma once

#include "core/config.h"
#include "net/http.h"

enum origin { ORIGIN_NONE, ORIGIN_OWN, ORIGIN_ALLOWED, ORIGIN_FOREIGN };

enum origin origin_of(const struct config *config, const struct http_request *request);
