#include <errno.h>

#include "store/mongo/mongo_rows.h"

/* ---- rooms ----------------------------------------------------------------------------------- */

/* What never lost its beginning is as old as the room. */
int64_t mongo_first_at(const bson_t *room)
{
    int64_t at = doc_i64(room, "first_at");
    return at || doc_u64(room, "first_seq") > 1 ? at : doc_i64(room, "at");
}

struct room mongo_room_read(const bson_t *doc, struct arena *arena)
{
    return (struct room){
        .id = {doc_u64(doc, "_id")},
        .kind = (enum room_kind)doc_i64(doc, "kind"),
        .name = doc_text(doc, "name", arena),
        .creator = {doc_u64(doc, "creator")},
        .created_at = doc_i64(doc, "at"),
        .first_seq = doc_u64(doc, "first_seq"),
        .member_count = doc_u64(doc, "member_count"),
        .edit_history_s = doc_u64(doc, "history"),
        .topic = doc_text(doc, "topic", arena),
        .permissions = doc_u64(doc, "permissions"),
        .slow_mode_s = doc_u64(doc, "slow_mode"),
        .locked = doc_i64(doc, "locked") > 0,
        .archived = doc_i64(doc, "archived") > 0,
        .is_public = doc_bool(doc, "public"),
        .by_approval = doc_i64(doc, "approval") > 0,
        .newcomers = doc_u64(doc, "newcomers"),
        .last_seq = doc_u64(doc, "applied"),
        .last_count = doc_u64(doc, "last_count"),
        .last_at = doc_i64(doc, "last_at"),
        .first_count = doc_u64(doc, "first_count"),
        .first_at = mongo_first_at(doc),
        .from_joining = doc_i64(doc, "from_joining") > 0,
        .newest_from = doc_u64(doc, "newest_from"),
        .retention_s = doc_u64(doc, "retention"),
        .held = doc_u64(doc, "held"),
    };
}

/* From here on the job sees the room as it was read here. */
static void fix_end(struct store_conn *conn, struct room *room)
{
    struct log_end *end = map_get(&conn->ends, room->id.v);
    if (!end) {
        end = ARENA_NEW(&conn->arena, struct log_end);
        *end =
            (struct log_end){room->last_seq,    room->last_count, room->last_at,    room->first_seq,
                             room->first_count, room->first_at,   room->retention_s};
        map_put(&conn->ends, room->id.v, end);
    }
    room->last_seq = end->seq;
    room->last_count = end->count;
    room->last_at = end->at;
}

/* A home asks, or somebody who is let in: nothing that is in the log may be missing. */
int mongo_room_get(struct store_conn *conn, room_id id, struct arena *arena, struct room *out)
{
    uint64_t seq;
    int rc = conn->session ? 0 : mongo_catch_up(conn, id, &seq);
    if (rc != 0)
        return rc;
    OWN(bson_destroy) bson_t *doc = NULL;
    rc = db_find_one(conn, ROOMS, BCON_NEW("_id", U64(id.v)), NULL, &doc);
    if (rc == 0 && doc_u64(doc, "applied") == 0)
        rc = -ENOENT; /* it is being made */
    if (rc == 0) {
        (void)map_remove(&conn->ends, id.v);
        *out = mongo_room_read(doc, arena);
        fix_end(conn, out);
    }
    return rc;
}

/* ---- rooms as members see them ----------------------------------------------------------------- */

/* The other one of a direct room; of a room with oneself or a group, nobody. */
static user_id peer_of(const bson_t *room, user_id self)
{
    bson_iter_t list, at;
    if (!bson_iter_init_find(&list, room, "pair") || !bson_iter_recurse(&list, &at))
        return (user_id){0};
    while (bson_iter_next(&at)) {
        user_id user = {(uint64_t)bson_iter_as_int64(&at)};
        if (!user_id_eq(user, self))
            return user;
    }
    return (user_id){0};
}

/* Nobody is asked for where nothing is unread, and nobody mentions oneself. */
static int count_mentions(struct store_conn *conn, user_id user, struct room_view *view)
{
    if (view->room.last_seq <= view->read_seq)
        return 0;
    int64_t count = db_count_most(conn, EVENTS,
                                  BCON_NEW("room", U64(view->room.id.v), "mentions", "{", "$in",
                                           "[", I64(0), U64(user.v), "]", "}", "seq", "{", "$gt",
                                           U64(view->read_seq), "$lte", U64(view->room.last_seq),
                                           "}", "sender", "{", "$ne", U64(user.v), "}"),
                                  MENTIONS_MOST);
    view->mentions = count < 0 ? 0 : (uint64_t)count;
    return count < 0 ? (int)count : 0;
}

