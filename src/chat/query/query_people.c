#include "chat/chat_internal.h"
#include "chat/query/query_internal.h"
#include "core/base62.h"
#include "core/unicode.h"

/* People by their names, but for those who are not to be found: with the entry FEED_UNLISTED only who is a
 * contact of theirs finds them. A page may so be shorter than what it was asked for. */

/* Those of the page who have that entry, in `at` their places. */
static int read_unlisted(struct query *query, struct store_conn *conn, user_id *unlisted,
                         size_t *at, size_t *count)
{
    const struct user_list *users = &query->users;
    user_id *ids = arena_take_array(query->arena, users->count, sizeof(*ids));
    struct feed_entry *entries = arena_take_array(query->arena, users->count, sizeof(*entries));
    for (size_t i = 0; i < users->count; i++)
        ids[i] = users->items[i].id;
    int rc = store_feeds_get(conn, ids, users->count, FEED_UNLISTED, query->arena, entries);
    for (size_t i = 0; rc == 0 && i < users->count; i++)
        if (entries[i].key.len && !user_id_eq(ids[i], query->self)) {
            unlisted[*count] = ids[i];
            at[(*count)++] = i;
        }
    return rc;
}

static int leave_out_unlisted(struct query *query, struct store_conn *conn)
{
    struct user_list *users = &query->users;
    size_t count = 0;
    user_id *unlisted = arena_take_array(query->arena, users->count, sizeof(*unlisted));
    size_t *at = arena_take_array(query->arena, users->count, sizeof(*at));
    int rc = read_unlisted(query, conn, unlisted, at, &count);
    if (rc != 0 || count == 0)
        return rc;
    char self[BASE62_LEN];
    base62_print(query->self.v, self);
    struct feed_entry *contacts = arena_take_array(query->arena, count, sizeof(*contacts));
    rc = store_feeds_get(conn, unlisted, count,
                         arena_printf(query->arena, "contact:%.*s", BASE62_LEN, self), query->arena,
                         contacts);
    if (rc != 0)
        return rc;
    size_t kept = 0, next = 0;
    for (size_t i = 0; i < users->count; i++) {
        bool is_unlisted = next < count && at[next] == i;
        if (!is_unlisted || contacts[next].key.len)
            users->items[kept++] = users->items[i];
        next += is_unlisted;
    }
    users->count = kept;
    return 0;
}

static int run_search(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    struct str key;
    if (!unicode_fold(query->text, query->arena, &key))
        return 0; /* no name is like that */
    int rc = store_users_search(conn, key, query->cursor, query->limit, query->arena, &query->users,
                                &query->next);
    return rc == 0 && query->users.count ? leave_out_unlisted(query, conn) : rc;
}

void query_search(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_search);
}
