/* Somebody reports a message, a person or a room: what they may see of it goes along, and it lies with those
 * who can do something about it. */
#include <errno.h>

#include "chat/chat_internal.h"
#include "chat/query/query_internal.h"
#include "chat/report/reports.h"
#include "core/clock.h"

enum { AROUND = 11 }; /* messages that go along: the one reported and five on either side */

static int refuse(struct query *query, enum err err)
{
    query->problem = problem_of(err);
    return 0;
}

static int refuse_field(struct query *query, struct str field, struct str detail)
{
    query->problem = problem_field(ERR_FIELD_INVALID, field, detail);
    return 0;
}

/* ---- where it goes ------------------------------------------------------------------------------ */

/* To the moderators of the group, unless one of them reports or is reported: nobody judges in their own matter. */
static int choose_queue(const struct query *query, struct store_conn *conn, struct report *report)
{
    const struct room *room = &query->view.room;
    struct member sender = {0};
    if (room->kind == ROOM_DIRECT || room_permits(room, query->view.role, PERMISSION_REPORTS))
        return 0;
    int rc = store_member_get(conn, room->id, report->user, &sender);
    if (rc != 0 && rc != -ENOENT)
        return rc;
    if (!room_permits(room, sender.role, PERMISSION_REPORTS))
        report->queue = room->id;
    return 0;
}

/* ---- what goes along ---------------------------------------------------------------------------- */

static int gather(struct query *query, struct store_conn *conn, const struct event_list *messages,
                  const struct room *room, struct report *report)
{
    struct report_evidence evidence = {.messages = *messages, .room = room};
    user_id *ids = arena_take_array(query->arena, messages->count + 1, sizeof(*ids));
    struct map seen = {0};
    size_t count = 0;
    for (size_t i = 0; i < messages->count; i++) {
        user_id sender = messages->items[i]->sender;
        if (!map_get(&seen, sender.v)) {
            map_put(&seen, sender.v, query);
            ids[count++] = sender;
        }
    }
    if (report->user.v && !map_get(&seen, report->user.v))
        ids[count++] = report->user;
    map_deinit(&seen);
    int rc = store_users_get(conn, ids, count, query->arena, &evidence.users);
    if (rc == 0)
        report->evidence = query->evidence_of(&evidence, query->arena);
    return rc;
}

static int gather_around(struct query *query, struct store_conn *conn, uint64_t thread,
                         enum position position, struct report *report)
{
    const struct room *room = &query->view.room;
    int rc = store_messages(conn, report->room, thread, room->first_seq, position, report->seq,
                            AROUND, &query->page);
    if (rc == 0)
        rc = gather(query, conn, &query->page.messages, room->kind == ROOM_GROUP ? room : NULL,
                    report);
    event_list_deinit(&query->page.messages);
    return rc;
}

/* ---- what is reported --------------------------------------------------------------------------- */

/* As who reports may read it. */
static int read_view(struct query *query, struct store_conn *conn, const struct report *report)
{
    query->room = report->room;
    return query_read_view(query, conn, &query->view);
}

static int look_at_message(struct query *query, struct store_conn *conn, struct report *report)
{
    OWN(event_unref) struct event *message = NULL;
    int rc = read_view(query, conn, report);
    if (rc != 0)
        return rc;
    rc = store_event_get(conn, report->room, report->seq, &message);
    if (report->seq < query->view.room.first_seq || rc == -ENOENT ||
        (rc == 0 && !event_is_message(message)))
        return refuse(query, ERR_MESSAGE_NOT_FOUND);
    if (rc != 0)
        return rc;
    if (event_is_deleted(message))
        return refuse(query, ERR_MESSAGE_DELETED);
    if (user_id_eq(message->sender, query->self))
        return refuse_field(query, STR("seq"),
                            STR("One's own messages are deleted, not reported."));
    report->user = message->sender;
    rc = choose_queue(query, conn, report);
    return rc == 0 ? gather_around(query, conn, message->thread, POSITION_AROUND, report) : rc;
}

static int look_at_user(struct query *query, struct store_conn *conn, struct report *report)
{
    struct user user;
    if (user_id_eq(report->user, query->self))
        return refuse_field(query, STR("user_id"), STR("Report somebody else."));
    int rc = store_user_get(conn, report->user, query->arena, &user);
    if (rc == -ENOENT || (rc == 0 && user.deleted))
        return refuse(query, ERR_USER_NOT_FOUND);
    return rc == 0 ? gather(query, conn, &(struct event_list){0}, NULL, report) : rc;
}

/* One's own groups, with what was said there last, and those that everybody finds. */
static int look_at_room(struct query *query, struct store_conn *conn, struct report *report)
{
    struct room room;
    int rc = read_view(query, conn, report);
    if (rc == 0 && query->view.room.kind == ROOM_DIRECT)
        return refuse_field(query, STR("room"),
                            STR("Of a talk with one other report a message (`seq`), or the person "
                                "(`user_id`)."));
    if (rc != -ENOENT)
        return rc == 0 ? gather_around(query, conn, 0, POSITION_NEWEST, report) : rc;
    rc = store_room_get(conn, report->room, query->arena, &room);
    if (rc == 0 && !room.is_public)
        rc = -ENOENT;
    return rc == 0 ? gather(query, conn, &(struct event_list){0}, &room, report) : rc;
}

static int look(struct query *query, struct store_conn *conn, struct report *report)
{
    switch (report->kind) {
    case REPORT_MESSAGE:
        return look_at_message(query, conn, report);
    case REPORT_USER:
        return look_at_user(query, conn, report);
    default:
        return look_at_room(query, conn, report);
    }
}

/* ---- once ---------------------------------------------------------------------------------------- */

static bool is_about_the_same(const struct report *a, const struct report *b)
{
    return a->kind == b->kind && room_id_eq(a->room, b->room) && a->seq == b->seq &&
           user_id_eq(a->user, b->user);
}

/* Sets query->duplicate, or a problem where there are as many as may be. */
static int look_at_own(struct query *query, struct store_conn *conn, const struct report *report)
{
    const struct limits *limits = query->chat->limits;
    struct report_list own = {0};
    int rc = store_reports_by(conn, query->self, limits->reports_open, query->arena, &own);
    for (size_t i = 0; rc == 0 && i < own.count; i++)
        if (is_about_the_same(&own.items[i], report)) {
            query->reported = own.items[i];
            query->duplicate = true;
            return 0;
        }
    if (rc == 0 && own.count >= limits->reports_open)
        query->problem = problem_of(ERR_REPORT_TOO_MANY);
    return rc;
}

static int run_report(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    struct report report = query->report;
    report_begin(query);
    report.by = query->self;
    report.created_at = clock_now_ms();
    int rc = look(query, conn, &report);
    if (rc == 0 && query->problem.err == ERR_OK)
        rc = look_at_own(query, conn, &report);
    if (rc != 0 || query->problem.err != ERR_OK || query->duplicate)
        return rc;
    query->reported = report;
    rc = store_report_put(conn, &report);
    if (rc == 0)
        rc = report_tell(query, conn, &report);
    if (rc == 0)
        rc = report_count(query, conn, report.queue);
    if (rc == 0) /* for administrators alone: who is reported may come to moderate the room */
        rc = report_audit(query, conn, &report, AUDIT_REPORT_CREATED, (room_id){0},
                          report.created_at);
    return rc;
}

void query_report(struct chat *chat, struct query *query)
{
    report_post(chat, query, run_report);
}
