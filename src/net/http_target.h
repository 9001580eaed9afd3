/* http_target.h - what a request asks for: the forms of its target, and the host it is meant for
 * (RFC 9112, 3.2 and 3.3; RFC 3986).
 * Owns: nothing; slices of what it was given, or of the arena. Thread: any. Nobody outside net includes this. */
#pragma once

#include "core/arena.h"

struct http_target {
    struct str path, query; /* the path begins with '/', or is "*" (RFC 9110, 9.3.7) */
    struct str authority;   /* of "http://host:port/path"; STR_NONE otherwise */
    bool https;             /* it is that of an https URI */
};

/* False if it is no target of this method. */
bool http_target_parse(struct str text, struct str method, struct http_target *out);

/* Brings a path into the one form that all equivalent ones share: what need not be percent-encoded is
 * not (RFC 3986, 6.2.2.2). Dots are left: "/.." names nothing here. False: a character that no path
 * has, or a '%' that is none. */
bool http_path_normalize(struct arena *arena, struct str *path);

/* A host, maybe a port, and nothing else: no name and password, no path, no list. Not empty: an
 * http URI without a host is none (RFC 9110, 4.2.1). */
bool http_authority_is_valid(struct str authority);
