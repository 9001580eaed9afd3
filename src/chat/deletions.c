/* All that one person wrote in a group, or what they wrote of late, is deleted: found by one reading, then
 * deleted by one act for each, which the room's home judges and its log tells as any other. */
#include <errno.h>
#include <stdio.h>

#include "chat/chat_internal.h"
#include "chat/query/query_internal.h"

/* WINDOW at a time: a home's queue and the store's one writer are everybody's. LOOKED_AT: events of the room
 * among which one request looks. */
enum { WINDOW = 8, LOOKED_AT = 20000 };

struct deletions {
    struct query *query;
    size_t posted, under_way;
    bool posting; /* an act may be done before act_post() is back */
    bool stopped; /* there is no use in more for now */
    struct deletion {
        struct act act;
        struct arena arena; /* its own: its home reads into it, on another thread */
        char nonce[NONCE_MAX];
        struct deletions *all;
    } * items;
};

/* Does nothing before this seq come in question? Times never run backwards along a room. */
static int is_the_end(const struct query *query, struct store_conn *conn, uint64_t seq, bool *out)
{
    OWN(event_unref) struct event *event = NULL;
    *out = seq == 0;
    if (*out)
        return 0;
    int rc = store_event_get(conn, query->room, seq, &event);
    if (rc == 0)
        *out = event->created_at < query->after_time;
    return rc == -ENOENT ? 0 : rc;
}

static int run_find(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    bool end;
    int rc = query_require(query, conn, PERMISSION_DELETE);
    if (rc != 0 || query->problem.err != ERR_OK)
        return rc;
    uint64_t last = query->view.room.last_seq;
    uint64_t through = query->seq && query->seq <= last ? query->seq - 1 : last;
    uint64_t after = through > LOOKED_AT ? through - LOOKED_AT : 0;
    uint64_t first = query->view.room.first_seq;
    bool begins = after + 1 <= first;
    after = begins ? first - 1 : after;
    rc = store_messages_of(conn, query->room, query->from, query->after_time, after, through,
                           query->limit + 1, query->arena, &query->seqs, &query->seq_count);
    if (rc == 0)
        rc = is_the_end(query, conn, begins ? 0 : after, &end);
    if (rc != 0)
        return rc;
    query->next_seq = end ? 0 : after + 1;
    if (query->seq_count > query->limit) {
        query->seq_count = query->limit;
        query->next_seq = query->seqs[query->limit - 1];
    }
    return 0;
}

static void post_more(struct deletions *all);

static void go_on_at(struct query *query, uint64_t seq)
{
    if (query->next_seq <= seq)
        query->next_seq = seq + 1;
}

/* What could not be done is what comes next where something was; where nothing was, its problem is told. */
static void finish(struct deletions *all)
{
    struct query *query = all->query;
    if (all->posted < query->seq_count)
        go_on_at(query, query->seqs[all->posted]);
    if (query->deleted)
        query->problem = problem_of(ERR_OK);
    xfree(all->items);
    xfree(all);
    query->done(query);
}

/* Who is busy or out of order now is so for the next ones too. */
static bool is_for_now(enum err err)
{
    int status = err_status(err);
    return status == 429 || status >= 500;
}

/* What somebody else has deleted meanwhile is as it should be. */
static void is_deleted(struct act *act)
{
    struct deletion *deletion = CONTAINER_OF(act, struct deletion, act);
    struct deletions *all = deletion->all;
    enum err err = act->problem.err;
    if (err == ERR_OK) {
        all->query->deleted++;
    } else if (err != ERR_MESSAGE_DELETED) {
        all->query->problem = act->problem;
        go_on_at(all->query, act->seq);
    }
    all->stopped |= err != ERR_OK && is_for_now(err);
    act_deinit(act);
    arena_deinit(&deletion->arena);
    all->under_way--;
    post_more(all);
}

static void delete_one(struct deletion *deletion, uint64_t seq)
{
    const struct query *query = deletion->all->query;
    int len =
        snprintf(deletion->nonce, sizeof(deletion->nonce), "swept.%llu", (unsigned long long)seq);
    deletion->act = (struct act){.origin = query->origin,
                                 .done = is_deleted,
                                 .arena = &deletion->arena,
                                 .kind = ACT_DELETE,
                                 .room = query->room,
                                 .self = query->self,
                                 .nonce = str_of(deletion->nonce, (size_t)len),
                                 .seq = seq};
    act_post(query->chat, &deletion->act);
}

static void post_more(struct deletions *all)
{
    const struct query *query = all->query;
    if (all->posting)
        return;
    all->posting = true;
    while (!all->stopped && all->under_way < WINDOW && all->posted < query->seq_count) {
        struct deletion *next = &all->items[all->posted];
        next->all = all;
        all->under_way++;
        delete_one(next, query->seqs[all->posted++]);
    }
    all->posting = false;
    if (all->under_way == 0)
        finish(all);
}

static void are_found(struct query *query)
{
    query->done = query->then;
    if (query->problem.err != ERR_OK || query->seq_count == 0) {
        query->done(query);
        return;
    }
    struct deletions *all = NEW(struct deletions);
    all->query = query;
    all->items = xcalloc(query->seq_count, sizeof(*all->items));
    post_more(all);
}

void query_delete_all(struct chat *chat, struct query *query)
{
    query->then = query->done;
    query->done = are_found;
    query_post(chat, query, run_find);
}
