/* presences.h - the table behind presence.h. Private to chat. */
#pragma once

#include "chat/presence.h"
#include "core/limits.h"
#include "core/list.h"
#include "core/map.h"
#include "store/store.h"

struct presences;

/* has_peers: what changes here is noted for other servers. */
struct presences *presences_new(const struct limits *limits, bool has_peers) MUST_USE;
void presences_free(struct presences *presences); /* NULL is fine */

/* As others would see it if the choice were this. */
enum presence_state presences_state(struct presences *presences, user_id user,
                                    enum presence_choice choice);

/* What the store has of somebody, made into what `viewer` may see of it; who has blocked them is not there
 * for them. Thread: a store thread, inside run. */
int presence_seen_by(struct chat *chat, struct store_conn *conn, user_id viewer,
                     struct arena *arena, struct presence *presence);

struct due {
    user_id user;
    uint32_t renewal; /* the last that was known when the turn came; read after it, that is told */
};
/* The worker whose part somebody is in. */
unsigned presences_worker(user_id user, unsigned workers);
/* What was read for their turn holds no longer: it is read again before others are told, who hear of no more than
 * they would have. */
void presences_read_anew(struct presences *presences, user_id user);
/* Takes up to `most` people of this worker's part whose time has come. Where that is not all, the next
 * call goes on with other shards: in a rush everybody's turn comes. */
size_t presences_take_due(struct presences *presences, unsigned worker, unsigned workers,
                          uint64_t now_ms, struct due *out, size_t most);

/* When the last connection of somebody who is not there ended, if that is not kept yet; else 0. */
int64_t presences_left_at(struct presences *presences, user_id user);

/* They are told about now: *state as presences_state() with this choice, is_news whether others have
 * to hear of it. That they left at `kept` is in the store. Of whom something was renewed since their turn
 * came nothing is news: what was read for it may be older, and their next turn tells it. */
struct telling {
    enum presence_state state;
    bool is_news;
};
struct telling presences_tell(struct presences *presences, struct due due,
                              enum presence_choice choice, int64_t kept);

/* ---- other servers, presence_peers.h -------------------------------------------------------------- */

struct bus_present;

enum elsewhere {
    ELSEWHERE_TOLD,           /* and that server tells people of it */
    ELSEWHERE_MISSED,         /* heard late: what people here were told may be wrong */
    ELSEWHERE_LOST,           /* that server tells nothing any more: we do */
    ELSEWHERE_LOST_TO_OTHERS, /* or another one does */
};
struct elsewhere_change { /* at one other server */
    int there, active;    /* -1, 0, 1 */
    uint8_t told;         /* enum presence_state */
    enum elsewhere how;
};
void presences_elsewhere(struct presences *presences, user_id user,
                         const struct elsewhere_change *change);
/* Takes up to `most` of this worker's part of whom something has changed since. */
size_t presences_take_noted(struct presences *presences, unsigned worker, unsigned workers,
                            struct bus_present *out, size_t most);
/* All of this worker's part who are here; to be freed. */
struct bus_present *presences_all(struct presences *presences, unsigned worker, unsigned workers,
                                  size_t *count) MUST_USE;

size_t presences_remembered(struct presences *presences); /* people, now: for tests */

/* All who are there, seen now, or whose leaving was not told yet; to be freed. */
struct seen *presences_unsaved(struct presences *presences, int64_t now, size_t *count) MUST_USE;
