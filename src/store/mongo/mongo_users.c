#include <errno.h>

#include "core/unicode.h"
#include "store/mongo/mongo_rows.h"

/* A search may begin at each of so many words of a name; more are not worth their places. */
enum { WORDS_MOST = 8 };

struct user mongo_user_read(const bson_t *doc, struct arena *arena)
{
    return (struct user){
        .id = {doc_u64(doc, "_id")},
        .username = doc_text(doc, "username", arena),
        .display_name = doc_text(doc, "display_name", arena),
        .email = doc_text(doc, "email", arena),
        .locale = doc_text(doc, "locale", arena),
        .created_at = doc_i64(doc, "at"),
        .email_verified = doc_bool(doc, "verified"),
        .admin = doc_bool(doc, "admin"),
        .deleted = doc_i64(doc, "deleted") != 0,
        .about = doc_text(doc, "about", arena),
        .pronouns = doc_text(doc, "pronouns", arena),
        .time_zone = doc_text(doc, "time_zone", arena),
    };
}

/* ---- the words that a search may begin with -------------------------------------------------- */

static bool separates_words(char c)
{
    return c == ' ' || c == '.' || c == '-' || c == '_' || c == '\'';
}

/* `name` from each of its words on: "anna maria" is found by "anna m" and by "mar". */
static void put_words(bson_t *words, uint32_t *at, struct str name)
{
    int count = 0;
    for (size_t i = 0; i < name.len && count < WORDS_MOST; i++) {
        if (separates_words(name.ptr[i]) || (i > 0 && !separates_words(name.ptr[i - 1])))
            continue;
        char number[12];
        snprintf(number, sizeof(number), "%u", (*at)++);
        bson_append_utf8(words, number, -1, name.ptr + i, (int)(name.len - i));
        count++;
    }
}

/* An array of both names' words; NULL: the display name is not UTF-8. */
bson_t *mongo_user_words(struct store_conn *conn, struct str username_key, struct str display_name)
{
    struct str folded;
    if (!unicode_fold(display_name, &conn->arena, &folded))
        return NULL;
    bson_t *words = bson_new();
    uint32_t at = 0;
    put_words(words, &at, username_key);
    put_words(words, &at, folded);
    return words;
}

/* ---- making, changing, removing -------------------------------------------------------------- */

static int is_taken(struct store_conn *conn, user_id id, struct str key, struct str skeleton,
                    struct str email_key)
{
    bson_t *filter = BCON_NEW("$or", "[", "{", "_id", U64(id.v), "}", "{", "key", TEXT(conn, key),
                              "}", "{", "skeleton", TEXT(conn, skeleton), "}", "]");
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = db_find_one(conn, USERS, filter, NULL, &doc);
    if (rc != -ENOENT || email_key.len == 0)
        return rc == 0 ? -EEXIST : rc == -ENOENT ? 0 : rc;
    filter = BCON_NEW("email_key", TEXT(conn, email_key), "verified", BOOL(true));
    rc = db_find_one(conn, USERS, filter, NULL, &doc);
    return rc == 0 ? -EEXIST : rc == -ENOENT ? 0 : rc;
}

int mongo_user_create(struct store_conn *conn, const struct user *user, struct str username_key,
                      struct str password_hash)
{
    struct str email_key = STR_NONE, skeleton;
    if (user->email.len && !unicode_fold(user->email, &conn->arena, &email_key))
        return -EILSEQ;
    if (!unicode_skeleton(user->username, &conn->arena, &skeleton))
        return -EILSEQ;
    OWN(bson_destroy) bson_t *words = mongo_user_words(conn, username_key, user->display_name);
    if (!words)
        return -EILSEQ;
    bool verified = user->email_verified && email_key.len;
    int rc = is_taken(conn, user->id, username_key, skeleton, verified ? email_key : STR_NONE);
    if (rc != 0)
        return rc;
    return db_insert(conn, USERS,
                     BCON_NEW("_id", U64(user->id.v), "username", TEXT(conn, user->username), "key",
                              TEXT(conn, username_key), "skeleton", TEXT(conn, skeleton),
                              "display_name", TEXT(conn, user->display_name), "email",
                              TEXT(conn, user->email), "email_key", TEXT(conn, email_key),
                              "verified", BOOL(verified), "locale", TEXT(conn, user->locale),
                              "password", TEXT(conn, password_hash), "at", I64(user->created_at),
                              "admin", BOOL(user->admin), "deleted", I64(0), "words",
                              BCON_ARRAY(words)));
}

static bson_t *living(user_id id)
{
    return BCON_NEW("_id", U64(id.v), "deleted", I64(0));
}

