#include "store/readable.h"

#include <errno.h>

/* What is kept of a room begins at `seq`, and `count` messages were counted before. */
struct beginning {
    uint64_t seq, count;
};

/* 1: the event is there and gone; 0: it is kept, or not there yet. */
static int is_gone(struct store_conn *conn, room_id room, uint64_t seq, int64_t through,
                   uint64_t *count)
{
    struct event_stamp stamp;
    int rc = store_event_stamp(conn, room, seq, &stamp);
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc;
    if (stamp.at > through)
        return 0;
    *count = stamp.count;
    return 1;
}

/* Few events are gone and not pruned yet, so it is looked for from the beginning on, in steps that double, and
 * then between the last two. */
static int find_beginning(struct store_conn *conn, room_id room, int64_t through,
                          struct beginning *at)
{
    uint64_t gone = at->seq - 1, kept = 0, count = at->count;
    for (uint64_t step = 1; kept == 0; step *= 2) {
        int rc = is_gone(conn, room, gone + step, through, &count);
        if (rc < 0)
            return rc;
        *(rc ? &gone : &kept) = gone + step;
    }
    while (kept - gone > 1) {
        uint64_t middle = gone + (kept - gone) / 2;
        int rc = is_gone(conn, room, middle, through, &count);
        if (rc < 0)
            return rc;
        *(rc ? &gone : &kept) = middle;
    }
    *at = (struct beginning){kept, count};
    return 0;
}

static int beginning_of(struct store_conn *conn, room_id room, const struct log_bounds *bounds,
                        const struct ageing *ageing, struct beginning *out)
{
    uint64_t retention_s = retention_of(bounds->retention_s, ageing->most_s);
    int64_t through = gone_through(retention_s, ageing->now);
    *out = (struct beginning){bounds->first_seq, bounds->first_count};
    return bounds->first_at <= through ? find_beginning(conn, room, through, out) : 0;
}

/* Of who is in the room; what is not there is 0. */
static int read_beginning(struct store_conn *conn, room_id room, user_id user,
                          const struct ageing *ageing, struct log_bounds *bounds,
                          struct beginning *out)
{
    *out = (struct beginning){0};
    int rc = store_log_bounds(conn, room, user, bounds);
    return rc == 0 ? beginning_of(conn, room, bounds, ageing, out) : rc;
}

int store_readable(struct store_conn *conn, room_id room, user_id user, const struct ageing *ageing,
                   uint64_t *first)
{
    struct log_bounds bounds;
    struct beginning beginning;
    int rc = read_beginning(conn, room, user, ageing, &bounds, &beginning);
    *first = beginning.seq > bounds.from_seq ? beginning.seq : bounds.from_seq;
    return rc;
}

int store_beginning(struct store_conn *conn, room_id room, user_id user,
                    const struct ageing *ageing, uint64_t *seq, uint64_t *count)
{
    struct log_bounds bounds;
    struct beginning beginning;
    int rc = read_beginning(conn, room, user, ageing, &bounds, &beginning);
    *seq = beginning.seq;
    *count = beginning.count;
    return rc;
}

int store_readable_of(struct store_conn *conn, const room_id *rooms, const struct member *members,
                      size_t count, const struct ageing *ageing, uint64_t *first)
{
    struct log_bounds *bounds = xcalloc(count + 1, sizeof(*bounds));
    int rc = store_rooms_bounds(conn, rooms, count, bounds);
    for (size_t i = 0; rc == 0 && i < count; i++) {
        struct beginning beginning = {.seq = UINT64_MAX};
        if (members[i].user.v && bounds[i].first_seq)
            rc = beginning_of(conn, rooms[i], &bounds[i], ageing, &beginning);
        first[i] = beginning.seq > members[i].from_seq ? beginning.seq : members[i].from_seq;
    }
    xfree(bounds);
    return rc;
}

int store_view_readable(struct store_conn *conn, const struct ageing *ageing,
                        struct room_view *view)
{
    struct room *room = &view->room;
    const struct log_bounds bounds = {room->first_seq, room->first_count, room->first_at,
                                      room->retention_s, view->from_seq};
    struct beginning beginning;
    int rc = beginning_of(conn, room->id, &bounds, ageing, &beginning);
    if (rc != 0)
        return rc;
    if (view->read_count < beginning.count) {
        view->read_seq = view->read_seq < beginning.seq ? beginning.seq - 1 : view->read_seq;
        view->read_count = beginning.count;
    }
    room->retention_s = retention_of(room->retention_s, ageing->most_s);
    room->first_seq = beginning.seq > view->from_seq ? beginning.seq : view->from_seq;
    return 0;
}

int store_prune_old(struct store_conn *conn, room_id room, const struct ageing *ageing,
                    size_t limit, struct pruned *out)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct room now;
    *out = (struct pruned){0};
    int rc = store_room_get(conn, room, &arena, &now);
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc;
    int64_t through = gone_through(retention_of(now.retention_s, ageing->most_s), ageing->now);
    return store_prune(conn, room, through, limit, out);
}

void hide_before(struct event_list *events, uint64_t first)
{
    for (size_t i = 0; i < events->count; i++) {
        struct event *event = events->items[i];
        if (event_changes_message(event) && event->target < first)
            event_unref(TAKE(event->message));
    }
}
