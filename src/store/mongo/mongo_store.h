/* mongo_store.h - the distributed engine: MongoDB by libmongoc, which is loaded when the first of these
 * stores is opened. docs/design/store-mongo.md.
 * Thread: open and close from the main thread; the rest by store.h. */
#pragma once

#include "store/store.h"

enum { MONGO_WHY_SIZE = 512 };

struct mongo_options {
    const char *uri;  /* mongodb://... or mongodb+srv://...; its database, else "natternet" */
    unsigned readers; /* threads, at least 1 */
    size_t batch;     /* rows in one command; 0 leaves what is usual */
    bool shared;      /* other servers write to it too */
    bool still;       /* nothing is forgotten by itself while it is open */
};

/* Opens, makes collections and indexes. Returns 0 and *out, or -errno and in `why` a sentence that says
 * what is wrong and what to do; it never holds the URI, which may have a password. */
int mongo_store_open(struct store **out, const struct mongo_options *options, char *why);
