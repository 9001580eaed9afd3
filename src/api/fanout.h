/* fanout.h - who on this worker gets what is published in a room.
 *
 * People, not connections, are in rooms: a person of this worker is subscribed once and has one or
 * more connections. A connection gets events once it is `live`.
 * Membership moves with the log: who joins is subscribed before the event that says so is given
 * out, who leaves after it. While somebody's rooms are being read, what happens meanwhile is
 * remembered, since the list may be older.
 * Thread: the worker's. Private to api. */
#pragma once

#include "bus/bus.h"
#include "core/list.h"
#include "core/map.h"

struct fanout;
struct ws_session;

struct audience;
struct subscription {
    struct audience *audience;
    uint32_t place; /* in the audience */
};
IS_SIZED(struct subscription, 16);

struct person { /* somebody with a connection on this worker */
    user_id id;
    struct list sessions; /* struct ws_session, by their link */
    struct subscription *subscriptions;
    struct map *left; /* rooms left while they were being read: id -> the person; or NULL */
    uint32_t session_count : 29;
    uint32_t subscribed : 1;     /* the rooms were read */
    uint32_t hides_receipts : 1; /* takes no part in them */
    uint32_t receipts_known : 1; /* whether that was read */
    uint32_t count, cap;         /* of subscriptions */
    uint32_t stamp;              /* of the last presence that was given to them */
};
IS_SIZED(struct person, 56);

struct fanout *fanout_new(struct bus *bus, unsigned worker) MUST_USE;
void fanout_free(struct fanout *fanout);
struct bus_subscriber *fanout_subscriber(struct fanout *fanout);

/* A connection of a person begins: the person from now on, and until fanout_leave(). */
struct person *fanout_enter(struct fanout *fanout, user_id user, struct list *session_link);
void fanout_leave(struct fanout *fanout, struct person *person, struct list *session_link);

/* The connection hears when these come or go, instead of those before; it must end with none. */
void fanout_watch(struct fanout *fanout, struct ws_session *session, user_id *users, size_t count);

/* Whether the person hides receipts as the store had it; what was told meanwhile counts. */
void fanout_hide_receipts(struct person *person, bool hides);
/* Everybody whose rooms were read; to be freed. */
user_id *fanout_people(const struct fanout *fanout, size_t *count) MUST_USE;
/* The person's rooms as the store has them now: those of them that they are not subscribed to, in *out, to be freed, which
 * is NULL where there are none; and of who is not here. */
size_t fanout_missing(const struct fanout *fanout, user_id user, const room_id *rooms, size_t count,
                      room_id **out) MUST_USE;
/* All connections of the person end with this code. */
void fanout_close(struct fanout *fanout, user_id user, uint16_t code, struct str reason);
/* What happens when other servers may have told something that was lost, and when the emoji of the server
 * are others. */
void fanout_on_gap(struct fanout *fanout, void (*on_gap)(void *ctx), void *ctx);
void fanout_on_emoji(struct fanout *fanout, void (*on_emoji)(void *ctx), void *ctx);
/* The person's rooms as the store had them; only the first time it counts. */
void fanout_subscribe_all(struct fanout *fanout, struct person *person, const room_id *rooms,
                          size_t count);
