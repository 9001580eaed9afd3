#include <errno.h>
#include <stdio.h>

#include "store/mongo/mongo_rows.h"

/* An entry has fields user, key, rev and value; `feeds` has one row a person, the highest rev. Two
 * who write to one person's feed at once meet there, and one of them is run again. */

static bool is_gone(struct str value)
{
    return str_eq(value, STR("null"));
}

static bson_t *entry_at(struct store_conn *conn, user_id user, struct str key)
{
    return BCON_NEW("user", U64(user.v), "key", TEXT(conn, key));
}

static int next_rev(struct store_conn *conn, user_id user, uint64_t *out)
{
    int64_t met = db_update(conn, FEEDS, BCON_NEW("_id", U64(user.v)),
                            BCON_NEW("$inc", "{", "rev", I64(1), "}"), true);
    if (met < 0)
        return (int)met;
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = db_find_one(conn, FEEDS, BCON_NEW("_id", U64(user.v)), NULL, &doc);
    if (rc == 0)
        *out = doc_u64(doc, "rev");
    return rc;
}

static int put_entry(struct store_conn *conn, user_id user, struct str key, struct str value,
                     int64_t due, uint64_t *rev)
{
    int rc = next_rev(conn, user, rev);
    if (rc != 0)
        return rc;
    int64_t met = db_update(
        conn, ENTRIES, entry_at(conn, user, key),
        BCON_NEW("$set", "{", "rev", U64(*rev), "value", BLOB(value), "due", I64(due), "}"), true);
    return met < 0 ? (int)met : 0;
}

int mongo_read_marker_put(struct store_conn *conn, room_id room, user_id user, uint64_t read_seq,
                          uint64_t read_count)
{
    int64_t met = db_update(conn, MEMBERS, mongo_marker_behind(room, user, read_seq),
                            mongo_marker_at(read_seq, read_count), false);
    if (met <= 0)
        return (int)met;
    char id[BASE62_LEN];
    base62_print(room.v, id);
    struct str key = arena_printf(&conn->arena, "room.read:%.*s", BASE62_LEN, id);
    struct str value = arena_printf(&conn->arena, "{\"read_seq\":%llu,\"read_count\":%llu}",
                                    (unsigned long long)read_seq, (unsigned long long)read_count);
    uint64_t rev;
    return put_entry(conn, user, key, value, 0, &rev);
}

/* Rows of before have no such field: $max makes it. */
int mongo_delivered_put(struct store_conn *conn, room_id room, user_id user, uint64_t seq)
{
    struct key2 key = key2(room.v, user.v);
    int64_t met = db_update(conn, MEMBERS, BCON_NEW("_id", KEY(key), "gone", BOOL(false)),
                            BCON_NEW("$max", "{", "delivered", U64(seq), "}"), false);
    return met < 0 ? (int)met : 0;
}

static struct feed_entry entry_read(const bson_t *doc, struct arena *arena)
{
    return (struct feed_entry){
        .key = doc_text(doc, "key", arena),
        .value = doc_text(doc, "value", arena),
        .rev = doc_u64(doc, "rev"),
    };
}

static int read_entries(struct store_conn *conn, bson_t *filter, bson_t *options,
                        struct arena *arena, struct feed_entry_list *out)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, ENTRIES, filter, options);
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct feed_entry entry = entry_read(doc, arena);
        buf_put(&found, &entry, sizeof(entry));
    }
    if (rc < 0)
        return rc;
    out->count = found.len / sizeof(struct feed_entry);
    out->items = rows_to_arena(&found, arena);
    return 0;
}

/* ---- entries of the person's own -------------------------------------------------------------- */

/* Keys that begin with a prefix lie between it and this: ';' is next to ':', which all end with.
 * None that was taken away. */
static bson_t *family_of(struct store_conn *conn, user_id user, struct str prefix, struct str after)
{
    REQUIRE(prefix.len > 0 && prefix.ptr[prefix.len - 1] == ':');
    struct str end = arena_printf(&conn->arena, "%.*s;", (int)prefix.len - 1, prefix.ptr);
    return BCON_NEW("user", U64(user.v), "key", "{", "$gt",
                    TEXT(conn, str_compare(after, prefix) > 0 ? after : prefix), "$lt",
                    TEXT(conn, end), "}", "value", "{", "$ne", BLOB(STR("null")), "}");
}

/* 1: there is room for one more, 0: there is none. */
static int has_room(struct store_conn *conn, user_id user, struct str family, size_t most)
{
    if (most == 0)
        return 1;
    int64_t count = db_count(conn, ENTRIES, family_of(conn, user, family, STR_NONE));
    return count < 0 ? (int)count : (uint64_t)count < most;
}

