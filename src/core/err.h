/* err.h - what a client may be told when something fails.
 *
 * One list, schema/errors.json, makes this enum, the codes of the API, the types of the SDK and
 * the reference page. System failures are negative errno and never reach a client as they are;
 * our own mistakes hit REQUIRE.
 * Thread: any; all of it is constant. */
#pragma once

#include "core/str.h"
#include "gen/errors.inc"

enum err {
    ERR_OK,
#define X(name, code, status, title, detail) ERR_##name,
    ERR_LIST(X)
#undef X
        ERR_COUNT
};

/* "room.not_found": stable, for machines. Empty for ERR_OK. */
struct str err_code(enum err err);

/* The HTTP status that goes with it; 200 for ERR_OK. */
int err_status(enum err err);

/* A few words that name the problem, the same each time (RFC 9457, 3.1.3). */
struct str err_title(enum err err);

/* A sentence that says what to do about it, for where the caller has none of its own. */
struct str err_detail(enum err err);
