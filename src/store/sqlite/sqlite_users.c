#include <errno.h>

#include "core/unicode.h"
#include "store/sqlite/sqlite_rows.h"

/* A search may begin at each of so many words of a name; more are not worth their rows. */
enum { WORDS_MOST = 8 };

void user_read(sqlite3_stmt *statement, int at, struct arena *arena, struct user *out)
{
    *out = (struct user){
        .id = {column_u64(statement, at)},
        .username = arena_copy(arena, column_str(statement, at + 1)),
        .display_name = arena_copy(arena, column_str(statement, at + 2)),
        .email = arena_copy(arena, column_str(statement, at + 3)),
        .locale = arena_copy(arena, column_str(statement, at + 4)),
        .created_at = sqlite3_column_int64(statement, at + 5),
        .email_verified = sqlite3_column_int(statement, at + 6) != 0,
        .admin = sqlite3_column_int(statement, at + 7) != 0,
        .deleted = sqlite3_column_int64(statement, at + 8) != 0,
        .about = arena_copy(arena, column_str(statement, at + 9)),
        .pronouns = arena_copy(arena, column_str(statement, at + 10)),
        .time_zone = arena_copy(arena, column_str(statement, at + 11)),
    };
}

int users_read(struct store_conn *conn, sqlite3_stmt *s, struct arena *arena, struct user_list *out)
{
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        struct user user;
        user_read(s, 0, arena, &user);
        buf_put(&rows, &user, sizeof(user));
    }
    if (rc < 0)
        return rc;
    out->count = rows.len / sizeof(struct user);
    out->items = rows_to_arena(&rows, arena);
    return 0;
}

int user_ids_read(struct store_conn *conn, sqlite3_stmt *s, struct arena *arena, user_id **out,
                  size_t *count)
{
    OWN(buf_deinit) struct buf rows = BUF_INIT;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        user_id user = {column_u64(s, 0)};
        buf_put(&rows, &user, sizeof(user));
    }
    if (rc < 0)
        return rc;
    *count = rows.len / sizeof(user_id);
    *out = rows_to_arena(&rows, arena);
    return 0;
}

/* ---- the words that a search may begin with -------------------------------------------------- */

static bool separates_words(char c)
{
    return c == ' ' || c == '.' || c == '-' || c == '_' || c == '\'';
}

/* `name` from each of its words on: "anna maria" is found by "anna m" and by "mar". */
static int put_words(struct store_conn *conn, user_id user, struct str name)
{
    sqlite3_stmt *insert = sql(conn, SQL_WORD_INSERT);
    int words = 0;
    for (size_t i = 0; i < name.len && words < WORDS_MOST; i++) {
        if (separates_words(name.ptr[i]) || (i > 0 && !separates_words(name.ptr[i - 1])))
            continue;
        bind_text(insert, 1, str_of(name.ptr + i, name.len - i));
        bind_u64(insert, 2, user.v);
        int rc = sql_run(conn, insert);
        if (rc != 0)
            return rc;
        words++;
    }
    return 0;
}

int sqlite_user_words(struct store_conn *conn, user_id user, struct str username_key,
                      struct str display_name)
{
    sqlite3_stmt *delete = sql(conn, SQL_WORD_DELETE);
    bind_u64(delete, 1, user.v);
    int rc = sql_run(conn, delete);
    if (rc == 0)
        rc = put_words(conn, user, username_key);
    if (rc != 0)
        return rc;
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str folded;
    if (!unicode_fold(display_name, &arena, &folded))
        return -EILSEQ;
    return put_words(conn, user, folded);
}

/* ---- making, changing, removing -------------------------------------------------------------- */

