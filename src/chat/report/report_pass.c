#include "chat/report/report_pass.h"

#include <errno.h>

#include "chat/report/reports.h"

struct passing {
    struct query query;
    struct arena arena;
};

/* Nobody judges in their own matter: not who is reported, and not who reports. */
static bool somebody_decides(const struct report *report, const user_id *staff, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!user_id_eq(staff[i], report->user) && !user_id_eq(staff[i], report->by))
            return true;
    return false;
}

/* With its evidence, which lists are without. */
static int hand_on(struct query *query, struct store_conn *conn, uint64_t id)
{
    struct report report;
    int rc = store_report_get(conn, id, query->arena, &report);
    report.queue = (room_id){0};
    return rc == 0 ? store_report_put(conn, &report) : rc;
}

static int hand_on_all(struct query *query, struct store_conn *conn, size_t *handed)
{
    enum { PAGE = 100, ENOUGH = 3 /* one of them is neither of two */ };
    const struct report_filter filter = {.queue = query->room, .open = true};
    struct report_place place = {INT64_MAX, INT64_MAX};
    struct report_list page;
    user_id *staff = arena_take_array(query->arena, REPORTS_TOLD_MOST, sizeof(*staff));
    size_t count = 0;
    int rc = report_staff(query, conn, query->room, staff, &count);
    *handed = 0;
    if (rc != 0 || count >= ENOUGH)
        return rc;
    do {
        page = (struct report_list){0};
        rc = store_reports(conn, &filter, &place, PAGE, query->arena, &page);
        for (size_t i = 0; rc == 0 && i < page.count; i++) {
            const struct report *report = &page.items[i];
            place = (struct report_place){report->created_at, report->id};
            if (somebody_decides(report, staff, count))
                continue;
            rc = hand_on(query, conn, report->id);
            ++*handed;
        }
    } while (rc == 0 && page.count == PAGE);
    return rc;
}

/* They see no reports there: they are not told of any. */
static int forget_where_not_permitted(struct query *query, struct store_conn *conn)
{
    struct room room;
    struct member_list staff = {0};
    int rc = store_room_get(conn, query->room, query->arena, &room);
    if (rc == 0)
        rc = store_staff(conn, query->room, REPORTS_TOLD_MOST, query->arena, &staff);
    for (size_t i = 0; rc == 0 && i < staff.count; i++)
        if (!room_permits(&room, staff.items[i].role, PERMISSION_REPORTS))
            rc = report_forget(query, conn, query->room, staff.items[i].user);
    return rc;
}

static int tell_all(struct query *query, struct store_conn *conn, size_t handed)
{
    int rc = report_count(query, conn, query->room);
    if (rc == 0)
        rc = forget_where_not_permitted(query, conn);
    return rc == 0 && handed ? report_count(query, conn, (room_id){0}) : rc;
}

static int run_pass(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    size_t open = 0, handed = 0;
    report_begin(query);
    int rc = store_reports_open(conn, query->room, (user_id){0}, 1, &open);
    if (rc == 0 && open)
        rc = hand_on_all(query, conn, &handed);
    if (rc == 0 && open)
        rc = tell_all(query, conn, handed);
    if (rc != 0 || !query->self.v)
        return rc;
    int decides = report_may_decide(query, conn, query->room);
    return decides == 0 ? report_forget(query, conn, query->room, query->self)
                        : (decides < 0 ? decides : 0);
}

static void is_passed(struct query *query)
{
    struct passing *passing = CONTAINER_OF(query, struct passing, query);
    arena_deinit(&passing->arena);
    xfree(passing);
}

void report_pass(struct chat *chat, struct inbox *home, room_id room, user_id user)
{
    struct passing *passing = NEW(struct passing);
    struct query *query = &passing->query;
    query->chat = chat;
    query->origin = home;
    query->arena = &passing->arena;
    query->done = is_passed;
    query->room = room;
    query->self = user;
    report_write(query, run_pass);
}
