/* chat.h - the domain: who may do what in which room, and what everyone may read of it.
 *
 * Changes are acts (act.h): they travel to the room's home, which alone judges, numbers and
 * publishes. Reads are queries (query.h): they ask the store on its own threads.
 * Thread: chat_new, chat_attach and chat_free from the main thread; the rest from any worker. */
#pragma once

#include "chat/act.h"
#include "chat/presence.h"
#include "chat/profile.h"
#include "chat/query.h"
#include "core/limits.h"

struct bus;
struct chat;
struct filter_current;
struct search;
struct store;

struct chat_options {
    struct store *store;
    struct bus *bus;
    struct search *search;         /* NULL: nobody can search */
    struct filter_current *filter; /* NULL: compiled anew each time */
    const struct limits *limits;
    unsigned workers;
    bool has_peers; /* other servers write to the same store */
    /* The words of a message's content, for filters; STR_NONE: there are none. NULL: nothing is filtered. */
    struct str (*words_of)(struct str content, struct arena *arena);
    /* What goes along with what a filter reports. */
    struct str (*evidence_of)(const struct report_evidence *evidence, struct arena *arena);
    /* The payload of a vote; secret: it does not say what was chosen. NULL: it is empty. */
    struct str (*vote_of)(const struct vote *vote, bool secret, struct arena *arena);
};

/* Reads what the database keeps for us. 0 or -errno; blocks: at start. */
int chat_new(struct chat **out, const struct chat_options *options) MUST_USE;
void chat_attach(struct chat *chat, unsigned worker, struct inbox *inbox);
void chat_free(struct chat *chat); /* after the workers stopped; NULL is fine */

bool chat_has_peers(const struct chat *chat); /* other servers write to the same store */
/* Servers of one database have the same. */
uint64_t chat_cluster_id(const struct chat *chat);
/* From the worker's thread, ten times a second or so: what its rooms gathered for other servers leaves;
 * typing and markers of all in few messages. */
void chat_tell_servers(struct chat *chat, unsigned worker);
/* Once a second from the worker's thread: catches up with other servers; nothing where there are none. */
void chat_sweep(struct chat *chat, unsigned worker);
/* Other servers are told that this one leads no rooms any more; what they have handed over is still done. Any thread. */
void chat_stop_leading(struct chat *chat);
/* Behind that, of a worker that has stopped: what is handed over to others is judged here. */
void chat_take_back(struct chat *chat, unsigned worker);
/* Once a second from the first worker's thread: takes what is too old off the logs; and when the server stops,
 * takes no more off once what is under way is done. */
void chat_prune(struct chat *chat);
void chat_stop_pruning(struct chat *chat);

/* What an administrator set for the whole server (META_FILTERS, META_NEWCOMERS) stands in the store: `done` runs on
 * the thread of `home` when all homes of this server judge by it; other servers do within two seconds. */
struct chat_rules_wait {
    struct inbox *home;
    void (*done)(struct chat_rules_wait *wait);
};
void chat_rules_changed(struct chat *chat, struct chat_rules_wait *wait);

/* What holds for newcomers to the server now, packed (model/newcomers.h). Any thread. */
uint64_t chat_newcomers(struct chat *chat);

/* Whether there is time for somebody new: ERR_OK or ERR_SERVER_BUSY. Any thread. */
enum err chat_admits_newcomers(struct chat *chat) MUST_USE;

/* Rooms in memory and acts waiting, of one home; approximate, from any thread. */
struct chat_figures {
    _Atomic uint64_t rooms, acts, appended, duplicates, refused, waiting, followed, holes, pruned,
        prune_rounds, prune_rooms;
    _Atomic uint64_t handed_over, handed_back, fallen_back, led; /* acts of contended rooms */
};
const struct chat_figures *chat_figures(const struct chat *chat, unsigned worker);
