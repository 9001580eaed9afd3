#include <errno.h>

#include "store/sqlite/sqlite_rows.h"

/* ---- projections of the log ------------------------------------------------------------------ */

/* 1 if they are in it, 0 if not (never, or gone). */
static int is_member(struct store_conn *conn, room_id room, user_id user)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_MEMBER_STATE);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, user.v);
    int rc = sql_step(conn, s);
    if (rc != 1)
        return rc;
    return sqlite3_column_int(s, 0) == 0;
}

static int make_room(struct store_conn *conn, room_id room, const struct projection *projection)
{
    sqlite3_stmt *s = sql(conn, SQL_ROOM_INSERT);
    bind_u64(s, 1, room.v);
    bind_i64(s, 2, projection->room_kind);
    bind_text(s, 3, projection->change.name);
    bind_u64(s, 4, projection->user.v);
    bind_i64(s, 5, projection->at);
    bind_u64(s, 6, projection->seq);
    bind_i64(s, 7, projection->change.edit_history_s);
    bind_text(s, 8, projection->change.topic);
    bind_u64(s, 9, projection->change.permissions);
    bind_i64(s, 10, projection->change.slow_mode_s);
    bind_i64(s, 11, projection->change.locked);
    bind_i64(s, 12, projection->change.archived);
    bind_i64(s, 13, projection->change.is_public > 0);
    bind_i64(s, 14, projection->change.by_approval > 0);
    bind_i64(s, 15, projection->change.newcomers > 0 ? projection->change.newcomers : 0);
    bind_i64(s, 16, projection->change.from_joining > 0);
    bind_i64(s, 17, projection->change.retention_s > 0 ? projection->change.retention_s : 0);
    int rc = sql_run(conn, s);
    if (rc == 0)
        rc = sqlite_filter_put(conn, room, projection);
    return rc == 0 && projection->room_kind == ROOM_GROUP ? sqlite_list(conn, room) : rc;
}

/* Not bound is NULL, and stays. */
static void bind_set(sqlite3_stmt *statement, int at, int64_t value)
{
    if (value >= 0)
        bind_i64(statement, at, value);
}

static int change_room(struct store_conn *conn, room_id room, const struct projection *projection)
{
    const struct room_change *change = &projection->change;
    OWN(statement_clear) sqlite3_stmt *s = sql(conn, SQL_ROOM_CHANGE);
    bind_u64(s, 1, room.v);
    if (change->name.ptr)
        bind_text(s, 2, change->name);
    bind_u64(s, 3, projection->seq);
    bind_set(s, 4, change->edit_history_s);
    if (change->topic.ptr)
        bind_text(s, 5, change->topic);
    if (change->permissions)
        bind_u64(s, 6, change->permissions);
    bind_set(s, 7, change->slow_mode_s);
    bind_set(s, 8, change->locked);
    bind_set(s, 9, change->archived);
    bind_set(s, 10, change->is_public);
    bind_set(s, 11, change->by_approval);
    bind_set(s, 12, change->newcomers);
    bind_set(s, 13, change->from_joining);
    bind_set(s, 14, change->retention_s);
    bind_set(s, 15, change->held);
    int rc = sql_run(conn, s);
    if (rc == 0)
        rc = sqlite_filter_put(conn, room, projection);
    if (rc == 0 && change->edit_history_s >= 0)
        rc = sqlite_versions_keep_for(conn, room, projection->seq, change->edit_history_s);
    if (rc == 0 && (change->name.ptr || change->topic.ptr || change->is_public >= 0))
        rc = sqlite_list(conn, room);
    return rc;
}

/* What is told of older messages is told to all members at once, so without their words. */
static int note_newest_from(struct store_conn *conn, room_id room, uint64_t from_seq)
{
    if (from_seq == 0)
        return 0;
    sqlite3_stmt *s = sql(conn, SQL_ROOM_NEWEST_FROM);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, from_seq);
    return sql_run(conn, s);
}

static int put_member(struct store_conn *conn, room_id room, const struct projection *projection,
                      int64_t *change)
{
    int was = is_member(conn, room, projection->user);
    if (was < 0)
        return was;
    sqlite3_stmt *s = sql(conn, SQL_MEMBER_JOIN);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, projection->user.v);
    bind_i64(s, 3, projection->role);
    bind_i64(s, 4, projection->at);
    bind_u64(s, 5, projection->seq);
    bind_u64(s, 6, projection->count);
    bind_u64(s, 7, projection->from_seq);
    int rc = sql_run(conn, s);
    if (rc == 0 && sqlite3_changes(conn->db) == 1)
        *change += !was;
    return rc == 0 ? note_newest_from(conn, room, projection->from_seq) : rc;
}

