/* chat_internal.h - what the files of chat share. */
#pragma once

#include "bus/bus.h"
#include "chat/chat.h"
#include "chat/home/home.h"
#include "chat/home/leaders.h"
#include "chat/judge/server_rules.h"
#include "chat/presence/presence_peers.h"
#include "chat/presence/presences.h"
#include "core/clock.h"
#include "core/derive.h"
#include "store/readable.h"

struct pruner;
struct query;

enum { PRESENCE_CALM_US = 5000 };

struct chat {
    struct store *store;
    struct bus *bus;
    struct search *search; /* may be NULL */
    struct filter_current *filter;
    const struct limits *limits;
    unsigned workers;
    struct presences *presences;
    uint64_t presence_calm_us; /* in a rush: who waits longer is busy, presence_tell.c */
    struct presence_peers *presence_peers; /* NULL: there are no other servers, and so */
    struct leaders *leaders;               /* which of them leads what */
    atomic_bool stopping;                  /* leads nothing any more, and asks nobody */
    struct pruner *pruner;                 /* the first worker's */
    struct bus_listener listener;          /* for other servers */
    bool has_peers; /* there are other servers that append to the same logs */
    struct str (*words_of)(struct str content, struct arena *arena); /* may be NULL, and so */
    struct str (*evidence_of)(const struct report_evidence *evidence, struct arena *arena);
    struct str (*vote_of)(const struct vote *vote, bool secret,
                          struct arena *arena); /* may be NULL */
    struct server_rules_read rules_read;        /* home 0's thread */
    _Atomic uint64_t rules_readings;            /* begun so far */
    _Atomic uint64_t newcomers;                 /* of the server, packed */
    struct newcomer_memory *newcomer_memory;
    uint8_t id_key[DERIVE_KEY_LEN]; /* the database's own: ids that follow from what they name */
    struct home homes[];
};

/* By the upper bits: the lower ones are to spread a home's rooms in its map. */
static inline struct home *chat_home_of(struct chat *chat, room_id room)
{
    return &chat->homes[(map_hash(room.v) >> 32) % chat->workers];
}

/* The one direct room of two people, whether it is there or not. */
room_id chat_direct_room_of(struct chat *chat, user_id a, user_id b);

/* By what name a person votes in an anonymous poll: theirs alone, and nobody can tell whose. */
user_id chat_voter(struct chat *chat, room_id room, uint64_t poll, user_id user);

/* What is too old at this moment. */
static inline struct ageing chat_ageing(const struct chat *chat)
{
    return (struct ageing){.now = clock_now_ms(), .most_s = chat->limits->retention_s};
}

/* What a client is told when the store could not do it. */
static inline enum err chat_err_of(int rc)
{
    return rc == 0 ? ERR_OK : ERR_STORE_UNAVAILABLE;
}

/* Before it is given to the store: an overload costs those who cause it a short answer. False: it is
 * done, with a problem, and maybe gone. */
bool query_is_admitted(struct chat *chat, struct query *query, bool newcomer) MUST_USE;
