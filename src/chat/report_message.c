#include "chat/report_message.h"

#include <errno.h>

#include "chat/admins.h"
#include "model/report.h"

/* What lies with moderators is theirs to delete, and nobody judges in their own matter. */
static bool is_theirs(const struct report *report, user_id admin)
{
    return report->queue.v == 0 && !user_id_eq(report->user, admin);
}

int report_message(struct act *act, struct store_conn *conn)
{
    struct report report;
    bool admin = false;
    act->room = (room_id){0};
    act->problem = problem_of(ERR_REPORT_NOT_FOUND);
    int rc = admin_is(conn, act->self, act->arena, &admin);
    if (rc == 0 && admin)
        rc = store_report_get(conn, act->report, act->arena, &report);
    if (rc != 0 || !admin || !is_theirs(&report, act->self))
        return rc == -ENOENT ? 0 : rc;
    if (report.kind != REPORT_MESSAGE) {
        act->problem = problem_of(ERR_MESSAGE_NOT_FOUND);
        return 0;
    }
    act->room = report.room;
    act->seq = report.seq;
    act->problem = problem_of(report.outcome == REPORT_OPEN ? ERR_OK : ERR_REPORT_RESOLVED);
    return 0;
}
