/* Reading a room into memory. */
#include "chat/home/home_internal.h"

#include <errno.h>

#include "chat/blocks.h"
#include "search/search.h"

struct reading {
    struct store_job job;
    struct live_room *live;
    enum live_state before;
    uint64_t told; /* the last event of which people were told, or the last that we knew of */
    bool tells;    /* what is behind it */
    struct arena arena;
    struct room room;
    struct member_list members;
    struct filter *filter;    /* NULL: there is none */
    struct event *last;       /* NULL: there is none */
    struct event_list untold; /* of a doubtful room: what was appended after all */
};

/* In a direct room each may have blocked the other. */
static int read_blocks(struct reading *reading, struct store_conn *conn)
{
    struct member *members = reading->members.items;
    int rc = 0;
    if (reading->room.kind != ROOM_DIRECT || reading->members.count != 2)
        return 0;
    for (size_t i = 0; rc == 0 && i < 2; i++)
        rc = blocks_has(conn, members[i].user, members[1 - i].user, &reading->arena,
                        &members[i].blocks_peer);
    return rc;
}

int home_read_filter(struct store_conn *conn, room_id room, struct filter **out)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str rules;
    int rc = store_filter_get(conn, room, &arena, &rules);
    filter_unref(*out);
    *out = rc == 0 ? filter_new(rules) : NULL;
    return rc == -ENOENT ? 0 : rc;
}

static int run_reading(struct store_job *job, struct store_conn *conn)
{
    struct reading *reading = CONTAINER_OF(job, struct reading, job);
    const struct live_room *live = reading->live;
    int rc = store_room_get(conn, live->id, &reading->arena, &reading->room);
    if (rc == 0)
        rc = store_members(conn, live->id, (user_id){0}, 0, &reading->arena, &reading->members);
    if (rc == 0)
        rc = read_blocks(reading, conn);
    if (rc == 0 && reading->room.kind == ROOM_GROUP)
        rc = home_read_filter(conn, live->id, &reading->filter);
    if (rc == 0 && reading->room.last_seq && reading->room.kind != ROOM_DIRECT)
        rc = store_event_get(conn, live->id, reading->room.last_seq, &reading->last);
    rc = rc == -ENOENT && reading->room.last_seq ? 0 : rc; /* it was pruned: long done */
    if (rc != 0 || !reading->tells)
        return rc;
    bool has_more;
    return store_events(conn, live->id, reading->told, SIZE_MAX, SIZE_MAX, &reading->untold,
                        &has_more);
}

/* Nobody has seen an event that is gone again: a read that shows less than was there before is one that
 * came too early, and has to be made again. */
static bool shows_less(const struct reading *reading)
{
    uint64_t seq = reading->job.rc == 0 ? reading->room.last_seq : 0;
    return seq < reading->live->room.last_seq || (reading->tells && seq < reading->told);
}

static void room_was_read(struct store_job *job)
{
    struct reading *reading = CONTAINER_OF(job, struct reading, job);
    struct live_room *live = reading->live;
    struct home *home = live->home;
    const room_id room = live->id;
    const bool heard = live->heard && job->rc == 0;
    live->pending--;
    live->behind = false; /* where it cannot be read, the next act tries again */
    if ((job->rc == 0 || job->rc == -ENOENT) && !shows_less(reading)) {
        reading->room.id = live->id;
        live_room_load(live, &reading->room, &reading->members);
        room_filter_set(&live->filter, TAKE(reading->filter));
        follow_skip(live->home, live->id, reading->room.first_seq);
        home_tell(live, reading->untold.items, reading->untold.count);
        if (live->home->chat->search && reading->untold.count)
            search_notice(live->home->chat->search, live->id);
        if (reading->last)
            home_repair(live, reading->last);
    } else {
        live->state = reading->before;
        home_answer_queue(live, ERR_STORE_UNAVAILABLE);
    }
    event_list_deinit(&reading->untold);
    event_unref(reading->last);
    filter_unref(reading->filter);
    arena_deinit(&reading->arena);
    xfree(reading);
    home_advance(live);
    if (heard)
        home_is_behind(home, room);
}

void home_read_room(struct live_room *live)
{
    struct reading *reading = NEW(struct reading);
    reading->live = live;
    reading->before = live->state;
    reading->told = live->room.last_seq;
    reading->tells = live->state == LIVE_DOUBTFUL;
    if (live->home->follow && follow_told(live->home, live->id, &reading->told))
        reading->tells = true;
    reading->job =
        (struct store_job){.home = live->home->inbox, .run = run_reading, .done = room_was_read};
    live->pending++;
    live->heard = false;
    live->state = LIVE_READING;
    store_read(live->home->chat->store, &reading->job);
}
