#include <errno.h>

#include "core/unicode.h"
#include "store/sqlite/sqlite_rows.h"

/* Groups, and the words by which they are found: public ones by everybody, all by administrators. */

static int put_word(struct store_conn *conn, room_id room, struct str word)
{
    sqlite3_stmt *s = sql(conn, SQL_LISTING_WORD);
    bind_text(s, 1, word);
    bind_u64(s, 2, room.v);
    return sql_run(conn, s);
}

static int put_listing(struct store_conn *conn, const struct room *room, struct arena *arena)
{
    struct str name, topic;
    struct listing_words words = {0};
    if (!unicode_fold(room->name, arena, &name) || !unicode_fold(room->topic, arena, &topic))
        return -EILSEQ;
    listing_index(&words, name);
    listing_index(&words, topic);
    sqlite3_stmt *s = sql(conn, SQL_LISTING_PUT);
    bind_u64(s, 1, room->id.v);
    bind_text(s, 2, listing_cut(name, LISTING_KEY_BYTES));
    bind_i64(s, 3, room->is_public);
    int rc = sql_run(conn, s);
    for (size_t i = 0; rc == 0 && i < words.count; i++)
        rc = put_word(conn, room->id, words.items[i]);
    return rc;
}

static int forget(struct store_conn *conn, room_id room)
{
    sqlite3_stmt *s = sql(conn, SQL_LISTING_WORDS_DELETE);
    bind_u64(s, 1, room.v);
    int rc = sql_run(conn, s);
    if (rc != 0)
        return rc;
    s = sql(conn, SQL_LISTING_DELETE);
    bind_u64(s, 1, room.v);
    return sql_run(conn, s);
}

int sqlite_list(struct store_conn *conn, room_id room)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct room now;
    int rc = forget(conn, room);
    if (rc == 0)
        rc = sqlite_room_get(conn, room, &arena, &now);
    return rc == 0 && now.kind == ROOM_GROUP ? put_listing(conn, &now, &arena) : rc;
}

/* Few rooms with the first word: take them, and sort them. Many: go along all, and meet enough soon. */
static int choose_way(struct store_conn *conn, const struct listing_words *words, enum sql few,
                      enum sql many, enum sql *out)
{
    enum { MANY = 1000 };
    *out = many;
    if (words->count == 0)
        return 0;
    OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_LISTING_WORD_COUNT);
    bind_text(s, 1, words->items[0]);
    bind_limit(s, 2, MANY);
    int rc = sql_step(conn, s);
    if (rc < 0)
        return rc;
    if (sqlite3_column_int(s, 0) < MANY)
        *out = few;
    return 0;
}

static void bind_page(sqlite3_stmt *s, const struct listing_words *words,
                      const struct listing_place *after, size_t limit)
{
    enum { FIRST_WORD = 4 };
    bind_text(s, 1, after->key);
    bind_u64(s, 2, after->room.v);
    bind_limit(s, 3, limit + 1);
    for (size_t i = 0; i < words->count && i < LISTING_ASKED; i++)
        bind_text(s, FIRST_WORD + (int)i, words->items[i]);
}

static int read_page(struct store_conn *conn, sqlite3_stmt *s, size_t limit, struct arena *arena,
                     struct room_list *out, struct listing_place *next)
{
    struct room *items = arena_take_array(arena, limit, sizeof(*items));
    struct str key = STR_NONE;
    size_t count = 0;
    int rc;
    while ((rc = sql_step(conn, s)) == 1 && count < limit) {
        room_read(s, arena, &items[count++]);
        key = arena_copy(arena, column_str(s, ROOM_COLUMN_COUNT));
    }
    if (rc < 0)
        return rc;
    *out = (struct room_list){items, count};
    *next = (struct listing_place){0};
    if (rc == 1 && count)
        *next = (struct listing_place){key, items[count - 1].id};
    return 0;
}

int sqlite_directory(struct store_conn *conn, const struct listing_words *words,
                     const struct listing_place *after, size_t limit, struct arena *arena,
                     struct room_list *out, struct listing_place *next)
{
    enum sql way;
    int rc = choose_way(conn, words, SQL_DIRECTORY, SQL_DIRECTORY_WIDE, &way);
    if (rc != 0)
        return rc;
    OWN(statement_clear) sqlite3_stmt *s = sql(conn, way);
    bind_page(s, words, after, limit);
    return read_page(conn, s, limit, arena, out, next);
}

int sqlite_groups(struct store_conn *conn, const struct groups_question *question,
                  const struct listing_place *after, size_t limit, struct arena *arena,
                  struct room_list *out, struct listing_place *next)
{
    enum { STATE = 8 };
    enum sql way;
    int rc = choose_way(conn, &question->words, SQL_GROUPS, SQL_GROUPS_WIDE, &way);
    if (rc != 0)
        return rc;
    OWN(statement_clear) sqlite3_stmt *s = sql(conn, way);
    bind_page(s, &question->words, after, limit);
    bind_i64(s, STATE, question->state);
    return read_page(conn, s, limit, arena, out, next);
}

int sqlite_owners(struct store_conn *conn, const room_id *rooms, size_t count, user_id *out)
{
    for (size_t i = 0; i < count; i++) {
        OWN(statement_done) sqlite3_stmt *s = sql(conn, SQL_OWNER);
        bind_u64(s, 1, rooms[i].v);
        int rc = sql_step(conn, s);
        if (rc < 0)
            return rc;
        out[i] = (user_id){rc == 1 ? column_u64(s, 0) : 0};
    }
    return 0;
}
