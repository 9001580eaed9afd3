#include "store/mongo/mongo_rows.h"

/* Reactions as they are carried out. One emoji on one message is one row: who put it there with which event, how
 * many they are, and applied, the event that last changed it; so one change to one row does it all, once. */

/* A row that this event has not changed yet. */
static bson_t *emoji_before(struct store_conn *conn, const struct event *event)
{
    return BCON_NEW("room", U64(event->room.v), "message", U64(event->target), "emoji",
                    TEXT(conn, event->emoji), "applied", "{", "$lt", U64(event->seq), "}");
}

#define PUT_BY(event) "{", "id", U64((event)->sender.v), "seq", U64((event)->seq), "}"

static void add_to_others(struct store_conn *conn, struct db_bulk *rows, const struct event *event)
{
    bson_t *filter = emoji_before(conn, event);
    BCON_APPEND(filter, "count", "{", "$gt", I64(0), "}", "users.id", "{", "$ne",
                U64(event->sender.v), "}");
    db_bulk_update(conn, rows, REACTIONS, filter,
                   BCON_NEW("$push", "{", "users", PUT_BY(event), "}", "$inc", "{", "count", I64(1),
                            "}", "$set", "{", "seq", U64(event->seq), "applied", U64(event->seq),
                            "}"),
                   false);
}

static void add_to_none(struct store_conn *conn, struct db_bulk *rows, const struct event *event)
{
    bson_t *filter = emoji_before(conn, event);
    BCON_APPEND(filter, "count", I64(0));
    db_bulk_update(conn, rows, REACTIONS, filter,
                   BCON_NEW("$set", "{", "users", "[", PUT_BY(event), "]", "count", I64(1),
                            "first_seq", U64(event->seq), "seq", U64(event->seq), "applied",
                            U64(event->seq), "}"),
                   false);
}

/* Of the three changes one does something, since it makes the row as new as the event; none where it was done
 * before, or theirs is there. */
static void add_reaction(struct store_conn *conn, struct db_bulk *rows, const struct event *event)
{
    add_to_others(conn, rows, event);
    add_to_none(conn, rows, event);
    db_bulk_update(conn, rows, REACTIONS,
                   BCON_NEW("room", U64(event->room.v), "message", U64(event->target), "emoji",
                            TEXT(conn, event->emoji)),
                   BCON_NEW("$setOnInsert", "{", "users", "[", PUT_BY(event), "]", "count", I64(1),
                            "first_seq", U64(event->seq), "seq", U64(event->seq), "applied",
                            U64(event->seq), "}"),
                   true);
}

static void remove_reaction(struct store_conn *conn, struct db_bulk *rows,
                            const struct event *event)
{
    bson_t *filter = emoji_before(conn, event);
    BCON_APPEND(filter, "users.id", U64(event->sender.v));
    db_bulk_update(conn, rows, REACTIONS, filter,
                   BCON_NEW("$pull", "{", "users", "{", "id", U64(event->sender.v), "}", "}",
                            "$inc", "{", "count", I64(-1), "}", "$set", "{", "seq", U64(event->seq),
                            "applied", U64(event->seq), "}"),
                   false);
}

static int put_reactions(struct store_conn *conn, const struct gathered *gathered)
{
    OWN(db_bulk_free) struct db_bulk rows = {0};
    for (size_t i = 0; i < mongo_gathered_count(gathered); i++) {
        const struct event *event = mongo_gathered_at(gathered, i);
        if (!mongo_has_target(gathered, event))
            continue;
        if (event->type == EVENT_REACTION_ADDED)
            add_reaction(conn, &rows, event);
        else
            remove_reaction(conn, &rows, event);
    }
    return db_bulk_run(conn, &rows);
}

/* What was reacted to in one room, and what is there on each. */
struct counting {
    room_id room;
    struct map totals; /* message -> how many of all kinds, and one */
    struct map marked; /* message -> the last event about it */
};

static int read_totals(struct store_conn *conn, struct counting *counting)
{
    OWN(bson_destroy) bson_t *messages = bson_new();
    uint32_t count = 0;
    MAP_EACH (slot, &counting->marked) {
        char number[12];
        snprintf(number, sizeof(number), "%u", count++);
        bson_append_int64(messages, number, -1, as_i64(slot->key));
        map_put(&counting->totals, slot->key, (void *)(uintptr_t)1);
    }
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, REACTIONS,
                BCON_NEW("room", U64(counting->room.v), "message", "{", "$in", BCON_ARRAY(messages),
                         "}", "count", "{", "$gt", I64(0), "}"),
                BCON_NEW("projection", "{", "message", BOOL(true), "count", BOOL(true), "}"));
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        uint64_t message = doc_u64(doc, "message");
        uintptr_t total = (uintptr_t)map_get(&counting->totals, message) + doc_u64(doc, "count");
        map_put(&counting->totals, message, (void *)total);
    }
    return rc;
}

/* Into the messages; marked, the event that last counted. */
static void put_totals(struct store_conn *conn, const struct counting *counting,
                       struct db_bulk *rows)
{
    MAP_EACH (slot, &counting->marked) {
        uint64_t seq = (uintptr_t)slot->value,
                 total = (uintptr_t)map_get(&counting->totals, slot->key) - 1;
        struct key2 key = key2(counting->room.v, slot->key);
        db_bulk_update(
            conn, rows, EVENTS,
            BCON_NEW("_id", KEY(key), "marked", "{", "$not", "{", "$gte", U64(seq), "}", "}"),
            BCON_NEW("$set", "{", "reactions", U64(total), "marked", U64(seq), "}"), false);
    }
}

/* From `at` on, those of one room; returns behind them, or -errno. */
static int64_t count_room(struct store_conn *conn, const struct gathered *gathered, size_t at,
                          struct db_bulk *rows)
{
    struct counting counting = {.room = mongo_gathered_at(gathered, at)->room};
    for (; at < mongo_gathered_count(gathered); at++) {
        const struct event *event = mongo_gathered_at(gathered, at);
        if (!room_id_eq(event->room, counting.room))
            break;
        if (mongo_has_target(gathered, event))
            map_put(&counting.marked, event->target, (void *)(uintptr_t)event->seq);
    }
    int rc = counting.marked.len ? read_totals(conn, &counting) : 0;
    if (rc == 0)
        put_totals(conn, &counting, rows);
    map_deinit(&counting.totals);
    map_deinit(&counting.marked);
    return rc == 0 ? (int64_t)at : rc;
}

/* Those of one room are side by side, in the order of its log. */
static int count_reactions(struct store_conn *conn, const struct gathered *gathered)
{
    OWN(db_bulk_free) struct db_bulk rows = {0};
    int64_t at = 0;
    while (at >= 0 && (size_t)at < mongo_gathered_count(gathered))
        at = count_room(conn, gathered, (size_t)at, &rows);
    return at < 0 ? (int)at : db_bulk_run(conn, &rows);
}

int mongo_reactions_apply(struct store_conn *conn, struct gathered *reactions)
{
    if (mongo_gathered_count(reactions) == 0)
        return 0;
    int rc = mongo_gathered_look(conn, reactions, EVENTS, mongo_is_message());
    if (rc == 0)
        rc = put_reactions(conn, reactions);
    if (rc == 0)
        rc = count_reactions(conn, reactions);
    mongo_gathered_drop(reactions);
    return rc;
}
