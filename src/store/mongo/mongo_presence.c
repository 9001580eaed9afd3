#include <errno.h>

#include "model/presence.h"
#include "store/mongo/mongo_rows.h"

static void presence_read(const bson_t *doc, struct arena *arena, struct presence *out)
{
    out->choice = (enum presence_choice)doc_i64(doc, "choice");
    out->text = doc_text(doc, "text", arena);
    out->emoji = doc_text(doc, "emoji", arena);
    out->until = doc_i64(doc, "until");
    out->last_seen_at = doc_i64(doc, "last_seen_at");
}

int mongo_presences_get(struct store_conn *conn, const user_id *ids, size_t count,
                        struct arena *arena, struct presence_list *out)
{
    struct presence *items = arena_take_array(arena, count, sizeof(*items));
    struct map places = {0};
    OWN(bson_destroy) bson_t *wanted = bson_new();
    for (size_t i = 0; i < count; i++) {
        mongo_put_number(wanted, i, ids[i].v);
        items[i] = presence_unknown(ids[i]);
        if (ids[i].v)
            map_put(&places, ids[i].v, &items[i]);
    }
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, PRESENCES, BCON_NEW("_id", "{", "$in", BCON_ARRAY(wanted), "}"), NULL);
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1)
        presence_read(doc, arena, map_get(&places, doc_u64(doc, "_id")));
    for (size_t i = 0; rc == 0 && i < count; i++) { /* who is named twice is answered twice */
        const struct presence *last = map_get(&places, ids[i].v);
        items[i] = last ? *last : items[i];
    }
    map_deinit(&places);
    *out = (struct presence_list){items, rc == 0 ? count : 0};
    return rc;
}

/* 1: there is such a person. */
static int is_living(struct store_conn *conn, user_id user)
{
    int64_t count = db_count(conn, USERS, BCON_NEW("_id", U64(user.v), "deleted", I64(0)));
    return count < 0 ? (int)count : count > 0;
}

int mongo_presence_put(struct store_conn *conn, const struct presence *presence)
{
    int living = is_living(conn, presence->user);
    if (living != 1)
        return living;
    int64_t met = db_update(
        conn, PRESENCES, BCON_NEW("_id", U64(presence->user.v)),
        BCON_NEW("$set", "{", "choice", I64(presence->choice), "text", TEXT(conn, presence->text),
                 "emoji", TEXT(conn, presence->emoji), "until", I64(presence->until), "}"),
        true);
    return met < 0 ? (int)met : 0;
}

/* ---- when they were last seen -------------------------------------------------------------------- */

enum { SEEN_AT_ONCE = 1000 }; /* in a command */

static bson_t *all_of(const struct seen *seen, size_t count)
{
    bson_t *all = bson_new();
    for (size_t i = 0; i < count; i++)
        mongo_put_number(all, i, seen[i].user.v);
    return all;
}

/* Adds to the set the ids of the rows that are found. */
static int add_found(struct store_conn *conn, enum collection in, bson_t *filter, struct map *set)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, in, filter, BCON_NEW("projection", "{", "_id", BCON_INT32(1), "}"));
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1)
        map_put(set, doc_u64(doc, "_id"), set);
    return rc;
}

static int put_seen(struct store_conn *conn, const struct seen *seen, size_t count,
                    const struct map *living, const struct map *invisible)
{
    OWN(db_bulk_free) struct db_bulk bulk = {0};
    for (size_t i = 0; i < count; i++) {
        uint64_t user = seen[i].user.v;
        if (map_get(living, user) && !map_get(invisible, user))
            db_bulk_update(conn, &bulk, PRESENCES, BCON_NEW("_id", U64(user)),
                           BCON_NEW("$max", "{", "last_seen_at", I64(seen[i].at), "}"), true);
    }
    return db_bulk_run(conn, &bulk);
}

static int some_seen(struct store_conn *conn, const struct seen *seen, size_t count)
{
    struct map living = {0}, invisible = {0};
    OWN(bson_destroy) bson_t *all = all_of(seen, count);
    int rc = add_found(
        conn, USERS, BCON_NEW("_id", "{", "$in", BCON_ARRAY(all), "}", "deleted", I64(0)), &living);
    if (rc == 0)
        rc = add_found(
            conn, PRESENCES,
            BCON_NEW("_id", "{", "$in", BCON_ARRAY(all), "}", "choice", I64(PRESENCE_INVISIBLE)),
            &invisible);
    if (rc == 0)
        rc = put_seen(conn, seen, count, &living, &invisible);
    map_deinit(&living);
    map_deinit(&invisible);
    return rc;
}

int mongo_presences_seen(struct store_conn *conn, const struct seen *seen, size_t count)
{
    int rc = 0;
    for (size_t at = 0; rc == 0 && at < count; at += SEEN_AT_ONCE)
        rc = some_seen(conn, seen + at, count - at < SEEN_AT_ONCE ? count - at : SEEN_AT_ONCE);
    return rc;
}

int mongo_rooms_within(struct store_conn *conn, user_id user, uint64_t most_members, size_t limit,
                       struct arena *arena, room_id **out, size_t *count)
{
    room_id *all = NULL;
    size_t all_count = 0;
    int rc = mongo_room_ids_of(conn, user, &conn->arena, &all, &all_count);
    if (rc != 0)
        return rc;
    OWN(bson_destroy) bson_t *wanted = bson_new();
    for (size_t i = 0; i < all_count; i++)
        mongo_put_number(wanted, i, all[i].v);
    bson_t *filter = BCON_NEW("_id", "{", "$in", BCON_ARRAY(wanted), "}", "member_count", "{",
                              "$lte", U64(most_members), "}");
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, ROOMS, filter, sorted("_id", 1, limit));
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        room_id room = {doc_u64(doc, "_id")};
        buf_put(&found, &room, sizeof(room));
    }
    *count = found.len / sizeof(room_id);
    *out = rows_to_arena(&found, arena);
    return rc;
}
