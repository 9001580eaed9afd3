/* search_internal.h - what the files of search share. */
#pragma once

#include <pthread.h>

#include "core/map.h"
#include "search/index.h"
#include "search/search.h"

struct idle_conn;

struct search {
    struct store *store;
    const struct limits *limits;
    char path[INDEX_PATH_SIZE];
    pthread_t thread;

    /* the follower's inboxes: what somebody waits for, what can wait, and its reads of the store */
    struct inbox urgent, notices, reads;
    atomic_size_t notices_waiting, changes_waiting;
    atomic_size_t prunes_waiting; /* changes that nobody waits for */
    atomic_bool missed;           /* a notice: all rooms are to be looked at */
    atomic_bool paused, level, works;
    struct inbox_item stop;

    /* the follower's own */
    struct index_conn *conn;
    struct map behind; /* room id -> itself: has more in the log than in the index */
    size_t last_count; /* events read at once */
    uint64_t began_at; /* to put them in, ms of the monotonic clock */
    uint64_t scanned;  /* rooms up to this id have been compared with the log */
    bool scans, stopping;
    struct search_change *pruning,
        **last_pruning; /* what was pruned and is in the index yet, first come first */
    uint64_t forgot_at; /* words were removed since then, ms of the monotonic clock; 0: none */

    /* readers */
    pthread_mutex_t lock; /* of the two below */
    struct idle_conn *idle;
    unsigned generation; /* of the file: grows when it is made anew */

    _Atomic uint64_t messages, removed, failures, searches, rebuilds;
};

/* A connection to the index for one search; put back afterwards, whatever happened. */
struct idle_conn {
    struct idle_conn *next;
    struct index_conn *conn;
    unsigned generation;
};
int readers_take(struct search *search, struct idle_conn **out) MUST_USE;
void readers_put(struct search *search, struct idle_conn *reader);
void readers_forget(struct search *search); /* those of the file that was */

/* The follower's thread. */
void *follower_main(void *arg);

/* The terms of who sent a message, and of having a link. */
struct str term_of_sender(struct arena *arena, user_id sender);
extern const struct str term_of_links;
/* All terms of a message as it stands; false: it says nothing that is searched. */
bool message_terms(const struct event *message, struct arena *arena, struct terms *out);

/* To the follower, which looks at the room a moment later. */
void notice_post(struct search *search, room_id room);
