/* How polls stand, and who voted. */
#include "chat/chat_internal.h"
#include "chat/query/query_internal.h"

int query_poll_state(struct query *query, struct store_conn *conn, uint64_t message,
                     const struct poll_state **out)
{
    struct poll_question *question = ARENA_NEW(query->arena, struct poll_question);
    *question =
        (struct poll_question){.message = message,
                               .self = query->self,
                               .voter = chat_voter(query->chat, query->room, message, query->self)};
    int rc = store_polls(conn, query->room, question, 1);
    if (rc == 0 && question->state.poll.options) /* it was not deleted */
        *out = &question->state;
    return rc;
}

/* 0 and a problem, or the ids of who chose it. */
static int read_voters(struct query *query, struct store_conn *conn, user_id after, user_id **ids,
                       size_t *count)
{
    const struct poll_state *state = NULL;
    int rc = query_poll_state(query, conn, query->seq, &state);
    if (rc != 0)
        return rc;
    if (!state || query->option >= state->poll.options)
        query->problem = problem_field(ERR_FIELD_INVALID, STR("option"),
                                       STR("This message is no poll, or has no such option; they "
                                           "are counted from 0."));
    else if (state->poll.anonymous)
        query->problem = problem_of(ERR_POLL_ANONYMOUS);
    if (query->problem.err != ERR_OK)
        return 0;
    return store_voters(conn, query->room, query->seq, (unsigned)query->option, after,
                        query->limit + 1, query->arena, ids, count);
}

static int run_voters(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    uint64_t after;
    user_id *ids = NULL;
    size_t count = 0;
    int rc = query_read_message(query, conn);
    if (rc != 0 || query->problem.err != ERR_OK || query_cursor(query, &after) != 0)
        return rc;
    rc = read_voters(query, conn, (user_id){after}, &ids, &count);
    if (rc != 0 || query->problem.err != ERR_OK)
        return rc;
    if (count > query->limit) {
        count = query->limit;
        query_next(query, ids[count - 1].v);
    }
    return store_users_get(conn, ids, count, query->arena, &query->users);
}

void query_voters(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_voters);
}
