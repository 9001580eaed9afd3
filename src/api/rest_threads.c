/* The threads that somebody follows. */
#include "api/router.h"
#include "api/worker.h"
#include "proto/feed_key.h"
#include "proto/thread.h"

static void threads_listed(struct request *request)
{
    const struct query *query = &request->query;
    struct buf body = BUF_INIT;
    encode_threads(&body, &query->threads, query->next);
    request_answer_json(request, 200, &body);
}

void rest_list_threads(struct request *request)
{
    const struct limits *limits = request->api->limits;
    request->query = (struct query){0};
    request->query.limit =
        params_number(&request->params, "limit", 1, limits->page_limit, limits->page_default);
    request->query.cursor = params_text(&request->params, "cursor", FEED_KEY_MAX);
    request_post_query(request, query_threads, threads_listed);
}