int mongo_feed_put(struct store_conn *conn, user_id user, struct str key, struct str value,
                   uint64_t only_at, struct str family, size_t most, int64_t due, uint64_t *rev)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = db_find_one(conn, ENTRIES, entry_at(conn, user, key), NULL, &doc);
    if (rc < 0 && rc != -ENOENT)
        return rc;
    if (doc && doc_i64(doc, "held") != 0)
        return -EBUSY;
    if (doc && str_eq(doc_str(doc, "value"), value) &&
        (is_gone(value) || doc_i64(doc, "due") == due)) {
        *rev = doc_u64(doc, "rev");
        return 0;
    }
    bool there = doc && !is_gone(doc_str(doc, "value"));
    if (only_at != FEED_ANY_REV && only_at != (there ? doc_u64(doc, "rev") : 0))
        return -ESTALE;
    if (!there && is_gone(value))
        return -ENOENT;
    int room = there ? 1 : has_room(conn, user, family, most);
    if (room != 1)
        return room < 0 ? room : -EDQUOT;
    return put_entry(conn, user, key, value, due, rev);
}

int mongo_feed_get(struct store_conn *conn, user_id user, struct str key, struct arena *arena,
                   struct feed_entry *out)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = db_find_one(conn, ENTRIES, entry_at(conn, user, key), NULL, &doc);
    if (rc != 0 || is_gone(doc_str(doc, "value")))
        return rc ? rc : -ENOENT;
    *out = entry_read(doc, arena);
    return 0;
}

int mongo_feeds_get(struct store_conn *conn, const user_id *users, size_t count, struct str key,
                    struct arena *arena, struct feed_entry *out)
{
    OWN(bson_destroy) bson_t *wanted = bson_new();
    uint32_t asked = 0;
    for (size_t i = 0; i < count; i++) {
        out[i] = (struct feed_entry){0};
        mongo_put_id(wanted, &asked, users[i].v);
    }
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(
        conn, ENTRIES,
        BCON_NEW("user", "{", "$in", BCON_ARRAY(wanted), "}", "key", TEXT(conn, key)), NULL);
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1)
        for (size_t i = 0; i < count; i++)
            if (users[i].v == doc_u64(doc, "user") && !is_gone(doc_str(doc, "value")))
                out[i] = entry_read(doc, arena);
    return rc;
}

/* Whose entries of the family are as many as there may be: their keys in `full`. */
static int find_full(struct store_conn *conn, struct str family, size_t most,
                     const struct feed_put *puts, size_t count, struct map *full)
{
    OWN(bson_destroy) bson_t *fresh = bson_new();
    uint32_t asked = 0;
    for (size_t i = 0; i < count; i++)
        if (puts[i].is_new)
            mongo_put_id(fresh, &asked, puts[i].user.v);
    if (asked == 0 || most == 0)
        return 0;
    struct str end = arena_printf(&conn->arena, "%.*s;", (int)family.len - 1, family.ptr);
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_aggregate(
        conn, ENTRIES,
        BCON_NEW("pipeline", "[", "{", "$match", "{", "user", "{", "$in", BCON_ARRAY(fresh), "}",
                 "key", "{", "$gt", TEXT(conn, family), "$lt", TEXT(conn, end), "}", "value", "{",
                 "$ne", BLOB(STR("null")), "}", "}", "}", "{", "$group", "{", "_id",
                 BCON_UTF8("$user"), "count", "{", "$sum", I64(1), "}", "}", "}", "]"));
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1)
        if (doc_u64(doc, "count") >= most)
            map_put(full, doc_u64(doc, "_id"), conn);
    return rc;
}

/* Each person's next rev, all of them in two questions. */
static int next_revs(struct store_conn *conn, struct feed_put *puts, size_t count,
                     const struct map *full)
{
    OWN(db_bulk_free) struct db_bulk feeds = {0};
    OWN(bson_destroy) bson_t *users = bson_new();
    uint32_t asked = 0;
    for (size_t i = 0; i < count; i++) {
        puts[i].rev = 0;
        if (map_get(full, puts[i].user.v))
            continue;
        mongo_put_id(users, &asked, puts[i].user.v);
        db_bulk_update(conn, &feeds, FEEDS, BCON_NEW("_id", U64(puts[i].user.v)),
                       BCON_NEW("$inc", "{", "rev", I64(1), "}"), true);
    }
    int rc = db_bulk_run(conn, &feeds);
    if (rc != 0 || asked == 0)
        return rc;
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, FEEDS, BCON_NEW("_id", "{", "$in", BCON_ARRAY(users), "}"), NULL);
    const bson_t *doc;
    while ((rc = db_next(conn, rows, &doc)) == 1)
        for (size_t i = 0; i < count; i++)
            if (puts[i].user.v == doc_u64(doc, "_id"))
                puts[i].rev = doc_u64(doc, "rev");
    return rc;
}