static int remove_member(struct store_conn *conn, room_id room, const struct projection *projection,
                         int64_t *change)
{
    int was = is_member(conn, room, projection->user);
    if (was < 0)
        return was;
    sqlite3_stmt *s = sql(conn, SQL_MEMBER_LEAVE);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, projection->user.v);
    bind_u64(s, 3, projection->seq);
    int rc = sql_run(conn, s);
    if (rc == 0 && sqlite3_changes(conn->db) == 1)
        *change -= was;
    return rc;
}

static int mute(struct store_conn *conn, room_id room, const struct projection *projection)
{
    sqlite3_stmt *s = sql(conn, SQL_MEMBER_MUTE);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, projection->user.v);
    bind_i64(s, 3, projection->at);
    bind_u64(s, 4, projection->seq);
    return sql_run(conn, s);
}

static int project(struct store_conn *conn, room_id room, const struct projection *projection,
                   int64_t *change)
{
    switch (projection->kind) {
    case PROJECT_ROOM:
        return make_room(conn, room, projection);
    case PROJECT_CHANGE:
        return change_room(conn, room, projection);
    case PROJECT_MEMBER:
        return put_member(conn, room, projection, change);
    case PROJECT_MEMBER_GONE:
        return remove_member(conn, room, projection, change);
    case PROJECT_MUTE:
        return mute(conn, room, projection);
    case PROJECT_BAN:
        return sqlite_ban(conn, room, projection);
    case PROJECT_LINK:
    case PROJECT_LINK_USED:
    case PROJECT_LINK_REVOKED:
        return sqlite_link(conn, room, projection);
    case PROJECT_REQUEST:
    case PROJECT_REQUEST_CLOSED:
        return sqlite_request(conn, room, projection);
    default:
        REQUIRE(!"a projection of a known kind");
    }
    return 0;
}

int sqlite_project(struct store_conn *conn, const struct append *append)
{
    int64_t change = 0; /* of the number of members */
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < append->projection_count; i++)
        rc = project(conn, append->room, &append->projections[i], &change);
    if (rc != 0 || change == 0)
        return rc;
    sqlite3_stmt *s = sql(conn, SQL_ROOM_MEMBERS);
    bind_u64(s, 1, append->room.v);
    bind_i64(s, 2, change);
    return sql_run(conn, s);
}

/* ---- rooms ----------------------------------------------------------------------------------- */

void room_read(sqlite3_stmt *s, struct arena *arena, struct room *out)
{
    *out = (struct room){
        .id = {column_u64(s, 0)},
        .kind = (enum room_kind)sqlite3_column_int(s, 1),
        .name = arena_copy(arena, column_str(s, 2)),
        .creator = {column_u64(s, 3)},
        .created_at = sqlite3_column_int64(s, 4),
        .first_seq = column_u64(s, 5),
        .member_count = column_u64(s, 6),
        .edit_history_s = column_u64(s, 7),
        .topic = arena_copy(arena, column_str(s, 8)),
        .permissions = column_u64(s, 9),
        .slow_mode_s = column_u64(s, 10),
        .locked = sqlite3_column_int(s, 11) != 0,
        .archived = sqlite3_column_int(s, 12) != 0,
        .is_public = sqlite3_column_int(s, 13) != 0,
        .by_approval = sqlite3_column_int(s, 14) != 0,
        .newcomers = column_u64(s, 15),
        .last_seq = column_u64(s, 16),
        .last_count = column_u64(s, 17),
        .last_at = sqlite3_column_int64(s, 18),
        .first_count = column_u64(s, 19),
        .first_at = sqlite3_column_int64(s, 20),
        .from_joining = sqlite3_column_int(s, 21) != 0,
        .newest_from = column_u64(s, 22),
        .retention_s = column_u64(s, 23),
        .held = column_u64(s, 24),
    };
}

static void room_view_read(sqlite3_stmt *s, struct arena *arena, struct room_view *out)
{
    *out = (struct room_view){0};
    room_read(s, arena, &out->room);
    out->read_seq = column_u64(s, ROOM_COLUMN_COUNT);
    out->read_count = column_u64(s, ROOM_COLUMN_COUNT + 1);
    out->role = (enum role)sqlite3_column_int(s, ROOM_COLUMN_COUNT + 2);
    out->muted_until = sqlite3_column_int64(s, ROOM_COLUMN_COUNT + 3);
    out->joined_at = sqlite3_column_int64(s, ROOM_COLUMN_COUNT + 4);
    out->mentions = column_u64(s, ROOM_COLUMN_COUNT + 5);
    out->from_seq = column_u64(s, ROOM_COLUMN_COUNT + 6);
    user_read(s, ROOM_COLUMN_COUNT + 7, arena, &out->peer);
}

