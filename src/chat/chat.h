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
struct search;
struct store;

struct chat_options {
    struct store *store;
    struct bus *bus;
    struct search *search; /* NULL: nobody can search */
    const struct limits *limits;
    unsigned workers;
    bool has_peers; /* other servers write to the same store */
};

/* Reads what the database keeps for us. 0 or -errno; blocks: at start. */
int chat_new(struct chat **out, const struct chat_options *options) MUST_USE;
void chat_attach(struct chat *chat, unsigned worker, struct inbox *inbox);
void chat_free(struct chat *chat); /* after the workers stopped; NULL is fine */

/* Servers of one database have the same. */
uint64_t chat_cluster_id(const struct chat *chat);
/* From the worker's thread, ten times a second or so: what its rooms gathered for other servers leaves;
 * typing and markers of all in few messages. */
void chat_tell_servers(struct chat *chat, unsigned worker);
/* Once a second from the worker's thread: catches up with other servers; nothing where there are none. */
void chat_sweep(struct chat *chat, unsigned worker);

/* Whether there is time for somebody new: ERR_OK or ERR_SERVER_BUSY. Any thread. */
enum err chat_admits_newcomers(struct chat *chat) MUST_USE;

/* Rooms in memory and acts waiting, of one home; approximate, from any thread. */
struct chat_figures {
    _Atomic uint64_t rooms, acts, appended, duplicates, refused, waiting, followed;
};
const struct chat_figures *chat_figures(const struct chat *chat, unsigned worker);
