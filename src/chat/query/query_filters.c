#include <errno.h>

#include "chat/query/query_internal.h"

/* Which words and links a room does not want: for those who set it. */

static int run_filters(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = query_require(query, conn, PERMISSION_FILTERS);
    if (rc != 0 || query->problem.err != ERR_OK)
        return rc;
    query->value = STR("");
    rc = store_filter_get(conn, query->room, query->arena, &query->value);
    return rc == -ENOENT ? 0 : rc;
}

void query_filters(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_filters);
}