int sqlite_room_get(struct store_conn *conn, room_id id, struct arena *arena, struct room *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_ROOM_GET);
    bind_u64(s, 1, id.v);
    int rc = sql_step(conn, s);
    if (rc != 1)
        return rc ? rc : -ENOENT;
    room_read(s, arena, out);
    return 0;
}

int sqlite_room_view(struct store_conn *conn, room_id room, user_id user, struct arena *arena,
                     struct room_view *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_ROOM_VIEW_GET);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, user.v);
    int rc = sql_step(conn, s);
    if (rc != 1)
        return rc ? rc : -ENOENT;
    room_view_read(s, arena, out);
    return 0;
}

int sqlite_rooms_of(struct store_conn *conn, user_id user, room_id after, size_t limit,
                    struct arena *arena, struct room_view_list *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_ROOM_VIEWS_OF);
    bind_u64(s, 1, user.v);
    bind_u64(s, 2, after.v);
    bind_limit(s, 3, limit);
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        struct room_view view;
        room_view_read(s, arena, &view);
        buf_put(&rows, &view, sizeof(view));
    }
    if (rc < 0)
        return rc;
    out->count = rows.len / sizeof(struct room_view);
    out->items = rows_to_arena(&rows, arena);
    return 0;
}

int sqlite_room_ends(struct store_conn *conn, room_id after, size_t limit, struct arena *arena,
                     struct room_end **out, size_t *count)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_ROOM_ENDS);
    bind_u64(s, 1, after.v);
    bind_limit(s, 2, limit);
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        struct room_end end = {{column_u64(s, 0)}, column_u64(s, 1)};
        buf_put(&rows, &end, sizeof(end));
    }
    if (rc < 0)
        return rc;
    *count = rows.len / sizeof(struct room_end);
    *out = rows_to_arena(&rows, arena);
    return 0;
}

int sqlite_ends_of(struct store_conn *conn, const room_id *rooms, size_t room_count,
                   struct arena *arena, struct room_end **out, size_t *count)
{
    *out = arena_take_array(arena, room_count, sizeof(**out));
    *count = 0;
    for (size_t i = 0; i < room_count; i++) {
        OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_ROOM_END);
        bind_u64(s, 1, rooms[i].v);
        int rc = sql_step(conn, s);
        if (rc < 0)
            return rc;
        if (column_u64(s, 0))
            (*out)[(*count)++] = (struct room_end){rooms[i], column_u64(s, 0)};
    }
    return 0;
}

int sqlite_places_of(struct store_conn *conn, user_id user, struct arena *arena,
                     struct room_place **out, size_t *count)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_PLACES_OF);
    bind_u64(s, 1, user.v);
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        struct room_place place = {{column_u64(s, 0)}, column_u64(s, 1), column_u64(s, 2)};
        buf_put(&rows, &place, sizeof(place));
    }
    if (rc < 0)
        return rc;
    *count = rows.len / sizeof(struct room_place);
    *out = rows_to_arena(&rows, arena);
    return 0;
}

static int read_room_ids(struct store_conn *conn, sqlite3_stmt *s, struct arena *arena,
                         room_id **out, size_t *count)
{
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        room_id room = {column_u64(s, 0)};
        buf_put(&rows, &room, sizeof(room));
    }
    if (rc < 0)
        return rc;
    *count = rows.len / sizeof(room_id);
    *out = rows_to_arena(&rows, arena);
    return 0;
}

int sqlite_room_ids_of(struct store_conn *conn, user_id user, struct arena *arena, room_id **out,
                       size_t *count)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_ROOM_IDS_OF);
    bind_u64(s, 1, user.v);
    return read_room_ids(conn, s, arena, out, count);
}

int sqlite_rooms_within(struct store_conn *conn, user_id user, uint64_t most_members, size_t limit,
                        struct arena *arena, room_id **out, size_t *count)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_ROOMS_WITHIN);
    bind_u64(s, 1, user.v);
    bind_u64(s, 2, most_members);
    bind_limit(s, 3, limit);
    return read_room_ids(conn, s, arena, out, count);
}

/* ---- members --------------------------------------------------------------------------------- */

static struct member member_read(sqlite3_stmt *s)
{
    return (struct member){
        .user = {column_u64(s, 0)},
        .role = (enum role)sqlite3_column_int(s, 1),
        .joined_at = sqlite3_column_int64(s, 2),
        .joined_seq = column_u64(s, 3),
        .read_seq = column_u64(s, 4),
        .read_count = column_u64(s, 5),
        .sent_at = sqlite3_column_int64(s, 6),
        .muted_until = sqlite3_column_int64(s, 7),
        .delivered_seq = column_u64(s, 8),
        .from_seq = column_u64(s, 9),
    };
}

