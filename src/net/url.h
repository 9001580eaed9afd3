/* url.h - the https URLs (RFC 3986) that programs call each other by: absolute, without user, without
 * fragment. Anything else is refused rather than mended.
 * Owns: nothing; points into the text. Thread: any. */
#pragma once

#include "core/str.h"

enum { URL_LEN_MAX = 2048 };

struct url {
    struct str host;      /* a name, an IPv4 address, or an IPv6 address without its brackets */
    struct str port;      /* digits, "443" if none was said */
    struct str target;    /* path and query, "/" at least */
    struct str authority; /* host and port as they were written, for Host */
};

bool url_parse_https(struct str text, struct url *out);
