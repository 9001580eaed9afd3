#include "auth/name_filter.h"

#include <errno.h>

#include "filter/filter_current.h"

/* What would be reported of a message goes through here: there is nothing that could be reported. */
int name_filter_check(struct auth_work *work, struct store_conn *conn, struct str field,
                      struct str text)
{
    struct str rules;
    int rc = text.len ? store_meta_get(conn, META_FILTERS, work->call->arena, &rules) : -ENOENT;
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc;
    struct filter *filter = filter_current_get(work->auth->options.filter, rules);
    enum filter_verdict verdict = filter_judge(filter, text);
    filter_unref(filter);
    if (verdict != FILTER_REFUSES)
        return 0;
    return work_cancel_with(
        work,
        problem_field(ERR_CONTENT_FILTERED, field,
                      STR("A filter of this server does not let it through: it has words or a "
                          "link that are not wanted here. Choose other words.")));
}