int mongo_user_update(struct store_conn *conn, const struct user *user)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = db_find_one(conn, USERS, living(user->id), NULL, &doc);
    if (rc != 0)
        return rc;
    OWN(bson_destroy)
    bson_t *words = mongo_user_words(conn, doc_str(doc, "key"), user->display_name);
    if (!words)
        return -EILSEQ;
    return db_change(conn, USERS, living(user->id),
                     BCON_NEW("$set", "{", "display_name", TEXT(conn, user->display_name), "locale",
                              TEXT(conn, user->locale), "about", TEXT(conn, user->about),
                              "pronouns", TEXT(conn, user->pronouns), "time_zone",
                              TEXT(conn, user->time_zone), "words", BCON_ARRAY(words), "}"));
}

int mongo_user_set_password(struct store_conn *conn, user_id id, struct str password_hash)
{
    return db_change(conn, USERS, living(id),
                     BCON_NEW("$set", "{", "password", TEXT(conn, password_hash), "}"));
}

int mongo_user_set_admin(struct store_conn *conn, user_id id, bool admin)
{
    int rc = mongo_admins_change(conn);
    return rc == 0 ? db_change(conn, USERS, living(id),
                               BCON_NEW("$set", "{", "admin", BOOL(admin), "}"))
                   : rc;
}

int mongo_user_delete(struct store_conn *conn, user_id id, int64_t at)
{
    REQUIRE(at > 0);
    bson_t *change =
        BCON_NEW("$set", "{", "username", BCON_UTF8(""), "display_name", BCON_UTF8(""), "email",
                 BCON_UTF8(""), "email_key", BCON_UTF8(""), "verified", BOOL(false), "locale",
                 BCON_UTF8(""), "password", BCON_UTF8(""), "admin", BOOL(false), "deleted", I64(at),
                 "words", "[", "]", "}", "$unset", "{", "key", BOOL(true), "skeleton", BOOL(true),
                 "about", BOOL(true), "pronouns", BOOL(true), "time_zone", BOOL(true), "}");
    int64_t admins = db_count(conn, USERS, BCON_NEW("_id", U64(id.v), "admin", BOOL(true)));
    int rc = admins > 0 ? mongo_admins_change(conn) : (int)admins;
    if (rc == 0)
        rc = db_change(conn, USERS, living(id), change);
    if (rc == 0)
        rc = db_delete(conn, ENTRIES, BCON_NEW("user", U64(id.v)));
    if (rc == 0)
        rc = db_delete(conn, PRESENCES, BCON_NEW("_id", U64(id.v)));
    if (rc == 0)
        rc = db_delete(conn, REQUESTS, BCON_NEW("user", U64(id.v)));
    if (rc == 0)
        rc = db_delete(conn, SUSPENSIONS, BCON_NEW("_id", U64(id.v)));
    struct session_list ended;
    return rc == 0 ? mongo_sessions_end(conn, id, (session_id){0}, at, &conn->arena, &ended) : rc;
}

/* ---- asking ---------------------------------------------------------------------------------- */

int mongo_user_get(struct store_conn *conn, user_id id, struct arena *arena, struct user *out)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = db_find_one(conn, USERS, BCON_NEW("_id", U64(id.v)), NULL, &doc);
    if (rc == 0)
        *out = mongo_user_read(doc, arena);
    return rc;
}

int mongo_users_by_id(struct store_conn *conn, const user_id *ids, size_t count,
                      struct arena *arena, struct map *out)
{
    if (count == 0)
        return 0;
    OWN(bson_destroy) bson_t *wanted = bson_new();
    for (size_t i = 0; i < count; i++)
        mongo_put_number(wanted, i, ids[i].v);
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, USERS, BCON_NEW("_id", "{", "$in", BCON_ARRAY(wanted), "}"), NULL);
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct user *user = ARENA_NEW(arena, struct user);
        *user = mongo_user_read(doc, arena);
        map_put(out, user->id.v, user);
    }
    return rc;
}

int mongo_users_get(struct store_conn *conn, const user_id *ids, size_t count, struct arena *arena,
                    struct user_list *out)
{
    struct map found = {0};
    int rc = mongo_users_by_id(conn, ids, count, arena, &found);
    *out = (struct user_list){arena_take_array(arena, count, sizeof(struct user)), 0};
    for (size_t i = 0; i < count; i++) {
        const struct user *user = map_get(&found, ids[i].v);
        if (user)
            out->items[out->count++] = *user;
    }
    map_deinit(&found);
    return rc;
}

static int read_credentials(struct store_conn *conn, bson_t *filter, struct arena *arena,
                            struct credentials *out)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = db_find_one(conn, USERS, filter, NULL, &doc);
    if (rc != 0)
        return rc;
    out->user = mongo_user_read(doc, arena);
    out->password_hash = doc_text(doc, "password", arena);
    return 0;
}

int mongo_credentials_by_login(struct store_conn *conn, struct str login_key, struct arena *arena,
                               struct credentials *out)
{
    if (login_key.len == 0 || memchr(login_key.ptr, 0, login_key.len))
        return -ENOENT;
    int rc = read_credentials(conn, BCON_NEW("key", TEXT(conn, login_key)), arena, out);
    if (rc != -ENOENT)
        return rc;
    bson_t *filter = BCON_NEW("email_key", TEXT(conn, login_key), "verified", BOOL(true));
    return read_credentials(conn, filter, arena, out);
}