static int put_members(struct store_conn *conn, sqlite3_stmt *s, struct buf *out)
{
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        struct member member = member_read(s);
        buf_put(out, &member, sizeof(member));
    }
    return rc;
}

static void members_take(struct buf *rows, struct arena *arena, struct member_list *out)
{
    out->count = rows->len / sizeof(struct member);
    out->items = rows_to_arena(rows, arena);
}

static int members_read(struct store_conn *conn, sqlite3_stmt *s, struct arena *arena,
                        struct member_list *out)
{
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc = put_members(conn, s, &rows);
    if (rc == 0)
        members_take(&rows, arena, out);
    return rc;
}

int sqlite_members(struct store_conn *conn, room_id room, user_id after, size_t limit,
                   struct arena *arena, struct member_list *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_MEMBERS);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, after.v);
    bind_limit(s, 3, limit);
    return members_read(conn, s, arena, out);
}

/* ---- members by their names: few people of the server who have such a name are looked for in the room, for many
 *      the room is gone along, asking each ---- */

enum { GONE_ALONG = 500 };

static int search_few(struct store_conn *conn, room_id room, const struct word_span *words,
                      user_id after, size_t limit, struct arena *arena, struct member_list *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_MEMBERS_SEARCH);
    bind_u64(s, 1, room.v);
    bind_text(s, 2, words->key);
    bind_text(s, 3, words->end);
    bind_u64(s, 4, after.v);
    bind_limit(s, 5, limit);
    return members_read(conn, s, arena, out);
}

/* Who is the last of the next GONE_ALONG; 0: there are not so many. */
static int find_round(struct store_conn *conn, room_id room, user_id after, user_id *last)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_MEMBER_BEHIND);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, after.v);
    bind_u64(s, 3, GONE_ALONG - 1);
    int rc = sql_step(conn, s);
    *last = (user_id){rc == 1 ? column_u64(s, 0) : 0};
    return rc < 0 ? rc : 0;
}

/* Up to `last`, 0: to the end. */
static int search_round(struct store_conn *conn, room_id room, const struct word_span *words,
                        user_id after, user_id last, size_t limit, struct buf *found)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_MEMBERS_SEARCH_WIDE);
    bind_u64(s, 1, room.v);
    bind_text(s, 2, words->key);
    bind_text(s, 3, words->end);
    bind_u64(s, 4, after.v);
    bind_limit(s, 5, limit);
    bind_u64(s, 6, last.v ? last.v : INT64_MAX);
    return put_members(conn, s, found);
}

static int search_many(struct store_conn *conn, room_id room, const struct word_span *words,
                       user_id after, size_t limit, struct arena *arena, struct member_list *out,
                       user_id *stood)
{
    OWN(buf_deinit) struct buf found = BUF_INIT;
    bool full = false, more = true;
    for (size_t looked = 0; more && !full && looked < MEMBERS_LOOKED_AT; looked += GONE_ALONG) {
        user_id last;
        size_t count = found.len / sizeof(struct member);
        int rc = find_round(conn, room, after, &last);
        if (rc == 0)
            rc = search_round(conn, room, words, after, last, limit ? limit - count : 0, &found);
        if (rc != 0)
            return rc;
        full = limit && found.len / sizeof(struct member) == limit;
        more = last.v != 0;
        after = last;
    }
    members_take(&found, arena, out);
    *stood = more && !full ? after : (user_id){0};
    return 0;
}

int sqlite_members_search(struct store_conn *conn, room_id room, struct str key, user_id after,
                          size_t limit, struct arena *arena, struct member_list *out,
                          user_id *stood)
{
    REQUIRE(key.len > 0);
    struct word_span words;
    *stood = (user_id){0};
    int rc = sqlite_word_span(conn, key, arena, &words);
    if (rc != 0)
        return rc;
    return words.many ? search_many(conn, room, &words, after, limit, arena, out, stood)
                      : search_few(conn, room, &words, after, limit, arena, out);
}

int sqlite_member_get(struct store_conn *conn, room_id room, user_id user, struct member *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_MEMBER_GET);
    bind_u64(s, 1, room.v);
    bind_u64(s, 2, user.v);
    int rc = sql_step(conn, s);
    if (rc != 1)
        return rc ? rc : -ENOENT;
    *out = member_read(s);
    return 0;
}

int sqlite_members_get(struct store_conn *conn, const struct member_place *places, size_t count,
                       struct member *out)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        out[i] = (struct member){0};
        rc = sqlite_member_get(conn, places[i].room, places[i].user, &out[i]);
        rc = rc == -ENOENT ? 0 : rc;
    }
    return rc;
}
