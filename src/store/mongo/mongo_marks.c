#include <errno.h>
#include <stdlib.h>

#include "store/mongo/mongo_rows.h"

/* What is put on messages: pins, and reading of reactions (mongo_reactions.c). A pin is a row with seq, 0 where it
 * was taken off. What is empty stays as a tombstone. */

/* A message that is there: what is deleted holds nothing. */
bson_t *mongo_is_message(void)
{
    return BCON_NEW("type", I64(EVENT_MESSAGE_CREATED), "payload", "{", "$ne", BLOB(STR_NONE), "}");
}

static int pin(struct store_conn *conn, const struct event *event)
{
    bool adds = event->type == EVENT_MESSAGE_PINNED;
    struct key2 key = key2(event->room.v, event->target);
    bson_t *filter = BCON_NEW("_id", KEY(key), "applied", "{", "$lt", U64(event->seq), "}");
    if (adds)
        BCON_APPEND(filter, "seq", I64(0)); /* what is pinned stays where it is in the list */
    int64_t met = db_update(
        conn, PINS, filter,
        BCON_NEW("$set", "{", "seq", U64(adds ? event->seq : 0), "applied", U64(event->seq), "}"),
        false);
    if (met != 0 || !adds)
        return met < 0 ? (int)met : 0;
    int rc = db_insert(conn, PINS,
                       BCON_NEW("_id", KEY(key), "room", U64(event->room.v), "seq", U64(event->seq),
                                "message", U64(event->target), "applied", U64(event->seq)));
    return rc == -EEXIST ? 0 : rc;
}

int mongo_pin(struct store_conn *conn, const struct event *event)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    struct key2 key = key2(event->room.v, event->target);
    bson_t *filter = mongo_is_message();
    BCON_APPEND(filter, "_id", KEY(key));
    int rc = db_find_one(conn, EVENTS, filter, NULL, &doc);
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc;
    return pin(conn, event);
}

/* Tombstones: who lags behind with an older event finds that a newer one was there. */
int mongo_marks_forget(struct store_conn *conn, const struct event *deletion)
{
    struct key2 key = key2(deletion->room.v, deletion->target);
    int64_t met = db_update_many(
        conn, REACTIONS, BCON_NEW("room", U64(deletion->room.v), "message", U64(deletion->target)),
        BCON_NEW("$set", "{", "users", "[", "]", "count", I64(0), "applied", U64(deletion->seq),
                 "}"));
    if (met >= 0)
        met = db_update(conn, PINS, BCON_NEW("_id", KEY(key)),
                        BCON_NEW("$set", "{", "seq", I64(0), "applied", U64(deletion->seq), "}"),
                        false);
    if (met >= 0)
        met = db_update(
            conn, EVENTS, BCON_NEW("_id", KEY(key)),
            BCON_NEW("$set", "{", "reactions", I64(0), "marked", U64(deletion->seq), "}"), false);
    return met < 0 ? (int)met : 0;
}

/* ---- reading --------------------------------------------------------------------------------- */

static bson_t *emoji_on(room_id room, uint64_t message)
{
    return BCON_NEW("room", U64(room.v), "message", U64(message), "count", "{", "$gt", I64(0), "}");
}

/* Calls for each person of a row with the event that put it there, until one says that it is enough. */
static void each_user(const bson_t *doc, bool (*visit)(void *ctx, user_id user, uint64_t seq),
                      void *ctx)
{
    bson_iter_t list, at;
    if (!bson_iter_init_find(&list, doc, "users") || !bson_iter_recurse(&list, &at))
        return;
    while (bson_iter_next(&at)) {
        const uint8_t *bytes;
        uint32_t len;
        bson_t item;
        bson_iter_document(&at, &len, &bytes);
        if (bson_init_static(&item, bytes, len) &&
            visit(ctx, (user_id){doc_u64(&item, "id")}, doc_u64(&item, "seq")))
            return;
    }
}

struct own {
    user_id user;
    uint64_t seq;
};

static bool is_own(void *ctx, user_id user, uint64_t seq)
{
    struct own *own = ctx;
    if (!user_id_eq(user, own->user))
        return false;
    own->seq = seq;
    return true;
}

/* The event with which this person put it there; 0: they did not. */
static uint64_t own_seq(const bson_t *doc, user_id user)
{
    struct own own = {.user = user};
    each_user(doc, is_own, &own);
    return own.seq;
}

