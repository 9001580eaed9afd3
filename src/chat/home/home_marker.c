/* Markers of what is read and delivered: they are no events, and go to the store by themselves. */
#include "chat/home/home_internal.h"

#include <errno.h>

#include "chat/query/receipts.h"

/* Another server's messages count from the moment that they can be read, though the home has not heard of them. */
static int look_at_end(struct act *act, struct store_conn *conn)
{
    return act->chat->has_peers ? store_last_count(conn, act->room, &act->last_count) : 0;
}

/* `count` at the marker. What is too old is read, pruned or not, so a marker among it is behind all of it. */
static int read_count(struct act *act, struct store_conn *conn)
{
    const struct ageing ageing = chat_ageing(act->chat);
    uint64_t first;
    int rc = store_beginning(conn, act->room, act->self, &ageing, &first, &act->gone);
    if (rc != 0)
        return rc;
    if (act->seq >= first)
        return store_event_count(conn, act->room, act->seq, &act->unread);
    act->seq = first - 1;
    act->unread = act->gone;
    return 0;
}

static int run_read(struct store_job *job, struct store_conn *conn)
{
    struct act *act = CONTAINER_OF(job, struct act, job);
    struct member self;
    int rc = act->seq == 0 ? 0 : read_count(act, conn);
    if (rc == 0)
        rc = look_at_end(act, conn);
    if (rc == 0)
        rc = receipts_are_hidden(conn, act->self, act->arena, &act->hides_receipts);
    if (rc == 0 && act->seq > 0)
        rc = store_read_marker_put(conn, act->room, act->self, act->seq, act->unread);
    if (rc != 0 || !act->chat->has_peers)
        return rc;
    rc = store_member_get(conn, act->room, act->self, &self); /* they may have read on elsewhere */
    if (rc == 0) {
        act->seq = self.read_seq;
        act->unread = self.read_count;
    }
    return rc == -ENOENT ? 0 : rc;
}

/* Others are not told: they are too many, or one of two has blocked the other. */
static bool reads_alone(const struct live_room *live, const struct member *self)
{
    const struct member *peer = live_room_peer(live, self->user);
    return live->members.len > live->home->chat->limits->presence_push_members ||
           (peer && (peer->blocks_peer || self->blocks_peer));
}

/* Whose marker the store has now; NULL, and it is answered, if it has not or they have left. */
static struct member *stored_for(struct act *act)
{
    struct live_room *live = act->live;
    struct member *self = live_room_member(live, act->self);
    live->pending--;
    if (act->job.rc == 0 && self)
        return self;
    home_answer_err(act, act->job.rc ? chat_err_of(act->job.rc) : ERR_ROOM_NOT_FOUND);
    return NULL;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* The home may not know yet what is gone, pruned by another server or by nobody yet, nor what is new. */
static uint64_t unread_by(const struct act *act, const struct member *self)
{
    const struct room *room = &act->live->room;
    const uint64_t last = larger(room->last_count, act->last_count);
    const uint64_t read = larger(larger(self->read_count, room->first_count), act->gone);
    return last > read ? last - read : 0;
}

static void read_up_to(struct act *act, struct member *self)
{
    struct live_room *live = act->live;
    if (act->seq > self->read_seq) {
        self->read_seq = act->seq;
        self->read_count = act->unread;
        bus_publish_read(live->home->chat->bus, act->room, act->self, self->read_seq,
                         self->read_count, act->hides_receipts || reads_alone(live, self),
                         &live->home->signals);
    }
    act->read_seq = self->read_seq;
    act->unread = unread_by(act, self);
    home_answer(act);
}

static void has_read(struct store_job *job)
{
    struct act *act = CONTAINER_OF(job, struct act, job);
    struct live_room *live = act->live;
    struct member *self = stored_for(act);
    if (self)
        read_up_to(act, self);
    home_advance(live);
}

/* ---- what is delivered ---------------------------------------------------------------------------- */

/* Of who tells nobody it is not known either. */
static int run_delivered(struct store_job *job, struct store_conn *conn)
{
    struct act *act = CONTAINER_OF(job, struct act, job);
    int rc = receipts_are_hidden(conn, act->self, act->arena, &act->hides_receipts);
    if (rc == 0 && !act->hides_receipts)
        rc = store_delivered_put(conn, act->room, act->self, act->seq);
    return rc;
}

static void has_up_to(struct act *act, struct member *self)
{
    if (!act->hides_receipts && act->seq > member_delivered(self)) {
        self->delivered_seq = act->seq;
        if (!reads_alone(act->live, self))
            bus_publish_delivered(act->chat->bus, act->room, act->self, act->seq,
                                  &act->live->home->signals);
    }
    home_answer(act);
}

static void delivered(struct store_job *job)
{
    struct act *act = CONTAINER_OF(job, struct act, job);
    struct live_room *live = act->live;
    struct member *self = stored_for(act);
    if (self)
        has_up_to(act, self);
    home_advance(live);
}

void home_marker(struct live_room *live, struct act *act)
{
    bool reads = act->kind == ACT_READ;
    live->pending++;
    act->live = live;
    act->job = (struct store_job){.home = live->home->inbox,
                                  .run = reads ? run_read : run_delivered,
                                  .done = reads ? has_read : delivered};
    store_write(live->home->chat->store, &act->job);
}
