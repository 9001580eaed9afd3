/* migrate_copy.h - inside admin: everything of one store into an empty one, page by page, in memory of a
 * page. Behind each page, or in one transaction with it, goes the place where the source goes on: so a copy
 * that was killed goes on there, and no row is there twice.
 *
 * All return 0 or -errno, with a sentence in `why` (ADMIN_WHY_SIZE).
 * Owns:   nothing; both stores are the caller's. Thread: the program's only one; blocks. */
#pragma once

#include "admin/migrate_bar.h"
#include "store/store.h"

enum { MIGRATE_ID_LEN = 16 };

struct migrate {
    struct store *from, *to;
    size_t batch; /* rows of a page */
    struct migrate_bar bar;
    char id[MIGRATE_ID_LEN + 1]; /* of the source, and of what this program copies */
    bool goes_on;                /* something was there already */
    char why[512];
};

/* Sum of the rows of a kind in a store, in whatever order they come. */
struct migrate_sum {
    uint64_t rows, halves[2];
};

/* Looks at both: what is to be copied is there, and the target holds nothing but what such a copy has
 * left there. Marks it as half-written. */
int migrate_begin(struct migrate *migrate);
int migrate_copy(struct migrate *migrate);
/* Reads all of a kind. */
int migrate_sum(struct migrate *migrate, struct store *store, const struct kind *kind,
                struct migrate_sum *out);
/* The target may be served. */
int migrate_end(struct migrate *migrate);