int mongo_feeds_put(struct store_conn *conn, struct str key, struct str family, size_t most,
                    struct feed_put *puts, size_t count)
{
    OWN(db_bulk_free) struct db_bulk entries = {0};
    struct map full = {0};
    int rc = find_full(conn, family, most, puts, count, &full);
    if (rc == 0)
        rc = next_revs(conn, puts, count, &full);
    map_deinit(&full);
    for (size_t i = 0; rc == 0 && i < count; i++)
        if (puts[i].rev)
            db_bulk_update(conn, &entries, ENTRIES, entry_at(conn, puts[i].user, key),
                           BCON_NEW("$set", "{", "rev", U64(puts[i].rev), "value",
                                    BLOB(puts[i].value), "due", I64(0), "}"),
                           true);
    return rc == 0 ? db_bulk_run(conn, &entries) : rc;
}

int mongo_feed_list(struct store_conn *conn, user_id user, struct str prefix, struct str after,
                    size_t limit, struct arena *arena, struct feed_entry_list *out)
{
    return read_entries(conn, family_of(conn, user, prefix, after), sorted("key", 1, limit), arena,
                        out);
}

/* ---- all that changed ------------------------------------------------------------------------- */

int mongo_feed(struct store_conn *conn, user_id user, uint64_t rev, size_t limit,
               struct arena *arena, struct feed_entry_list *out, uint64_t *last)
{
    OWN(bson_destroy) bson_t *newest = NULL;
    int rc =
        db_find_one(conn, ENTRIES, BCON_NEW("user", U64(user.v)), sorted("rev", -1, 1), &newest);
    if (rc < 0 && rc != -ENOENT)
        return rc;
    *last = newest ? doc_u64(newest, "rev") : 0;
    return read_entries(
        conn, BCON_NEW("user", U64(user.v), "rev", "{", "$gt", U64(rev), "$lte", U64(*last), "}"),
        sorted("rev", 1, limit), arena, out);
}

/* ---- entries whose time has come -------------------------------------------------------------- */

int mongo_feed_due(struct store_conn *conn, int64_t now, size_t limit, struct arena *arena,
                   struct feed_due_list *out)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, ENTRIES, BCON_NEW("due", "{", "$gt", I64(0), "$lte", I64(now), "}"),
                sorted("due", 1, limit));
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct feed_due due = {.user = {doc_u64(doc, "user")},
                               .entry = entry_read(doc, arena),
                               .at = doc_i64(doc, "due")};
        buf_put(&found, &due, sizeof(due));
    }
    if (rc < 0)
        return rc;
    out->count = found.len / sizeof(struct feed_due);
    out->items = rows_to_arena(&found, arena);
    return 0;
}

/* The entry as it was found. */
static bson_t *still_due(struct store_conn *conn, const struct feed_due *due)
{
    return BCON_NEW("user", U64(due->user.v), "key", TEXT(conn, due->entry.key), "rev",
                    U64(due->entry.rev), "due", I64(due->at));
}

int mongo_feed_hold(struct store_conn *conn, const struct feed_due *due, int64_t again, bool held)
{
    int64_t met =
        db_update(conn, ENTRIES, still_due(conn, due),
                  BCON_NEW("$set", "{", "due", I64(again), "held", I64(held), "}"), false);
    return met < 0 ? (int)met : met == 0 ? -ESTALE : 0;
}

int mongo_feed_forget(struct store_conn *conn, const struct feed_due *due)
{
    OWN(bson_destroy) bson_t *newer = NULL;
    int rc =
        db_find_one(conn, ENTRIES,
                    BCON_NEW("user", U64(due->user.v), "rev", "{", "$gt", U64(due->entry.rev), "}"),
                    NULL, &newer);
    if (rc != 0)
        return rc == -ENOENT ? -ESTALE : rc;
    OWN(bson_destroy) bson_t *entry = NULL;
    rc = db_find_one(conn, ENTRIES, still_due(conn, due), NULL, &entry);
    if (rc != 0 || !is_gone(doc_str(entry, "value")))
        return rc == 0 || rc == -ENOENT ? -ESTALE : rc;
    return db_delete(conn, ENTRIES, still_due(conn, due));
}
