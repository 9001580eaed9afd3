/* sqlite_rows.h - what the files of this engine need of one another: rows read into structs, and
 * the parts of an append. Private to store/sqlite; the rest of each noun is in store.h. */
#pragma once

#include "core/buf.h"
#include "store/sqlite/sqlite_conn.h"

/* Lists of unknown length are gathered in a buffer, as an array of structs; this moves it to where
 * the caller wants it. */
static inline void *rows_to_arena(const struct buf *rows, struct arena *arena)
{
    void *items = arena_take(arena, rows->len);
    if (rows->len)
        memcpy(items, rows->ptr, rows->len);
    return items;
}

/* Nine columns from `at` on, as USER_COLUMNS names them. All NULL: id 0. */
void user_read(sqlite3_stmt *statement, int at, struct arena *arena, struct user *out);
enum { USER_COLUMN_COUNT = 12 };
/* All rows that are left: users, and users by the one column that says who. 0 or -errno. */
int users_read(struct store_conn *conn, sqlite3_stmt *s, struct arena *arena, struct user_list *out)
    MUST_USE;
int user_ids_read(struct store_conn *conn, sqlite3_stmt *s, struct arena *arena, user_id **out,
                  size_t *count) MUST_USE;
/* What searches find them by, made anew. */
int sqlite_user_words(struct store_conn *conn, user_id user, struct str username_key,
                      struct str display_name);
/* All of these that begin with `key`: from it up to `end`, exclusive; and whether they are so many that they are
 * better not all looked at. */
struct word_span {
    struct str key, end;
    bool many;
};
int sqlite_word_span(struct store_conn *conn, struct str key, struct arena *arena,
                     struct word_span *out) MUST_USE;

/* ROOM_COLUMNS. */
void room_read(sqlite3_stmt *s, struct arena *arena, struct room *out);
enum { ROOM_COLUMN_COUNT = 25 };

/* EVENT_COLUMNS; one reference. */
struct event *event_read(sqlite3_stmt *statement, room_id room) MUST_USE;

/* A nonce is a blob of 16 bytes or a text in the database (sqlite_nonce.c); `uuid` and `text` are
 * where it is while bound, and while read. */
void bind_nonce(sqlite3_stmt *statement, int at, struct str nonce, uint8_t uuid[16]);
struct str column_nonce(sqlite3_stmt *statement, int at, char text[NONCE_MAX]);

/* What an append does inside the writer's transaction: 0, -EEXIST (what stands is in
 * append->stored), -ESTALE it does not follow the room's last event (nothing stands), or another
 * errno after which the transaction must be rolled back. */
int sqlite_append(struct store_conn *conn, struct append *append);
/* Do the events that this append put in stand, after a commit that failed? 1, 0 or -errno. */
int sqlite_append_stands(struct store_conn *conn, const struct append *append);

/* Brings the messages that the stored events of an append edited or deleted to how they stand. */
int sqlite_change_messages(struct store_conn *conn, const struct append *append);
/* Reactions and pins of the stored events of an append. */
int sqlite_mark_messages(struct store_conn *conn, const struct append *append);
/* Polls, votes and ends of polls among the stored events of an append. */
int sqlite_poll_messages(struct store_conn *conn, const struct append *append);
/* Runs each of these, which take a room and a message. */
int sqlite_forget(struct store_conn *conn, const enum sql *names, size_t count, room_id room,
                  uint64_t message);
/* Of a message that is deleted. */
int sqlite_poll_forget(struct store_conn *conn, room_id room, uint64_t message);
/* What the roots of threads know of the stored answers of an append. */
int sqlite_answer(struct store_conn *conn, const struct append *append);
/* Whom the stored messages of an append mention. */
int sqlite_mention(struct store_conn *conn, const struct append *append);
/* A message that is deleted mentions nobody. */
int sqlite_mentions_forget(struct store_conn *conn, room_id room, uint64_t message);
/* What is on a message that is deleted. */
int sqlite_marks_forget(struct store_conn *conn, room_id room, uint64_t message);
/* Forgets versions whose time has come; *forgotten if there were any. */
int sqlite_versions_clean(struct store_conn *conn, int64_t now, bool *forgotten);
/* What a room keeps from its event `seq` on is not longer than this, what it has kept neither. */
int sqlite_versions_keep_for(struct store_conn *conn, room_id room, uint64_t seq, int64_t seconds);

/* What of the stored events of an append keeps the peace. */
int sqlite_audit(struct store_conn *conn, const struct append *append);

/* Keeps somebody out until projection->at, or no longer. */
int sqlite_ban(struct store_conn *conn, room_id room, const struct projection *projection);

/* The directory shows the room as it is now, or no longer. */
int sqlite_list(struct store_conn *conn, room_id room);

/* Somebody asks to be let in, or that is decided. */
/* The rules that a change of the room holds, if it does. */
int sqlite_filter_put(struct store_conn *conn, room_id room, const struct projection *projection);
int sqlite_request(struct store_conn *conn, room_id room, const struct projection *projection);

/* Makes, uses or revokes a link. */
int sqlite_link(struct store_conn *conn, room_id room, const struct projection *projection);

/* All projections of an append. */
int sqlite_project(struct store_conn *conn, const struct append *append);