int sqlite_user_create(struct store_conn *conn, const struct user *user, struct str username_key,
                       struct str password_hash)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str email_key = STR_NONE, skeleton;
    if (user->email.len && !unicode_fold(user->email, &arena, &email_key))
        return -EILSEQ;
    if (!unicode_skeleton(user->username, &arena, &skeleton))
        return -EILSEQ;
    sqlite3_stmt *s = sql(conn, SQL_USER_INSERT);
    bind_u64(s, 1, user->id.v);
    bind_text(s, 2, user->username);
    bind_text(s, 3, username_key);
    bind_text(s, 4, user->display_name);
    bind_text(s, 5, user->email);
    bind_text(s, 6, email_key);
    bind_i64(s, 7, user->email_verified && email_key.len);
    bind_text(s, 8, user->locale);
    bind_text(s, 9, password_hash);
    bind_i64(s, 10, user->created_at);
    bind_i64(s, 11, user->admin);
    bind_text(s, 12, skeleton);
    int rc = sql_run(conn, s);
    if (rc != 0)
        return rc;
    return sqlite_user_words(conn, user->id, username_key, user->display_name);
}

int sqlite_user_update(struct store_conn *conn, const struct user *user)
{
    OWN(statement_done) sqlite3_stmt *key = sql(conn, SQL_USER_KEY);
    bind_u64(key, 1, user->id.v);
    int rc = sql_step(conn, key);
    if (rc != 1)
        return rc ? rc : -ENOENT;
    sqlite3_stmt *s = sql(conn, SQL_USER_UPDATE);
    bind_u64(s, 1, user->id.v);
    bind_text(s, 2, user->display_name);
    bind_text(s, 3, user->locale);
    bind_text(s, 4, user->about);
    bind_text(s, 5, user->pronouns);
    bind_text(s, 6, user->time_zone);
    rc = sql_change(conn, s);
    if (rc != 0)
        return rc;
    return sqlite_user_words(conn, user->id, column_str(key, 0), user->display_name);
}

int sqlite_user_set_password(struct store_conn *conn, user_id id, struct str password_hash)
{
    sqlite3_stmt *s = sql(conn, SQL_USER_PASSWORD);
    bind_u64(s, 1, id.v);
    bind_text(s, 2, password_hash);
    return sql_change(conn, s);
}

int sqlite_user_set_admin(struct store_conn *conn, user_id id, bool admin)
{
    sqlite3_stmt *s = sql(conn, SQL_USER_ADMIN);
    bind_u64(s, 1, id.v);
    bind_i64(s, 2, admin);
    return sql_change(conn, s);
}

int sqlite_user_delete(struct store_conn *conn, user_id id, int64_t at)
{
    REQUIRE(at > 0);
    sqlite3_stmt *s = sql(conn, SQL_USER_DELETE);
    bind_u64(s, 1, id.v);
    bind_i64(s, 2, at);
    int rc = sql_change(conn, s);
    if (rc != 0)
        return rc;
    static const enum sql personal[] = {SQL_WORD_DELETE, SQL_FEED_DELETE, SQL_PRESENCE_DELETE,
                                        SQL_REQUESTS_DELETE, SQL_SUSPENSION_DELETE};
    for (size_t i = 0; i < ARRAY_LEN(personal); i++) {
        s = sql(conn, personal[i]);
        bind_u64(s, 1, id.v);
        rc = sql_run(conn, s);
        if (rc != 0)
            return rc;
    }
    s = sql(conn, SQL_SESSIONS_END);
    bind_u64(s, 1, id.v);
    bind_u64(s, 2, 0);
    bind_i64(s, 3, at);
    return sql_run(conn, s);
}

/* ---- asking ---------------------------------------------------------------------------------- */

int sqlite_user_get(struct store_conn *conn, user_id id, struct arena *arena, struct user *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_USER_GET);
    bind_u64(s, 1, id.v);
    int rc = sql_step(conn, s);
    if (rc != 1)
        return rc ? rc : -ENOENT;
    user_read(s, 0, arena, out);
    return 0;
}

