/* http_header.h - looking into the headers of a request (RFC 9110, 5).
 *
 * Several lines of one name mean one list (5.3); whoever looks only at the first would see another
 * request than the proxy in front that looks at the last.
 * Owns: nothing. Thread: any. Nobody outside net includes this; http_header_get() and
 * http_header_count() are in http.h. */
#pragma once

#include "net/http.h"

/* Goes over the members of the comma-separated list that all lines of a name make; empty members
 * are left out (5.6.1). Not for lists whose members may hold a comma in quotes. */
struct http_list {
    const struct http_request *request;
    struct str name;
    size_t next;     /* line */
    struct str rest; /* of the line before it */
};
bool http_list_next(struct http_list *list, struct str *member);

/* Is the token one of that list, without regard to case? */
bool http_header_has_token(const struct http_request *request, struct str name, struct str token);

/* RFC 9110, 5.6.2: what methods and names are made of. */
bool http_is_token_char(char c);
