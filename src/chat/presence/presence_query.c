/* Asking who is there, and saying what one wants others to see. */
#include "chat/blocks.h"
#include "chat/chat_internal.h"
#include "chat/presence/presences.h"
#include "chat/query.h"
#include "core/clock.h"

#define QUERY_OF(job) CONTAINER_OF(job, struct query, job)

int presence_seen_by(struct chat *chat, struct store_conn *conn, user_id viewer,
                     struct arena *arena, struct presence *presence)
{
    bool is_self = user_id_eq(presence->user, viewer), is_hidden = false;
    int rc = is_self || presence->user.v == 0
                 ? 0
                 : blocks_has(conn, presence->user, viewer, arena, &is_hidden);
    if (rc != 0)
        return rc;
    if (is_hidden) {
        *presence = presence_unknown(presence->user);
        return 0;
    }
    presence->state = presences_state(chat->presences, presence->user, presence->choice);
    presence_show(presence, clock_now_ms(), is_self);
    if (is_self || presence->last_seen_at == 0)
        return 0;
    rc = blocks_has_entry(conn, presence->user, FEED_NO_LAST_SEEN, arena, &is_hidden);
    if (is_hidden)
        presence->last_seen_at = 0;
    return rc;
}

static int run_presences(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc =
        store_presences_get(conn, query->ids, query->id_count, query->arena, &query->presences);
    for (size_t i = 0; rc == 0 && i < query->presences.count; i++)
        rc = presence_seen_by(query->chat, conn, query->self, query->arena,
                              &query->presences.items[i]);
    return rc;
}

static void answered(struct store_job *job)
{
    struct query *query = QUERY_OF(job);
    if (job->rc != 0)
        query->problem = problem_of(chat_err_of(job->rc));
    query->done(query);
}

void query_presences(struct chat *chat, struct query *query)
{
    if (!query_is_admitted(chat, query, false))
        return;
    query->job = (struct store_job){.home = query->origin, .run = run_presences, .done = answered};
    store_read(chat->store, &query->job);
}

static int run_put(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    bool refused;
    int rc = server_rules_refuse(query->chat, conn, query->presence.text, query->arena, &refused);
    if (rc == 0 && refused)
        query->problem = problem_field(
            ERR_CONTENT_FILTERED, STR("text"),
            STR("A filter of this server does not let it through: it has words or a link that are "
                "not wanted here. Choose other words."));
    query->presence.user = query->self;
    return rc == 0 && !refused ? store_presence_put(conn, &query->presence) : rc;
}

static void was_put(struct store_job *job)
{
    struct query *query = QUERY_OF(job);
    struct presence *presence = &query->presence;
    if (job->rc == 0 && query->problem.err == ERR_OK) {
        presence_renew(query->chat, query->self);
        presence->state = presences_state(query->chat->presences, query->self, presence->choice);
    }
    answered(job);
}

void query_presence_put(struct chat *chat, struct query *query)
{
    if (!query_is_admitted(chat, query, false))
        return;
    query->job = (struct store_job){.home = query->origin, .run = run_put, .done = was_put};
    store_write(chat->store, &query->job);
}
