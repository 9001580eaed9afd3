/* Somebody decides of a report, or hands it on to those who administer the server. */
#include <errno.h>

#include "chat/chat_internal.h"
#include "chat/report/reports.h"
#include "core/clock.h"

/* Behind all that was done of it before: the audit log keeps them apart by their times. */
static int64_t after(int64_t before)
{
    int64_t now = clock_now_ms();
    return now > before ? now : before + 1;
}

static int64_t last_act(const struct report *report)
{
    return report->escalated_at > report->created_at ? report->escalated_at : report->created_at;
}

/* 1: go on; 0: there is a problem, or it is as they want it already. */
static int find_open(struct query *query, struct store_conn *conn)
{
    int found = report_find(query, conn, query->report.id);
    if (found < 0)
        return found;
    const struct report *report = &query->reported;
    if (!found) {
        query->problem = problem_of(ERR_REPORT_NOT_FOUND);
        return 0;
    }
    if (report->outcome == REPORT_OPEN)
        return 1;
    query->duplicate =
        user_id_eq(report->resolved_by, query->self) && report->outcome == query->report.outcome;
    if (!query->duplicate)
        query->problem = problem_of(ERR_REPORT_RESOLVED);
    return 0;
}

/* ---- the end ------------------------------------------------------------------------------------- */

static int run_resolve(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    struct report *report = &query->reported;
    report_begin(query);
    int rc = find_open(query, conn);
    if (rc != 1)
        return rc;
    report->resolved_at = after(last_act(report));
    report->resolved_by = query->self;
    report->resolution = query->report.resolution;
    report->outcome = query->report.outcome;
    report->evidence = STR_NONE;
    rc = store_report_put(conn, report);
    if (rc == 0)
        rc = report_tell(query, conn, report);
    if (rc == 0)
        rc = report_count(query, conn, report->queue);
    if (rc == 0)
        rc = report_audit(query, conn, report, AUDIT_REPORT_RESOLVED, report->queue,
                          report->resolved_at);
    return rc;
}

void query_report_resolve(struct chat *chat, struct query *query)
{
    report_post(chat, query, run_resolve);
}

/* ---- to the server's administrators --------------------------------------------------------------- */

/* Who hands it on does not see any more what was said, nor what becomes of it. */
static void leave_own(struct report *report)
{
    report->evidence = STR_NONE;
    report->resolved_at = 0;
    report->resolved_by = (user_id){0};
    report->resolution = STR_NONE;
    report->outcome = REPORT_OPEN;
}

/* That they ask again is known by who did it. */
static int was_handed_on(struct query *query, struct store_conn *conn, bool *out)
{
    struct report report;
    int rc = store_report_get(conn, query->report.id, query->arena, &report);
    *out = rc == 0 && report.escalated_at && user_id_eq(report.escalated_by, query->self);
    leave_own(&report);
    if (*out)
        query->reported = report;
    return rc == -ENOENT ? 0 : rc;
}

static int run_escalate(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    struct report *report = &query->reported;
    report_begin(query);
    int rc = was_handed_on(query, conn, &query->duplicate);
    if (rc != 0 || query->duplicate)
        return rc;
    rc = find_open(query, conn);
    if (rc != 1)
        return rc;
    if (report->queue.v == 0) {
        query->problem = problem_of(ERR_REPORT_ESCALATED);
        return 0;
    }
    room_id room = report->queue;
    report->queue = (room_id){0};
    report->escalated_at = after(report->created_at);
    report->escalated_by = query->self;
    report->escalation = query->report.escalation;
    rc = store_report_put(conn, report);
    if (rc == 0)
        rc = report_count(query, conn, room);
    if (rc == 0)
        rc = report_count(query, conn, report->queue);
    if (rc == 0)
        rc = report_audit(query, conn, report, AUDIT_REPORT_ESCALATED, room, report->escalated_at);
    leave_own(report);
    return rc;
}

void query_report_escalate(struct chat *chat, struct query *query)
{
    report_post(chat, query, run_escalate);
}
