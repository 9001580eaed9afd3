/* readable.h - where what somebody may read of a room begins, at this moment.
 *
 * Three things have a say: what was pruned, what is too old by now though nobody has pruned it yet, and, of who
 * came into a room whose newcomers read from there on, their joining. Times never decrease along a log, so all of
 * it is one seq: nothing before it is given to them.
 * Thread: a store's, inside a job. Fails: as store.h. */
#pragma once

#include "store/store.h"

/* What is meant by too old. */
struct ageing {
    int64_t now;     /* ms */
    uint64_t most_s; /* no room keeps anything for longer; 0: that is for each to say */
};

/* The shorter of what a room says and the server; 0: for ever. */
static inline uint64_t retention_of(uint64_t room_s, uint64_t most_s)
{
    return most_s && (room_s == 0 || most_s < room_s) ? most_s : room_s;
}

/* What was sent at or before that has gone, ms; INT64_MIN: nothing has. */
static inline int64_t gone_through(uint64_t retention_s, int64_t now)
{
    return retention_s ? now - (int64_t)retention_s * 1000 : INT64_MIN;
}

/* *first: what they may read begins there. -ENOENT: they are not in the room. */
int store_readable(struct store_conn *conn, room_id room, user_id user, const struct ageing *ageing,
                   uint64_t *first) MUST_USE;
/* Without their joining, and how many messages were counted before: who has read less has read that much. */
int store_beginning(struct store_conn *conn, room_id room, user_id user,
                    const struct ageing *ageing, uint64_t *seq, uint64_t *count) MUST_USE;
/* The same of many rooms at once, `members` being what store_members_get() gave for one person: where they are not
 * in the room, UINT64_MAX. */
int store_readable_of(struct store_conn *conn, const room_id *rooms, const struct member *members,
                      size_t count, const struct ageing *ageing, uint64_t *first) MUST_USE;
/* Has the view say so: first_seq and retention_s of its room, and the read marker, as what is gone is read. */
int store_view_readable(struct store_conn *conn, const struct ageing *ageing,
                        struct room_view *view) MUST_USE;
/* store_prune() of what is too old by what the room says now: whoever has set that it keeps all for ever loses
 * nothing that is not going already. */
int store_prune_old(struct store_conn *conn, room_id room, const struct ageing *ageing,
                    size_t limit, struct pruned *out) MUST_USE;
/* Of changes in the list that are about a message before `first` nothing is told but that they were. */
void hide_before(struct event_list *events, uint64_t first);