int sqlite_users_get(struct store_conn *conn, const user_id *ids, size_t count, struct arena *arena,
                     struct user_list *out)
{
    struct user *items = arena_take_array(arena, count, sizeof(*items));
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        int rc = sqlite_user_get(conn, ids[i], arena, &items[found]);
        if (rc == 0)
            found++;
        else if (rc != -ENOENT)
            return rc;
    }
    *out = (struct user_list){items, found};
    return 0;
}

static int read_credentials(struct store_conn *conn, sqlite3_stmt *s, struct arena *arena,
                            struct credentials *out)
{
    int rc = sql_step(conn, s);
    if (rc != 1)
        return rc ? rc : -ENOENT;
    user_read(s, 0, arena, &out->user);
    out->password_hash = arena_copy(arena, column_str(s, USER_COLUMN_COUNT));
    return 0;
}

int sqlite_credentials_by_login(struct store_conn *conn, struct str login_key, struct arena *arena,
                                struct credentials *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_USER_BY_LOGIN);
    bind_text(s, 1, login_key);
    return read_credentials(conn, s, arena, out);
}

int sqlite_credentials_get(struct store_conn *conn, user_id id, struct arena *arena,
                           struct credentials *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_USER_WITH_PASSWORD);
    bind_u64(s, 1, id.v);
    return read_credentials(conn, s, arena, out);
}

/* One page of a statement whose last column is the username key. It was asked for one more. */
static int read_page(struct store_conn *conn, sqlite3_stmt *s, size_t limit, struct arena *arena,
                     struct user_list *out, struct str *next)
{
    struct user *items = arena_take_array(arena, limit, sizeof(*items));
    struct str last = STR_NONE;
    size_t count = 0;
    int rc;
    while ((rc = sql_step(conn, s)) == 1) {
        if (count == limit)
            break;
        user_read(s, 0, arena, &items[count++]);
        last = arena_copy(arena, column_str(s, USER_COLUMN_COUNT));
    }
    if (rc < 0)
        return rc;
    *out = (struct user_list){items, count};
    *next = rc == 1 ? last : STR_NONE;
    return 0;
}

/* All that begins with key sorts from it up to it and the last character there can be. */
int sqlite_word_span(struct store_conn *conn, struct str key, struct arena *arena,
                     struct word_span *out)
{
    enum { MANY = 1000 };
    *out =
        (struct word_span){key, arena_printf(arena, "%.*s\xf4\x8f\xbf\xbf", STR_ARG(key)), false};
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_WORD_COUNT);
    bind_text(s, 1, key);
    bind_text(s, 2, out->end);
    bind_limit(s, 3, MANY);
    int rc = sql_step(conn, s);
    if (rc < 0)
        return rc;
    out->many = sqlite3_column_int(s, 0) == MANY;
    return 0;
}

int sqlite_users_search(struct store_conn *conn, struct str key, struct str after, size_t limit,
                        struct arena *arena, struct user_list *out, struct str *next)
{
    REQUIRE(limit > 0);
    if (key.len == 0) {
        OWN(statement_done) sqlite3_stmt *all = sql(conn, SQL_USER_ALL);
        bind_text(all, 1, after);
        bind_limit(all, 2, limit + 1);
        return read_page(conn, all, limit, arena, out, next);
    }
    struct word_span words;
    int rc = sqlite_word_span(conn, key, arena, &words);
    if (rc != 0)
        return rc;
    /* Few words that fit: take their people, and sort them. Many (a first letter): go along the people,
     * asking each, and meet enough of them soon. */
    OWN(statement_done)
    sqlite3_stmt *s = sql(conn, words.many ? SQL_USER_SEARCH_WIDE : SQL_USER_SEARCH);
    bind_text(s, 1, words.key);
    bind_text(s, 2, words.end);
    bind_text(s, 3, after);
    bind_limit(s, 4, limit + 1);
    return read_page(conn, s, limit, arena, out, next);
}

int sqlite_users_unfinished(struct store_conn *conn, struct arena *arena, struct user_list *out)
{
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_USER_UNFINISHED);
    return users_read(conn, s, arena, out);
}
