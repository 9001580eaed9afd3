/* search.h - finding messages by their words.
 *
 * A follower of the log: a thread of low priority reads what rooms have behind their place in the
 * index (index.h) and adds it, a moment after it became durable and never on its way there. A crash
 * only sets it back; it goes on from the place that the index holds. The index proposes, the log
 * decides: every message that is answered was read and matched as it stands now.
 * Owns:   a change and its events are the caller's until `done`.
 * Thread: open and close from the main thread; the rest from any. A short lock guards the list of idle
 *         connections of readers, taken twice a search.
 * Fails:  negative errno as store.h. While the index cannot be written, searching goes on with what it
 *         holds; a damaged one is made anew. */
#pragma once

#include "search/match.h"
#include "store/readable.h"

struct search;

struct search_options {
    struct store *store;
    const char *data_dir;
    const struct limits *limits;
};

enum { SEARCH_WHY_SIZE = 512 };

int search_open(struct search **out, const struct search_options *options, char *why) MUST_USE;
/* It stops following, so that the store can come to rest; changes are still taken. */
void search_pause(struct search *search);
void search_close(struct search *search); /* NULL is fine */
/* For `natternet search rebuild`: there is none until the next search_open(). */
int search_delete(const char *data_dir, char *why);

/* Something became durable in this room. Costs an allocation and a post. */
void search_notice(struct search *search, room_id room);

/* Messages that were edited or deleted, or (first not 0) all of a room before that one: `done` runs at `home` when
 * the index holds them as they stand now, and nothing of what they said before. Who edits or deletes waits for it,
 * so what was pruned goes a few at a time, behind all that is awaited. rc: not done; the log will be read again,
 * and what was pruned is to be told again. */
struct search_change {
    struct inbox_item item;     /* private */
    struct search_change *next; /* private */
    struct search *search;      /* private */
    struct inbox *home;
    void (*done)(struct search_change *change);
    struct event **events; /* of those that change a message, the message is looked at */
    size_t count;
    room_id room;
    uint64_t first;
    int rc;
};
void search_change(struct search *search, struct search_change *change);

/* No change is with it or on its way back. */
bool search_is_idle(const struct search *search);
/* All that was durable at the time of asking is in the index, as far as is known. */
bool search_is_level(const struct search *search);
/* The index could be written the last time. */
bool search_works(const struct search *search);
/* Messages put into the index since it was opened. */
uint64_t search_message_count(const struct search *search);
/* Prometheus text. */
struct buf;
void search_metrics(const struct search *search, struct buf *out);

/* ---- asking ---------------------------------------------------------------------------------------- */

enum search_order { SEARCH_NEWEST, SEARCH_BEST };

struct search_request {
    const struct search_query *query;
    user_id self;         /* whose blocks and hidden messages are left out */
    const room_id *rooms; /* that the person is in; nothing else is looked at */
    size_t room_count;
    bool has_from;
    user_id from;
    enum search_order order;
    size_t limit;
    struct ageing ageing; /* what is too old to be found */
    struct str cursor;    /* as `next` gave it; empty: from the start */
};

struct search_answer {
    struct found_list found;
    struct str next; /* empty: there is no more; else there may be, though this page may be short */
};

/* Inside a read of the store. *problem: what is wrong with the question. */
int search_run(struct search *search, struct store_conn *conn, const struct search_request *request,
               struct arena *arena, struct search_answer *out, struct problem *problem);
