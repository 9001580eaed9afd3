#include "chat/chat_internal.h"
#include "chat/query_internal.h"
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

static void print_place(struct query *query, const struct listing_place *next)
{
    char room[BASE62_LEN];
    if (next->key.len == 0)
        return;
    base62_print(next->room.v, room);
    query->next =
        arena_printf(query->arena, "%.*s%.*s", (int)sizeof(room), room, STR_ARG(next->key));
}

static int run_directory(struct store_job *job, struct store_conn *conn)
{
    struct query *query = QUERY_OF(job);
    struct listing_words words;
    struct listing_place after, next;
    struct str folded;
    if (!unicode_fold(query->text, query->arena, &folded) || !listing_ask(&words, folded)) {
        query->problem = problem_field(ERR_FIELD_INVALID, STR("search"),
                                       STR("Give at most four words of a group's name or topic."));
        return 0;
    }
    if (!read_place(query, &after)) {
        query->problem = problem_field(ERR_FIELD_INVALID, STR("cursor"),
                                       STR("`cursor` must be what `next` of the page before was."));
        return 0;
    }
    int rc =
        store_directory(conn, &words, &after, query->limit, query->arena, &query->directory, &next);
    if (rc == 0)
        print_place(query, &next);
    return rc;
}

void query_directory(struct chat *chat, struct query *query)
{
    query_post(chat, query, run_directory);
}