static int read_pin_marks(struct store_conn *conn, room_id room, uint64_t message,
                          struct message_marks *out)
{
    struct key2 key = key2(room.v, message);
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = db_find_one(conn, PINS, BCON_NEW("_id", KEY(key)), NULL, &doc);
    if (rc < 0 && rc != -ENOENT)
        return rc;
    out->pin_seq = doc ? doc_u64(doc, "seq") : 0;
    int64_t pins =
        db_count(conn, PINS, BCON_NEW("room", U64(room.v), "seq", "{", "$gt", I64(0), "}"));
    out->pins = pins < 0 ? 0 : (uint64_t)pins;
    return pins < 0 ? (int)pins : 0;
}

/* What one emoji of a message says to who asked about that message. */
static void take_emoji(const bson_t *doc, struct marks_question *question)
{
    question->marks.kinds++;
    if (!str_eq(doc_str(doc, "emoji"), question->emoji))
        return;
    question->marks.count = doc_u64(doc, "count");
    question->marks.own_seq = own_seq(doc, question->user);
}

static int read_emoji(struct store_conn *conn, room_id room, struct marks_question *questions,
                      size_t count)
{
    OWN(bson_destroy) bson_t *wanted = bson_new();
    uint32_t asked = 0;
    for (size_t i = 0; i < count; i++) {
        char number[12];
        snprintf(number, sizeof(number), "%u", asked);
        if (questions[i].emoji.len) {
            bson_append_int64(wanted, number, -1, as_i64(questions[i].message));
            asked++;
        }
    }
    if (asked == 0)
        return 0;
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, REACTIONS,
                BCON_NEW("room", U64(room.v), "message", "{", "$in", BCON_ARRAY(wanted), "}",
                         "count", "{", "$gt", I64(0), "}"),
                NULL);
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1)
        for (size_t i = 0; i < count; i++)
            if (questions[i].emoji.len && questions[i].message == doc_u64(doc, "message"))
                take_emoji(doc, &questions[i]);
    return rc;
}

int mongo_marks(struct store_conn *conn, room_id room, struct marks_question *questions,
                size_t count)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        questions[i].marks = (struct message_marks){0};
        if (questions[i].emoji.len == 0)
            rc = read_pin_marks(conn, room, questions[i].message, &questions[i].marks);
    }
    return rc == 0 ? read_emoji(conn, room, questions, count) : rc;
}

int mongo_reactions(struct store_conn *conn, room_id room, uint64_t message, user_id self,
                    struct arena *arena, struct reaction_list *out)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, REACTIONS, emoji_on(room, message), sorted("first_seq", 1, 0));
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct reaction reaction = {.emoji = doc_text(doc, "emoji", arena),
                                    .count = doc_u64(doc, "count"),
                                    .seq = doc_u64(doc, "seq"),
                                    .mine = own_seq(doc, self) != 0};
        buf_put(&found, &reaction, sizeof(reaction));
    }
    if (rc < 0)
        return rc;
    out->count = found.len / sizeof(struct reaction);
    out->items = rows_to_arena(&found, arena);
    return 0;
}

static int by_id(const void *a, const void *b)
{
    uint64_t x = ((const user_id *)a)->v, y = ((const user_id *)b)->v;
    return x < y ? -1 : x > y;
}

struct gathering {
    struct buf found;
    user_id after;
};

static bool gather(void *ctx, user_id user, uint64_t seq UNUSED)
{
    struct gathering *gathering = ctx;
    if (user.v > gathering->after.v)
        buf_put(&gathering->found, &user, sizeof(user));
    return false;
}

int mongo_reaction_users(struct store_conn *conn, room_id room, uint64_t message, struct str emoji,
                         user_id after, size_t limit, struct arena *arena, user_id **out,
                         size_t *count)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    bson_t *filter = emoji_on(room, message);
    BCON_APPEND(filter, "emoji", TEXT(conn, emoji));
    int rc = db_find_one(conn, REACTIONS, filter, NULL, &doc);
    *count = 0;
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc;
    struct gathering gathering = {.after = after};
    each_user(doc, gather, &gathering);
    size_t all = gathering.found.len / sizeof(user_id);
    *out = rows_to_arena(&gathering.found, arena);
    buf_deinit(&gathering.found);
    qsort(*out, all, sizeof(user_id), by_id);
    *count = limit && all > limit ? limit : all;
    return 0;
}

int mongo_pins(struct store_conn *conn, room_id room, struct event_list *out)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, PINS, BCON_NEW("room", U64(room.v), "seq", "{", "$gt", I64(0), "}"),
                sorted("seq", -1, 0));
    struct event_list list = {0};
    size_t cap = 0;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct event *event = NULL;
        rc = mongo_event_get(conn, room, doc_u64(doc, "message"), &event);
        if (rc != 0)
            break;
        event_list_push(&list, &cap, event);
    }
    if (rc != 0) {
        event_list_deinit(&list);
        return rc;
    }
    *out = list;
    return 0;
}