/* Rows of `views` have their room's id and what is the member's own; the rest is read here, and those
 * whose room is being made still fall out. */
static int complete_views(struct store_conn *conn, user_id user, struct arena *arena,
                          struct room_view_list *views)
{
    OWN(bson_destroy) bson_t *wanted = bson_new();
    struct map rooms = {0}, people = {0};
    user_id *peers = arena_take_array(&conn->arena, views->count, sizeof(*peers));
    size_t peer_count = 0, kept = 0;
    for (size_t i = 0; i < views->count; i++) {
        mongo_put_number(wanted, i, views->items[i].room.id.v);
        map_put(&rooms, views->items[i].room.id.v, &views->items[i]);
    }
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, ROOMS, BCON_NEW("_id", "{", "$in", BCON_ARRAY(wanted), "}"), NULL);
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct room_view *view = map_get(&rooms, doc_u64(doc, "_id"));
        view->room = mongo_room_read(doc, arena);
        fix_end(conn, &view->room);
        view->peer.id = peer_of(doc, user);
        if (view->peer.id.v)
            peers[peer_count++] = view->peer.id;
    }
    if (rc == 0)
        rc = mongo_users_by_id(conn, peers, peer_count, arena, &people);
    for (size_t i = 0; rc == 0 && i < views->count; i++) {
        struct room_view *view = &views->items[i];
        const struct user *peer = view->peer.id.v ? map_get(&people, view->peer.id.v) : NULL;
        if (peer)
            view->peer = *peer;
        rc = count_mentions(conn, user, view);
        if (view->room.last_seq)
            views->items[kept++] = *view;
    }
    views->count = kept;
    map_deinit(&rooms);
    map_deinit(&people);
    return rc;
}

/* The room's end is read before the member's row: who is in it by the row was in it at that end. */
static int view_rows(struct store_conn *conn, bson_t *filter, size_t limit, struct arena *arena,
                     struct room_view_list *out)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, MEMBERS, filter, sorted("room", 1, limit));
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct room_view view = {.room.id = {doc_u64(doc, "room")},
                                 .read_seq = doc_u64(doc, "read_seq"),
                                 .read_count = doc_u64(doc, "read_count"),
                                 .role = (enum role)doc_i64(doc, "role"),
                                 .joined_at = doc_i64(doc, "joined_at"),
                                 .muted_until = doc_i64(doc, "muted_until"),
                                 .from_seq = doc_u64(doc, "from_seq")};
        buf_put(&found, &view, sizeof(view));
    }
    if (rc < 0)
        return rc;
    out->count = found.len / sizeof(struct room_view);
    out->items = rows_to_arena(&found, arena);
    return 0;
}

int mongo_room_view(struct store_conn *conn, room_id room, user_id user, struct arena *arena,
                    struct room_view *out)
{
    struct room_view_list list = {0};
    struct log_end end;
    struct key2 key = key2(room.v, user.v);
    (void)map_remove(&conn->ends, room.v); /* who asks again wants to know what came meanwhile */
    int rc = mongo_log_end(conn, room, &end);
    if (rc == 0)
        rc = view_rows(conn, BCON_NEW("_id", KEY(key), "gone", BOOL(false)), 1, arena, &list);
    if (rc == 0 && list.count)
        rc = complete_views(conn, user, arena, &list);
    if (rc != 0 || list.count == 0)
        return rc ? rc : -ENOENT;
    *out = list.items[0];
    return 0;
}

static bson_t *rooms_filter(user_id user, room_id after)
{
    return BCON_NEW("user", U64(user.v), "gone", BOOL(false), "room", "{", "$gt", U64(after.v),
                    "}");
}

/* Their ends are fixed first, and the rows of the member then read again: a handful of questions for
 * however many rooms. */
