/* Markers of what is read and delivered: they are no events, and go to the store by themselves. */
#include "chat/home_internal.h"

#include <errno.h>

#include "chat/receipts.h"

static int run_mark(struct store_job *job, struct store_conn *conn)
{
    struct act *act = CONTAINER_OF(job, struct act, job);
    struct member self;
    int rc = act->seq == 0 ? 0 : store_event_count(conn, act->room, act->seq, &act->unread);
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

static void marked(struct store_job *job)
{
    struct act *act = CONTAINER_OF(job, struct act, job);
    struct live_room *live = act->live;
    struct chat *chat = live->home->chat;
    struct member *self = live_room_member(live, act->self);
    live->pending--;
    if (job->rc != 0) {
        home_answer_err(act, chat_err_of(job->rc));
    } else if (!self) {
        home_answer_err(act, ERR_ROOM_NOT_FOUND);
    } else {
        if (act->seq > self->read_seq) {
            self->read_seq = act->seq;
            self->read_count = act->unread;
            bus_publish_read(chat->bus, act->room, act->self, self->read_seq, self->read_count,
                             act->hides_receipts || reads_alone(live, self));
        }
        act->read_seq = self->read_seq;
        bool has_more = live->room.last_count > self->read_count; /* not yet, where it is behind */
        act->unread = has_more ? live->room.last_count - self->read_count : 0;
        home_answer(act);
    }
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

static void delivered(struct store_job *job)
{
    struct act *act = CONTAINER_OF(job, struct act, job);
    struct live_room *live = act->live;
    struct chat *chat = live->home->chat;
    struct member *self = live_room_member(live, act->self);
    live->pending--;
    if (job->rc != 0) {
        home_answer_err(act, chat_err_of(job->rc));
    } else if (!self) {
        home_answer_err(act, ERR_ROOM_NOT_FOUND);
    } else {
        if (!act->hides_receipts && act->seq > member_delivered(self)) {
            self->delivered_seq = act->seq;
            if (!reads_alone(live, self))
                bus_publish_delivered(chat->bus, act->room, act->self, act->seq);
        }
        home_answer(act);
    }
    home_advance(live);
}

void home_mark(struct live_room *live, struct act *act)
{
    bool reads = act->kind == ACT_READ;
    live->pending++;
    act->live = live;
    act->job = (struct store_job){.home = live->home->inbox,
                                  .run = reads ? run_mark : run_delivered,
                                  .done = reads ? marked : delivered};
    store_write(live->home->chat->store, &act->job);
}
