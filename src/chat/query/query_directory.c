#include "chat/chat_internal.h"
#include "chat/query/query_internal.h"
#include "core/base62.h"
#include "core/unicode.h"

/* Public groups, which everybody may find. A cursor is the room's id and what it is in order by. */

static bool read_place(const struct query *query, struct listing_place *out)
{
    struct str cursor = query->cursor;
    *out = (struct listing_place){.key = STR("")};
    if (cursor.len == 0)
        return true;
    if (cursor.len < BASE62_LEN || !base62_parse(str_of(cursor.ptr, BASE62_LEN), &out->room.v))
        return false;
    out->key = str_of(cursor.ptr + BASE62_LEN, cursor.len - BASE62_LEN);
    return true;
}

void query_listing_next(struct query *query, const struct listing_place *next)
{
    char room[BASE62_LEN];
    if (next->key.len == 0)
        return;
    base62_print(next->room.v, room);
    query->next =
        arena_printf(query->arena, "%.*s%.*s", (int)sizeof(room), room, STR_ARG(next->key));
}

bool query_listing(struct query *query, struct listing_words *words, struct listing_place *after)
{
    struct str folded;
    if (!unicode_fold(query->text, query->arena, &folded) || !listing_ask(words, folded))
        query->problem = problem_field(ERR_FIELD_INVALID, STR("search"),
                                       STR("Give at most four words of a group's name or topic."));
    else if (!read_place(query, after))
        query->problem = problem_field(ERR_FIELD_INVALID, STR("cursor"),
                                       STR("`cursor` must be what `next` of the page before was."));
    return query->problem.err == ERR_OK;
}

static int run_directory(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    struct listing_words words;
    struct listing_place after, next;
    if (!query_listing(query, &words, &after))
        return 0;
    int rc =
        store_directory(conn, &words, &after, query->limit, query->arena, &query->directory, &next);
    if (rc == 0)
        query_listing_next(query, &next);
    return rc;
}

void query_directory(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_directory);
}
