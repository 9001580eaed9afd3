#include "chat/report/reports.h"

#include <errno.h>

#include "chat/chat_internal.h"

/* ---- through the store -------------------------------------------------------------------------- */

static void was_written(struct store_job *job)
{
    struct query *query = QUERY_OF(job);
    if (job->rc == -ENOENT)
        query->problem = problem_of(ERR_ROOM_NOT_FOUND);
    else if (job->rc != 0)
        query->problem = problem_of(chat_err_of(job->rc));
    else
        for (size_t i = 0; i < query->told_count; i++)
            bus_publish_feed(query->chat->bus, query->told[i].user, &query->told[i].entry);
    query->done(query);
}

void report_write(struct query *query, int (*run)(struct store_job *job, struct store_conn *conn))
{
    query->job = (struct store_job){.home = query->origin, .run = run, .done = was_written};
    store_write(query->chat->store, &query->job);
}

void report_post(struct chat *chat, struct query *query,
                 int (*run)(struct store_job *job, struct store_conn *conn))
{
    if (query_is_admitted(chat, query, false))
        report_write(query, run);
}

void report_begin(struct query *query)
{
    query->problem = problem_of(ERR_OK);
    query->duplicate = false;
    query->told = arena_take_array(query->arena, REPORTS_TOLD_MOST * 2 + 1, sizeof(*query->told));
    query->told_count = 0;
    event_list_deinit(&query->page.messages);
}

/* ---- who is told -------------------------------------------------------------------------------- */

static int put(struct query *query, struct store_conn *conn, user_id user, struct str key,
               struct str value)
{
    struct feed_told *told = &query->told[query->told_count];
    *told = (struct feed_told){user, {.key = key, .value = value}};
    int rc = store_feed_put(conn, user, key, value, FEED_ANY_REV, STR_NONE, 0, 0, &told->entry.rev);
    if (rc == 0)
        query->told_count++;
    return rc == -ENOENT ? 0 : rc; /* none are open, and none were */
}

int report_tell(struct query *query, struct store_conn *conn, const struct report *report)
{
    struct user by;
    int rc = store_user_get(conn, report->by, query->arena, &by);
    if (rc != 0 || by.deleted)
        return rc == -ENOENT ? 0 : rc; /* a deleted account's feed stays empty */
    return put(query, conn, report->by, report_key(query->arena, report->id),
               report_told(query->arena, report));
}

int report_staff(struct query *query, struct store_conn *conn, room_id room_of, user_id *out,
                 size_t *count)
{
    struct room room;
    struct member_list staff = {0};
    int rc = store_room_get(conn, room_of, query->arena, &room);
    if (rc == 0)
        rc = store_staff(conn, room_of, REPORTS_TOLD_MOST, query->arena, &staff);
    for (size_t i = 0; rc == 0 && i < staff.count; i++)
        if (room_permits(&room, staff.items[i].role, PERMISSION_REPORTS))
            out[(*count)++] = staff.items[i].user;
    return rc;
}

static int read_admins(struct query *query, struct store_conn *conn, user_id *out, size_t *count)
{
    struct user_list admins = {0};
    int rc = store_admins(conn, (user_id){0}, REPORTS_TOLD_MOST, query->arena, &admins);
    for (size_t i = 0; rc == 0 && i < admins.count; i++)
        out[(*count)++] = admins.items[i].id;
    return rc;
}

int report_count(struct query *query, struct store_conn *conn, room_id queue)
{
    user_id *users = arena_take_array(query->arena, REPORTS_TOLD_MOST, sizeof(*users));
    size_t count = 0, open = 0;
    struct str key = report_badge_key(query->arena, queue);
    int rc = queue.v ? report_staff(query, conn, queue, users, &count)
                     : read_admins(query, conn, users, &count);
    for (size_t i = 0; rc == 0 && i < count; i++) {
        rc = store_reports_open(conn, queue, users[i], REPORTS_COUNTED, &open);
        if (rc == 0)
            rc = put(query, conn, users[i], key, report_badge(query->arena, open));
    }
    return rc;
}

int report_forget(struct query *query, struct store_conn *conn, room_id queue, user_id user)
{
    return put(query, conn, user, report_badge_key(query->arena, queue),
               report_badge(query->arena, 0));
}

int report_audit(struct query *query, struct store_conn *conn, const struct report *report,
                 uint8_t type, room_id room, int64_t at)
{
    return store_audit_put(conn, &(struct audit_entry){.room = room,
                                                       .seq = report->id,
                                                       .at = at,
                                                       .type = type,
                                                       .by = query->self,
                                                       .user = report->user,
                                                       .about = report->seq,
                                                       .payload = query->payload});
}

/* ---- who decides -------------------------------------------------------------------------------- */

int report_is_admin(const struct query *query, struct store_conn *conn)
{
    struct user self;
    int rc = store_user_get(conn, query->self, query->arena, &self);
    return rc == 0 ? self.admin : rc == -ENOENT ? 0 : rc;
}

int report_may_decide(const struct query *query, struct store_conn *conn, room_id queue)
{
    struct room_view view;
    if (queue.v == 0)
        return report_is_admin(query, conn);
    int rc = store_room_view(conn, queue, query->self, query->arena, &view);
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc;
    return room_permits(&view.room, view.role, PERMISSION_REPORTS);
}

bool report_is_for(const struct report *report, user_id self)
{
    if (user_id_eq(report->user, self))
        return false; /* nobody judges in their own matter */
    return report->queue.v == 0 || !user_id_eq(report->by, self);
}

int report_find(struct query *query, struct store_conn *conn, uint64_t id)
{
    int rc = store_report_get(conn, id, query->arena, &query->reported);
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc;
    if (!report_is_for(&query->reported, query->self))
        return 0;
    return report_may_decide(query, conn, query->reported.queue);
}