int mongo_credentials_get(struct store_conn *conn, user_id id, struct arena *arena,
                          struct credentials *out)
{
    return read_credentials(conn, BCON_NEW("_id", U64(id.v)), arena, out);
}

/* All that begins with key sorts from it up to it and the last character there can be. */
static struct str word_end(struct store_conn *conn, struct str key)
{
    return arena_printf(&conn->arena, "%.*s\xf4\x8f\xbf\xbf", STR_ARG(key));
}

/* Living people behind `after`; who has a word that begins with `key`. */
static bson_t *search_filter(struct store_conn *conn, struct str key, struct str after)
{
    if (key.len == 0)
        return BCON_NEW("key", "{", "$gt", TEXT(conn, after), "}");
    struct str end = word_end(conn, key);
    return BCON_NEW("key", "{", "$gt", TEXT(conn, after), "}", "words", "{", "$elemMatch", "{",
                    "$gte", TEXT(conn, key), "$lt", TEXT(conn, end), "}", "}");
}

int mongo_users_search(struct store_conn *conn, struct str key, struct str after, size_t limit,
                       struct arena *arena, struct user_list *out, struct str *next)
{
    REQUIRE(limit > 0);
    *out = (struct user_list){arena_take_array(arena, limit, sizeof(struct user)), 0};
    *next = STR_NONE;
    if (key.len && memchr(key.ptr, 0, key.len))
        return 0;
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, USERS, search_filter(conn, key, after), sorted("key", 1, limit + 1));
    struct str last = STR_NONE;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1 && out->count < limit) {
        out->items[out->count++] = mongo_user_read(doc, arena);
        last = doc_text(doc, "key", arena);
    }
    if (rc == 1)
        *next = last;
    return rc < 0 ? rc : 0;
}

static int read_ids(struct store_conn *conn, bson_t *filter, bson_t *options, struct arena *arena,
                    user_id **out, size_t *count)
{
    OWN(mongoc_cursor_destroy) mongoc_cursor_t *rows = db_find(conn, USERS, filter, options);
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        user_id user = {doc_u64(doc, "_id")};
        buf_put(&found, &user, sizeof(user));
    }
    *count = found.len / sizeof(user_id);
    *out = rows_to_arena(&found, arena);
    return rc;
}

int mongo_users_named(struct store_conn *conn, struct str key, size_t most, struct arena *arena,
                      user_id **out, size_t *count)
{
    struct str end = word_end(conn, key);
    bson_t *filter = BCON_NEW("words", "{", "$elemMatch", "{", "$gte", TEXT(conn, key), "$lt",
                              TEXT(conn, end), "}", "}");
    bson_t *options = BCON_NEW("projection", "{", "_id", BCON_INT32(1), "}", "limit", U64(most));
    return read_ids(conn, filter, options, arena, out, count);
}

int mongo_users_named_of(struct store_conn *conn, struct str key, const struct member_list *members,
                         struct arena *arena, user_id **out, size_t *count)
{
    OWN(bson_destroy) bson_t *among = bson_new();
    uint32_t asked = 0;
    for (size_t i = 0; i < members->count; i++)
        mongo_put_id(among, &asked, members->items[i].user.v);
    struct str end = word_end(conn, key);
    bson_t *filter = BCON_NEW("_id", "{", "$in", BCON_ARRAY(among), "}", "words", "{", "$elemMatch",
                              "{", "$gte", TEXT(conn, key), "$lt", TEXT(conn, end), "}", "}");
    bson_t *options = BCON_NEW("projection", "{", "_id", BCON_INT32(1), "}", "hint", "{", "_id",
                               BCON_INT32(1), "}");
    return read_ids(conn, filter, options, arena, out, count);
}

/* 1: is still a member of a group. */
static int is_unfinished(struct store_conn *conn, user_id user)
{
    struct room_view_list rooms;
    int rc = mongo_rooms_of(conn, user, (room_id){0}, 0, &conn->arena, &rooms);
    for (size_t i = 0; rc == 0 && i < rooms.count; i++)
        rc = rooms.items[i].room.kind == ROOM_GROUP;
    return rc;
}

int mongo_users_unfinished(struct store_conn *conn, struct arena *arena, struct user_list *out)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, USERS, BCON_NEW("deleted", "{", "$gt", I64(0), "}"), NULL);
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct user user = mongo_user_read(doc, arena);
        int unfinished = is_unfinished(conn, user.id);
        if (unfinished < 0)
            return unfinished;
        if (unfinished)
            buf_put(&found, &user, sizeof(user));
    }
    if (rc < 0)
        return rc;
    out->count = found.len / sizeof(struct user);
    out->items = rows_to_arena(&found, arena);
    return 0;
}
