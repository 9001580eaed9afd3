#include <errno.h>

#include "chat/chat_internal.h"
#include "chat/query/query_internal.h"
#include "core/base62.h"
#include "core/unicode.h"
#include "search/search.h"

/* Who finds what: only the rooms that the person is in now are looked at, in the snapshot in which
 * their messages are read. */

struct scope {
    struct query *query;
    struct store_conn *conn;
    room_id *rooms;
    size_t count;
    user_id from;
    bool has_from, from_nobody; /* a name that nobody has */
};

/* ---- from whom ----------------------------------------------------------------------------------------- */

/* By id or by username; not by e-mail, which would tell whose it is. */
static int read_from(struct scope *scope, struct str name)
{
    uint64_t id;
    struct str key;
    struct credentials found;
    struct arena *arena = scope->query->arena;
    scope->has_from = true;
    if (memchr(name.ptr, '@', name.len) || !unicode_fold(name, arena, &key)) {
        scope->from_nobody = true;
        return 0;
    }
    int rc = store_credentials_by_login(scope->conn, key, arena, &found);
    if (rc == 0)
        scope->from = found.user.id;
    else if (rc == -ENOENT && base62_parse(name, &id))
        scope->from = (user_id){id};
    else if (rc == -ENOENT)
        scope->from_nobody = true;
    return rc == -ENOENT ? 0 : rc;
}

/* ---- in which rooms ------------------------------------------------------------------------------------- */

static bool name_begins(struct str name, struct str key, struct arena *arena)
{
    struct str folded;
    return unicode_fold(name, arena, &folded) && str_starts(folded, key);
}

static bool is_room(const struct room_view *view, uint64_t id, struct str key, struct arena *arena)
{
    if (view->room.id.v == id)
        return true;
    if (view->room.kind == ROOM_GROUP)
        return name_begins(view->room.name, key, arena);
    return name_begins(view->peer.username, key, arena) ||
           name_begins(view->peer.display_name, key, arena);
}

/* Those of one's own that are named so. */
static int read_named_rooms(struct scope *scope, struct str name)
{
    struct arena *arena = scope->query->arena;
    struct room_view_list views;
    uint64_t id = 0;
    struct str key;
    if (!base62_parse(name, &id))
        id = 0;
    if (!unicode_fold(name, arena, &key))
        return 0;
    int rc = store_rooms_of(scope->conn, scope->query->self, (room_id){0}, 0, arena, &views);
    if (rc != 0)
        return rc;
    scope->rooms = arena_take_array(arena, views.count, sizeof(room_id));
    for (size_t i = 0; i < views.count; i++)
        if (is_room(&views.items[i], id, key, arena))
            scope->rooms[scope->count++] = views.items[i].room.id;
    return 0;
}

static int read_rooms(struct scope *scope, struct str name)
{
    struct query *query = scope->query;
    struct member member;
    if (query->in_room) {
        scope->rooms = ARENA_NEW(query->arena, room_id);
        scope->rooms[0] = query->room;
        scope->count = 1;
        return store_member_get(scope->conn, query->room, query->self, &member);
    }
    if (name.ptr)
        return read_named_rooms(scope, name);
    return store_room_ids_of(scope->conn, query->self, query->arena, &scope->rooms, &scope->count);
}

/* ---- both of what the parameters and the text say ----------------------------------------------------------- */

static void narrow(struct search_query *words, const struct query *query)
{
    words->before = query->before < words->before ? query->before : words->before;
    words->after = query->after_time > words->after ? query->after_time : words->after;
    words->has_link |= query->has_link;
}

static bool says_something(const struct search_query *words, const struct scope *scope)
{
    const struct query *query = scope->query;
    return words->phrase_count || words->has_link || words->before != INT64_MAX ||
           words->after != INT64_MIN || scope->has_from || query->in_room || words->in.ptr;
}

static bool is_fine(struct query *query, const struct search_query *words)
{
    if (query->problem.err != ERR_OK)
        return false;
    if (query->in_room && words->in.ptr)
        query->problem = problem_field(ERR_FIELD_INVALID, STR("q"),
                                       STR("Give the room once: as `room`, or by `in:` in `q`."));
    else if (query->from.v && words->from.ptr)
        query->problem =
            problem_field(ERR_FIELD_INVALID, STR("q"),
                          STR("Give the person once: as `from`, or by `from:` in `q`."));
    return query->problem.err == ERR_OK;
}

static int run_find(struct store_job *job, struct store_conn *conn)
{
    struct query *query = CONTAINER_OF(job, struct query, job);
    struct scope scope = {.query = query, .conn = conn, .from = query->from};
    struct search_query words;
    struct search_answer answer;
    scope.has_from = query->from.v != 0;
    search_query_parse(query->text, query->chat->limits, query->arena, &words, &query->problem);
    narrow(&words, query);
    if (!is_fine(query, &words))
        return 0;
    int rc = words.from.ptr ? read_from(&scope, words.from) : 0;
    if (rc == 0)
        rc = read_rooms(&scope, words.in);
    if (rc != 0)
        return rc;
    if (!says_something(&words, &scope)) {
        query->problem = problem_field(ERR_FIELD_INVALID, STR("q"),
                                       STR("Say what to look for: words, \"a phrase\", from:NAME, "
                                           "in:ROOM, before:DAY, after:DAY or has:link."));
        return 0;
    }
    if (scope.from_nobody)
        return 0;
    const struct search_request request = {.query = &words,
                                           .self = query->self,
                                           .rooms = scope.rooms,
                                           .room_count = scope.count,
                                           .has_from = scope.has_from,
                                           .from = scope.from,
                                           .order = query->best ? SEARCH_BEST : SEARCH_NEWEST,
                                           .limit = query->limit,
                                           .ageing = chat_ageing(query->chat),
                                           .cursor = query->cursor};
    rc = search_run(query->chat->search, conn, &request, query->arena, &answer, &query->problem);
    query->found = answer.found;
    query->next = answer.next;
    return rc;
}

void query_find(struct chat *chat, struct query *query)
{
    REQUIRE(chat->search);
    query_post(chat, query, run_find);
}
