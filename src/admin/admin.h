/* admin.h - the operator's subcommands: `natternet user …`, `check`, `migrate` and so on.
 *
 * They open the data directory themselves, so no server may hold it meanwhile; the engine says so. Of a
 * database that servers share, `user` changes what it has to while they run.
 * Everything is told in sentences, results on stdout, what went wrong on stderr.
 * Thread: the program's only one. */
#pragma once

#include "core/base.h"

struct buf;
struct store;

enum { ADMIN_WHY_SIZE = 512 };

/* How a data directory or a database is opened. Which engine that is only `server` may choose, so it hands it in.
 * All return negative errno with a sentence in `why` (ADMIN_WHY_SIZE bytes). */
struct admin_engine {
    /* `store`: sqlite, or mongodb://…, which servers may have open meanwhile. */
    int (*open)(struct store **out, const char *store, const char *data_dir, char *why);
    int (*check)(const char *data_dir, struct buf *out, char *why); /* or how many findings */
    int (*compact)(const char *data_dir, char *why);
    /* sqlite:DIR or mongodb://…, that nothing happens to by itself while it is open. */
    int (*open_at)(struct store **out, const char *at, char *why);
};

/* Is this first word of the command line one of ours? */
bool admin_knows(const char *word);

/* argv as main got it: argv[1] is the word. Returns the exit code: 0 done, 1 not done (check: it
 * found something), 2 wrong use (check: it could not be made). */
int admin_main(int argc, char **argv, const struct admin_engine *engine);
