/* suspension.h - somebody may not use this server, for a time or for good.
 * Texts are borrowed from the arena of whoever read them. */
#pragma once

#include "core/str.h"
#include "model/ids.h"

#define SUSPENDED_FOR_GOOD INT64_MAX

struct suspension {
    user_id user;
    user_id by;        /* 0: whoever runs the server, at its command line */
    int64_t at, until; /* ms; until: SUSPENDED_FOR_GOOD */
    struct str reason; /* empty: none was given; they read it */
};

struct suspension_list {
    struct suspension *items;
    size_t count;
};
