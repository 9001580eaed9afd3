#include "chat/report/report_message.h"

#include <errno.h>

#include "chat/admins.h"
#include "chat/report/reports.h"
#include "model/report.h"

int report_message(struct act *act, struct store_conn *conn)
{
    struct report report;
    bool admin = false;
    act->room = (room_id){0};
    act->problem = problem_of(ERR_REPORT_NOT_FOUND);
    int rc = admin_is(conn, act->self, act->arena, &admin);
    if (rc == 0 && admin)
        rc = store_report_get(conn, act->report, act->arena, &report);
    if (rc != 0 || !admin)
        return rc == -ENOENT ? 0 : rc;
    if (report.queue.v || !report_is_for(&report, act->self))
        return 0; /* what lies with moderators is theirs to delete */
    if (report.kind != REPORT_MESSAGE) {
        act->problem = problem_of(ERR_MESSAGE_NOT_FOUND);
        return 0;
    }
    act->room = report.room;
    act->seq = report.seq;
    act->problem = problem_of(report.outcome == REPORT_OPEN ? ERR_OK : ERR_REPORT_RESOLVED);
    return 0;
}