int mongo_rooms_of(struct store_conn *conn, user_id user, room_id after, size_t limit,
                   struct arena *arena, struct room_view_list *out)
{
    *out = (struct room_view_list){0};
    int rc = view_rows(conn, rooms_filter(user, after), limit, arena, out);
    room_id *rooms = arena_take_array(&conn->arena, out->count, sizeof(*rooms));
    for (size_t i = 0; i < out->count; i++)
        rooms[i] = out->items[i].room.id;
    if (rc == 0)
        rc = mongo_log_ends(conn, rooms, out->count);
    if (rc == 0)
        rc = view_rows(conn, rooms_filter(user, after), limit, arena, out);
    return rc == 0 ? complete_views(conn, user, arena, out) : rc;
}

int mongo_room_ids_of(struct store_conn *conn, user_id user, struct arena *arena, room_id **out,
                      size_t *count)
{
    struct room_view_list list = {0};
    int rc = view_rows(conn, rooms_filter(user, (room_id){0}), 0, &conn->arena, &list);
    if (rc != 0)
        return rc;
    *count = list.count;
    *out = arena_take_array(arena, list.count, sizeof(room_id));
    for (size_t i = 0; i < list.count; i++)
        (*out)[i] = list.items[i].room.id;
    return 0;
}

int mongo_ends_of(struct store_conn *conn, const room_id *rooms, size_t room_count,
                  struct arena *arena, struct room_end **out, size_t *count)
{
    OWN(bson_destroy) bson_t *wanted = bson_new();
    *out = arena_take_array(arena, room_count, sizeof(**out));
    *count = 0;
    for (size_t i = 0; i < room_count; i++)
        mongo_put_number(wanted, i, rooms[i].v);
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, ROOMS, BCON_NEW("_id", "{", "$in", BCON_ARRAY(wanted), "}"),
                BCON_NEW("projection", "{", "applied", BOOL(true), "}"));
    const bson_t *doc;
    int rc = 0;
    while (*count < room_count && (rc = db_next(conn, rows, &doc)) == 1) {
        struct room_end end = {{doc_u64(doc, "_id")}, doc_u64(doc, "applied")};
        if (end.last_seq)
            (*out)[(*count)++] = end;
    }
    return rc < 0 ? rc : 0;
}

/* The rows of the member are read before the ends: so a place's end is at or behind its joining. */
int mongo_places_of(struct store_conn *conn, user_id user, struct arena *arena,
                    struct room_place **out, size_t *count)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, MEMBERS, rooms_filter(user, (room_id){0}), sorted("room", 1, 0));
    OWN(buf_deinit) struct buf found = BUF_INIT;
    struct map lasts = {0};
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct room_place place = {{doc_u64(doc, "room")}, doc_u64(doc, "joined_seq"), 0};
        buf_put(&found, &place, sizeof(place));
    }
    size_t places = found.len / sizeof(struct room_place), end_count = 0;
    struct room_place *place = rows_to_arena(&found, arena);
    room_id *rooms = arena_take_array(&conn->arena, places, sizeof(*rooms));
    for (size_t i = 0; i < places; i++)
        rooms[i] = place[i].room;
    struct room_end *ends = NULL;
    if (rc == 0)
        rc = mongo_ends_of(conn, rooms, places, &conn->arena, &ends, &end_count);
    for (size_t i = 0; rc == 0 && i < end_count; i++)
        map_put(&lasts, ends[i].room.v, &ends[i]);
    *out = place;
    *count = 0;
    for (size_t i = 0; rc == 0 && i < places; i++) {
        const struct room_end *end = map_get(&lasts, place[i].room.v);
        place[i].last_seq = end ? end->last_seq : 0;
        if (end) /* else its first events are not done yet: it is not there */
            place[(*count)++] = place[i];
    }
    map_deinit(&lasts);
    return rc;
}

/* Of rooms that this process never looked at, what a crash left undone is done first: who follows the
 * logs is to miss nothing. */
int mongo_room_ends(struct store_conn *conn, room_id after, size_t limit, struct arena *arena,
                    struct room_end **out, size_t *count)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, ROOMS, BCON_NEW("_id", "{", "$gt", U64(after.v), "}"),
                                    sorted("_id", 1, limit));
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct room_end end = {{doc_u64(doc, "_id")}, doc_u64(doc, "applied")};
        buf_put(&found, &end, sizeof(end));
    }
    *count = found.len / sizeof(struct room_end);
    *out = rows_to_arena(&found, arena);
    for (size_t i = 0; rc == 0 && i < *count; i++) {
        struct log_end end;
        if (mongo_is_finished(conn->shared, (*out)[i].room))
            continue;
        rc = mongo_log_end(conn, (*out)[i].room, &end);
        (*out)[i].last_seq = end.seq;
    }
    return rc;
}

