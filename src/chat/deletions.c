/* All that one person wrote in a group, or what they wrote of late, is deleted: found by one reading, then
 * deleted by one act for each, which the room's home judges and its log tells as any other. */
#include <stdio.h>

#include "chat/chat_internal.h"
#include "chat/query_internal.h"

struct deletions {
    struct query *query;
    size_t left; /* acts under way, and ourselves until all are */
    struct deletion {
        struct act act;
        struct arena arena; /* its own: its home reads into it, on another thread */
        char nonce[NONCE_MAX];
        struct deletions *all;
    } * items;
};

static int run_find(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    int rc = query_require(query, conn, PERMISSION_DELETE);
    if (rc != 0 || query->problem.err != ERR_OK)
        return rc;
    rc = store_messages_of(conn, query->room, query->from, query->after_time, query->limit + 1,
                           query->arena, &query->seqs, &query->seq_count);
    query->has_more = rc == 0 && query->seq_count > query->limit;
    if (query->has_more)
        query->seq_count = query->limit;
    return rc;
}

static void one_less(struct deletions *all)
{
    if (--all->left > 0)
        return;
    struct query *query = all->query;
    xfree(all->items);
    xfree(all);
    query->done(query);
}

/* What somebody else has deleted meanwhile is as it should be. What could not be done for now is still there,
 * and so is what may not be done any more: its problem is the whole's. */
static void is_deleted(struct act *act)
{
    struct deletion *deletion = CONTAINER_OF(act, struct deletion, act);
    struct deletions *all = deletion->all;
    enum err err = act->problem.err;
    if (err == ERR_OK)
        all->query->deleted++;
    else if (err != ERR_MESSAGE_DELETED)
        all->query->problem = act->problem;
    act_deinit(act);
    arena_deinit(&deletion->arena);
    one_less(all);
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

static void are_found(struct query *query)
{
    if (query->problem.err != ERR_OK || query->seq_count == 0) {
        query->then(query);
        return;
    }
    struct deletions *all = NEW(struct deletions);
    all->query = query;
    all->left = query->seq_count + 1;
    all->items = xcalloc(query->seq_count, sizeof(*all->items));
    query->done = query->then;
    for (size_t i = 0; i < query->seq_count; i++) {
        all->items[i].all = all;
        delete_one(&all->items[i], query->seqs[i]);
    }
    one_less(all);
}

void query_delete_all(struct chat *chat, struct query *query)
{
    query->then = query->done;
    query->done = are_found;
    query_post(chat, query, run_find);
}
