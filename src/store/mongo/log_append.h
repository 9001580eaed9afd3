/* log_append.h - how appends of many rooms become rows of one log that several servers write, whatever
 * happens to a command on its way: the protocol of docs/design/store-mongo.md, without a database. The
 * database is behind a port; the test puts one there that delays, repeats, halves and rolls back.
 * Private to store/mongo.
 *
 * One ordered command has the rows of many appends, each one's side by side. Where it stopped at a row
 * for a reason that is known, the rows before it stand, and those of other rooms behind it were never
 * tried and are sent as they are. Of the append that has the row, nothing from it on stands; why, the
 * log is asked, never the error. Where nothing is known, the log is asked for every row. */
#pragma once

#include "store/store.h"

/* What became of a command. */
enum insert_end {
    INSERT_DONE,    /* all rows stand, and a majority has them */
    INSERT_STOPPED, /* at `row`; those before it stand, none from it on */
    INSERT_UNSENT,  /* the database was not reached: none stands */
    INSERT_UNKNOWN, /* no answer, or one that does not speak for a majority */
};
struct insert_report {
    enum insert_end end;
    size_t row;
    bool duplicate; /* STOPPED: a key was taken; otherwise the row was refused */
};

/* What a driver knows of an ordered insert. */
struct insert_answer {
    bool sent;           /* a server had been chosen */
    bool answered;       /* it answered */
    bool concern_failed; /* with a write concern error */
    bool row_failed;     /* with a write error, at `row`, of this code */
    size_t row;
    int code;
};
struct insert_report insert_report_of(const struct insert_answer *answer);

/* What the log says, read with majority read concern. */
struct log_look {
    bool nonce_stands; /* (room, sender, nonce) of the event asked for is there */
    size_t standing; /* so many events of the append stand with their numbers, from its first on */
    uint64_t last_seq; /* of the room */
    bool silent;       /* it could not be read, as the database does not answer at all */
};

struct log_port {
    struct insert_report (*insert)(struct log_port *port, struct append *const *appends,
                                   size_t count);
    /* About events[at]; 0 or -errno. */
    int (*look)(struct log_port *port, const struct append *append, size_t at,
                struct log_look *out);
    bool silent; /* set by log_append(): it was asked what stands, and there was no answer */
};

/* Fills in rc and stored of each, as store.h says of an append. Those of which it says -EAGAIN may
 * still come to stand. */
void log_append(struct log_port *port, struct append **appends, size_t count);