/* ---- members --------------------------------------------------------------------------------- */

bson_t *mongo_marker_behind(room_id room, user_id user, uint64_t read_seq)
{
    struct key2 key = key2(room.v, user.v);
    return BCON_NEW("_id", KEY(key), "gone", BOOL(false), "read_seq", "{", "$lt", U64(read_seq),
                    "}");
}

bson_t *mongo_marker_at(uint64_t read_seq, uint64_t read_count)
{
    return BCON_NEW("$set", "{", "read_seq", U64(read_seq), "read_count", U64(read_count), "}");
}

bson_t *mongo_members_present(room_id room, user_id after)
{
    struct key2 from = key2(room.v, after.v), to = key2(room.v, INT64_MAX);
    return BCON_NEW("_id", "{", "$gt", KEY(from), "$lte", KEY(to), "}", "gone", BOOL(false));
}

static struct member member_read(const bson_t *doc)
{
    return (struct member){
        .user = {doc_u64(doc, "user")},
        .role = (enum role)doc_i64(doc, "role"),
        .joined_at = doc_i64(doc, "joined_at"),
        .joined_seq = doc_u64(doc, "joined_seq"),
        .read_seq = doc_u64(doc, "read_seq"),
        .read_count = doc_u64(doc, "read_count"),
        .sent_at = doc_i64(doc, "sent_at"),
        .muted_until = doc_i64(doc, "muted_until"),
        .delivered_seq = doc_u64(doc, "delivered"),
        .from_seq = doc_u64(doc, "from_seq"),
    };
}

static int members_read(struct store_conn *conn, mongoc_cursor_t *rows, struct arena *arena,
                        struct member_list *out)
{
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct member member = member_read(doc);
        buf_put(&found, &member, sizeof(member));
    }
    if (rc < 0)
        return rc;
    out->count = found.len / sizeof(struct member);
    out->items = rows_to_arena(&found, arena);
    return 0;
}

int mongo_members(struct store_conn *conn, room_id room, user_id after, size_t limit,
                  struct arena *arena, struct member_list *out)
{
    struct log_end end;
    int rc = mongo_log_end(conn, room, &end);
    if (rc != 0)
        return rc;
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, MEMBERS, mongo_members_present(room, after), sorted("_id", 1, limit));
    return members_read(conn, rows, arena, out);
}

/* ---- members by their names: few people of the server who have such a name are looked for in the room, for many
 *      the room is gone along, asking who of some of them has it ---- */

enum { NAMED_MANY = 1000, GONE_ALONG = 500 };

static int search_few(struct store_conn *conn, room_id room, const user_id *named, size_t count,
                      user_id after, size_t limit, struct arena *arena, struct member_list *out)
{
    OWN(bson_destroy) bson_t *wanted = bson_new();
    uint32_t asked = 0;
    for (size_t i = 0; i < count; i++) {
        struct key2 key = key2(room.v, named[i].v);
        if (named[i].v > after.v)
            mongo_put_key(wanted, &asked, key.bytes, sizeof(key.bytes));
    }
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(
        conn, MEMBERS, BCON_NEW("_id", "{", "$in", BCON_ARRAY(wanted), "}", "gone", BOOL(false)),
        sorted("_id", 1, limit));
    return members_read(conn, rows, arena, out);
}

/* Those of them who have such a name, in their order. */
static int put_named(struct store_conn *conn, struct str key, const struct member_list *members,
                     struct arena *arena, struct buf *out)
{
    user_id *named;
    size_t count;
    struct map has = {0};
    int rc = mongo_users_named_of(conn, key, members, arena, &named, &count);
    for (size_t i = 0; rc == 0 && i < count; i++)
        map_put(&has, named[i].v, &named[i]);
    for (size_t i = 0; rc == 0 && i < members->count; i++)
        if (map_get(&has, members->items[i].user.v))
            buf_put(out, &members->items[i], sizeof(members->items[i]));
    map_deinit(&has);
    return rc;
}

