/* server_rules.h - what the whole server does not want said, and what holds for newcomers: set by administrators, in
 * the store for all servers, and with each home for its verdicts.
 *
 * Each home has a reference to what was compiled once, and is given another by its inbox: so verdicts take no lock,
 * and what is judged after somebody was answered that it is set is judged by it.
 * Thread: as each says. Private to chat. */
#pragma once

#include "chat/chat.h"
#include "filter/filter.h"

struct chat;
struct home;

struct server_rules {
    struct filter *filter; /* a reference; NULL: there is none */
    uint64_t newcomers;    /* packed (model/newcomers.h) */
};

/* What the homes have, as it was read last. */
struct server_rules_read {
    uint64_t nth;       /* the reading that it is from */
    struct str filters; /* owned */
    uint64_t newcomers;
};

/* At start, on the main thread, before there are others: 0 or -errno; blocks. */
int server_rules_open(struct chat *chat) MUST_USE;
void server_rules_close(struct chat *chat);
/* Inside a store job: whether the server's filter, as it stands in the store, refuses what somebody says about
 * themselves. What would be reported of a message goes through: there is nothing that could be reported. */
int server_rules_refuse(struct chat *chat, struct store_conn *conn, struct str text,
                        struct arena *arena, bool *out);
/* Where there are other servers, once a second on the thread of `home`: what was set on another one. */
void server_rules_look(struct chat *chat, struct home *home);
