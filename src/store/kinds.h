/* kinds.h - all that a store holds, as kinds of rows that every engine reads and writes whole: what
 * `natternet migrate` carries from one engine to another. What the rows mean is in docs/design/store.md.
 *
 * A table or a collection belongs to exactly one kind: as what its rows are read from, or as a part that is
 * read and written with them. kinds_test.c fails for a table, a column or a collection in none, and reading
 * fails for a field in none, so that nothing new is left behind in silence.
 * Owns:   nothing; values point into the arena of who read them.
 * Thread: any. */
#pragma once

#include "core/str.h"

enum column_type {
    COLUMN_INT,
    COLUMN_INT_IF, /* MongoDB: not there where it is 0 */
    COLUMN_BOOL,
    COLUMN_TEXT,
    COLUMN_TEXT_IF, /* where it is empty: NULL, or not there */
    COLUMN_BLOB,
    COLUMN_NONCE,
    COLUMN_IDS,   /* numbers of 8 bytes, big-endian; not there where there are none */
    COLUMN_PAIRS, /* the same, two and two: people, each with the event that put them there */
};

/* Either engine's name of a column; NULL: there is none. */
struct kind_column {
    const char *name; /* SQLite's, where that has one */
    enum column_type type;
    const char *mongo;       /* its field; "#0" … "#2": a number of the key alone */
    const char *sqlite_read; /* not a column of the table: an expression over it */
};

enum {
    KIND_COLUMNS_MOST = 32, /* the last one without a name */
};

enum kind_key {
    KIND_KEY_OWN, /* MongoDB: _id is a column */
    KIND_KEY_TWO, /* the first two columns */
    KIND_KEY_THREE,
    KIND_KEY_ANY, /* MongoDB chooses one */
};

struct kind {
    const char *name;         /* for people */
    const char *sqlite;       /* the table; its first `keys` columns are the key */
    const char *sqlite_parts; /* tables written with it: "TABLE COLUMN …;TABLE …" */
    const char *mongo;        /* the collection */
    const char *mongo_parts;
    const char
        *mongo_alive; /* a field that is 0 or empty in what is a tombstone; NULL: there are none */
    const char *mongo_left; /* fields that the engine makes for itself */
    size_t keys;
    enum kind_key key;
    struct kind_column columns[KIND_COLUMNS_MOST];
};

enum kind_id {
    KIND_META,
    KIND_USER,
    KIND_PRESENCE,
    KIND_SESSION,
    KIND_INVITE,
    KIND_EVENT,
    KIND_VERSION,
    KIND_REACTION,
    KIND_PIN,
    KIND_POLL,
    KIND_VOTE,
    KIND_MEMBER,
    KIND_ROOM, /* behind its events and members, which it is read with */
    KIND_BAN,
    KIND_LINK,
    KIND_REQUEST,
    KIND_FILTER,
    KIND_AUDIT,
    KIND_FEED,
    KIND_REPORT,
    KIND_SUSPENSION,
    KIND_EMOJI,
    KIND_EMOJI_IMAGE,
    KIND_COUNT
};
extern const struct kind store_kinds[KIND_COUNT]; /* in the order in which they are written */

struct kind_value {
    int64_t number;
    struct str text;
};
struct kind_rows {
    struct kind_value (*items)[KIND_COLUMNS_MOST];
    size_t count;
    struct str next;    /* where to go on; only for the engine that gave it. Empty: that was all */
    struct str unknown; /* with -ENOTSUP: a field that is in no kind */
};

/* The column's place; it is there. */
size_t kind_column(const struct kind *kind, const char *name);
/* Is this row the store's own, of which each has its own? */
bool kind_is_private(const struct kind *kind, const struct kind_value *row);

/* What a half-written target says of itself, in meta. */
#define KIND_MARK "migration"