static int search_many(struct store_conn *conn, room_id room, struct str key, user_id after,
                       size_t limit, struct arena *arena, struct member_list *out, user_id *stood)
{
    OWN(buf_deinit) struct buf found = BUF_INIT;
    bool more = true;
    for (size_t looked = 0; more && looked < MEMBERS_LOOKED_AT &&
                            (limit == 0 || found.len / sizeof(struct member) < limit);) {
        OWN(arena_deinit) struct arena some = ARENA_INIT;
        struct member_list members;
        int rc = mongo_members(conn, room, after, GONE_ALONG, &some, &members);
        if (rc == 0 && members.count)
            rc = put_named(conn, key, &members, &some, &found);
        if (rc != 0)
            return rc;
        looked += members.count;
        more = members.count == GONE_ALONG;
        if (more)
            after = members.items[members.count - 1].user;
    }
    size_t count = found.len / sizeof(struct member);
    bool full = limit && count >= limit;
    out->count = full ? limit : count;
    out->items = rows_to_arena(&found, arena);
    *stood = more && !full ? after : (user_id){0};
    return 0;
}

int mongo_members_search(struct store_conn *conn, room_id room, struct str key, user_id after,
                         size_t limit, struct arena *arena, struct member_list *out, user_id *stood)
{
    REQUIRE(key.len > 0);
    *out = (struct member_list){0};
    *stood = (user_id){0};
    if (memchr(key.ptr, 0, key.len))
        return 0;
    struct log_end end;
    user_id *named;
    size_t count;
    int rc = mongo_log_end(conn, room, &end);
    if (rc == 0)
        rc = mongo_users_named(conn, key, NAMED_MANY, arena, &named, &count);
    if (rc != 0)
        return rc;
    return count < NAMED_MANY ? search_few(conn, room, named, count, after, limit, arena, out)
                              : search_many(conn, room, key, after, limit, arena, out, stood);
}

/* The end of the room's log, and the row of one who is in it. */
static int find_member(struct store_conn *conn, room_id room, user_id user, struct log_end *end,
                       bson_t **doc)
{
    struct key2 key = key2(room.v, user.v);
    int rc = mongo_log_end(conn, room, end);
    if (rc != 0)
        return rc;
    return db_find_one(conn, MEMBERS, BCON_NEW("_id", KEY(key), "gone", BOOL(false)), NULL, doc);
}

int mongo_member_get(struct store_conn *conn, room_id room, user_id user, struct member *out)
{
    struct log_end end;
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = find_member(conn, room, user, &end, &doc);
    if (rc == 0)
        *out = member_read(doc);
    return rc;
}

int mongo_log_bounds(struct store_conn *conn, room_id room, user_id user, struct log_bounds *out)
{
    struct log_end end;
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = find_member(conn, room, user, &end, &doc);
    if (rc == 0)
        *out = (struct log_bounds){end.first_seq, end.first_count, end.first_at, end.retention_s,
                                   doc_u64(doc, "from_seq")};
    return rc;
}

/* One question for all of them whose ends the job does not know yet. */
int mongo_rooms_bounds(struct store_conn *conn, const room_id *rooms, size_t count,
                       struct log_bounds *out)
{
    int rc = count ? mongo_log_ends(conn, rooms, count) : 0;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        struct log_end end;
        rc = mongo_log_end(conn, rooms[i], &end);
        if (rc == 0)
            out[i] = (struct log_bounds){end.first_seq, end.first_count, end.first_at,
                                         end.retention_s, 0};
    }
    return rc;
}

int mongo_members_get(struct store_conn *conn, const struct member_place *places, size_t count,
                      struct member *out)
{
    OWN(bson_destroy) bson_t *wanted = bson_new();
    room_id *rooms = arena_take_array(&conn->arena, count, sizeof(*rooms));
    uint32_t asked = 0;
    for (size_t i = 0; i < count; i++) {
        struct key2 key = key2(places[i].room.v, places[i].user.v);
        out[i] = (struct member){0};
        rooms[i] = places[i].room;
        mongo_put_key(wanted, &asked, key.bytes, sizeof(key.bytes));
    }
    int rc = count ? mongo_log_ends(conn, rooms, count) : 0;
    if (rc != 0 || count == 0)
        return rc;
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, MEMBERS,
                BCON_NEW("_id", "{", "$in", BCON_ARRAY(wanted), "}", "gone", BOOL(false)), NULL);
    const bson_t *doc;
    while ((rc = db_next(conn, rows, &doc)) == 1)
        for (size_t i = 0; i < count; i++)
            if (places[i].room.v == doc_u64(doc, "room") &&
                places[i].user.v == doc_u64(doc, "user"))
                out[i] = member_read(doc);
    return rc;
}
