#include "chat/report/report_filtered.h"

#include <errno.h>

#include "chat/chat_internal.h"
#include "chat/report/reports.h"
#include "core/clock.h"

enum { AROUND = 5, APART_MS = 600000 };

struct filtered {
    struct query query;
    struct arena arena;
    user_id sender;
    int64_t said_at;
};

/* Where what its sender may read begins; of who has left, their message alone goes along. */
static int read_first(const struct filtered *filtered, struct store_conn *conn,
                      const struct report *report, uint64_t *out)
{
    const struct ageing ageing = chat_ageing(filtered->query.chat);
    int rc = store_readable(conn, report->room, filtered->sender, &ageing, out);
    if (rc == -ENOENT)
        *out = report->seq;
    return rc == -ENOENT ? 0 : rc;
}

/* For moderators with what was said before it, which they can read anyway; behind it there is nothing yet. What others
 * said is not for administrators, as nobody who can read it has shown it to them. */
static int gather(struct query *query, struct store_conn *conn, struct report *report)
{
    struct filtered *filtered = CONTAINER_OF(query, struct filtered, query);
    struct room room;
    uint64_t first;
    struct report_evidence evidence = {0};
    OWN(event_unref) struct event *message = NULL;
    int rc = store_event_get(conn, report->room, report->seq, &message);
    if (rc == 0 && (!event_is_message(message) || event_is_deleted(message)))
        return -ENOENT;
    if (rc == 0)
        rc = store_room_get(conn, report->room, query->arena, &room);
    if (rc == 0)
        rc = read_first(filtered, conn, report, &first);
    if (rc == 0)
        rc = store_messages(conn, report->room, message->thread, first, POSITION_BEFORE,
                            report->seq + 1, report->queue.v ? AROUND : 1, &query->page);
    if (rc == 0)
        rc = store_users_get(conn, &filtered->sender, 1, query->arena, &evidence.users);
    evidence.messages = query->page.messages;
    evidence.room = rc == 0 && room.kind == ROOM_GROUP ? &room : NULL;
    if (rc == 0)
        report->evidence = query->chat->evidence_of(&evidence, query->arena);
    event_list_deinit(&query->page.messages);
    return rc;
}

/* Its id follows from what it is about, so that two servers make one: this person's of these ten minutes, the nth, as
 * behind one that is decided there is another. */
static uint64_t id_of(const struct filtered *filtered, uint64_t nth)
{
    const struct report *report = &filtered->query.report;
    struct {
        char what[8];
        uint64_t queue, room, sender, span, nth;
    } name = {.what = "filter",
              .queue = report->queue.v,
              .room = report->room.v,
              .sender = filtered->sender.v,
              .span = (uint64_t)(filtered->said_at / APART_MS),
              .nth = nth};
    return derive_id(filtered->query.chat->id_key, &name, sizeof(name));
}

/* When it left the eyes of those for whom it was made, decided or handed on; 0: it has not. */
static int64_t over_at(const struct report *report, room_id queue)
{
    return room_id_eq(report->queue, queue) ? report->resolved_at : report->escalated_at;
}

/* The id that is free for it; -EEXIST: there is one already that tells of it. */
static int find_id(const struct filtered *filtered, struct store_conn *conn, uint64_t *out)
{
    const struct query *query = &filtered->query;
    struct report before;
    for (uint64_t nth = 0;; nth++) {
        *out = id_of(filtered, nth);
        int rc = store_report_get(conn, *out, query->arena, &before);
        if (rc != 0)
            return rc == -ENOENT ? 0 : rc;
        int64_t over = over_at(&before, query->report.queue);
        if (over == 0 || filtered->said_at <= over)
            return -EEXIST;
    }
}

/* What is there already stays: another one of these ten minutes, or the same after a crash. */
static int run_report(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    const struct filtered *filtered = CONTAINER_OF(query, struct filtered, query);
    struct report report = query->report;
    report_begin(query);
    int rc = find_id(filtered, conn, &report.id);
    if (rc != 0)
        return rc == -EEXIST ? 0 : rc;
    rc = gather(query, conn, &report);
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc; /* it was deleted meanwhile */
    rc = store_report_put(conn, &report);
    return rc == 0 ? report_count(query, conn, report.queue) : rc;
}

static void is_reported(struct query *query)
{
    struct filtered *filtered = CONTAINER_OF(query, struct filtered, query);
    arena_deinit(&filtered->arena);
    xfree(filtered);
}

void report_filtered(struct chat *chat, struct inbox *home, const struct event *event,
                     bool to_server)
{
    if (!chat->evidence_of)
        return;
    struct filtered *filtered = NEW(struct filtered);
    struct query *query = &filtered->query;
    filtered->sender = event->sender;
    filtered->said_at = event->created_at;
    query->chat = chat;
    query->origin = home;
    query->arena = &filtered->arena;
    query->done = is_reported;
    query->report = (struct report){.kind = REPORT_MESSAGE,
                                    .queue = to_server ? (room_id){0} : event->room,
                                    .room = event->room,
                                    .seq = event_is_message(event) ? event->seq : event->target,
                                    .user = event->sender,
                                    .category = REPORT_OTHER,
                                    .created_at = clock_now_ms()};
    report_write(query, run_report);
}
