#include <errno.h>

#include "store/mongo/mongo_rows.h"
#include "store/readable.h"

/* What is too old leaves the beginning of a log, a few events at a time. All that is about a message lies under
 * its seq, so it goes by ranges up to the log's new beginning, and what a server that lags behind puts there
 * again goes the next time. The rows of the log become stubs: their type is negative, and no reading but that by
 * nonce shows them.
 *
 * It is no transaction: each append moves the end in the same row of the room, and of a room in which people
 * write all the time every transaction would lose. So the beginning moves first, in one change, and nobody is
 * given what is before it; then that is cleared, and `cleared` follows. What a crash leaves between the two is
 * cleared by whoever looks next. Each step may be done twice, and by several servers at once. */

/* How long a room keeps what it has, as retention_of() says: an expression. */
static bson_t *kept_s(uint64_t most_s)
{
    if (most_s == 0)
        return BCON_NEW("$ifNull", "[", BCON_UTF8("$retention"), I64(0), "]");
    return BCON_NEW("$cond", "[", "{", "$gt", "[", BCON_UTF8("$retention"), I64(0), "]", "}", "{",
                    "$min", "[", BCON_UTF8("$retention"), U64(most_s), "]", "}", U64(most_s), "]");
}

/* Something is there that is too old, or was left in the middle: an expression. */
static bson_t *is_due(const struct ageing *due)
{
    OWN(bson_destroy) bson_t *kept = kept_s(due->most_s);
    return BCON_NEW("$or", "[", "{", "$and", "[", "{", "$gt", "[", BCON_UTF8("$cleared"), I64(0),
                    "]", "}", "{", "$lt", "[", BCON_UTF8("$cleared"), BCON_UTF8("$first_seq"), "]",
                    "}", "]", "}", "{", "$and", "[", "{", "$lte", "[", BCON_UTF8("$first_seq"),
                    BCON_UTF8("$applied"), "]", "}", "{", "$gt", "[", BCON_DOCUMENT(kept), I64(0),
                    "]", "}", "{", "$lte", "[", "{", "$ifNull", "[", BCON_UTF8("$first_at"),
                    BCON_UTF8("$at"), "]", "}", "{", "$subtract", "[", I64(due->now), "{",
                    "$multiply", "[", BCON_DOCUMENT(kept), I64(1000), "]", "}", "]", "}", "]", "}",
                    "]", "}", "]");
}

int mongo_aging_rooms(struct store_conn *conn, room_id after, bool all, const struct ageing *due,
                      size_t limit, struct arena *arena, struct aging_room **out, size_t *count)
{
    bson_t *filter =
        BCON_NEW("_id", "{", "$gt", U64(after.v), "}", "applied", "{", "$gt", I64(0), "}");
    if (!all)
        BCON_APPEND(filter, "ages", BOOL(true));
    if (due) {
        OWN(bson_destroy) bson_t *is = is_due(due);
        BCON_APPEND(filter, "$expr", BCON_DOCUMENT(is));
    }
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, ROOMS, filter, sorted("_id", 1, limit));
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        uint64_t stubs = doc_u64(doc, "stub_seq");
        struct aging_room room = {.room = {doc_u64(doc, "_id")},
                                  .first_seq = doc_u64(doc, "first_seq"),
                                  .last_seq = doc_u64(doc, "applied"),
                                  .retention_s = doc_u64(doc, "retention"),
                                  .first_at = mongo_first_at(doc),
                                  .stub_seq = stubs ? stubs : 1};
        uint64_t cleared = doc_u64(doc, "cleared");
        room.half_pruned = cleared && cleared < room.first_seq;
        buf_put(&found, &room, sizeof(room));
    }
    if (rc < 0)
        return rc;
    *count = found.len / sizeof(struct aging_room);
    *out = rows_to_arena(&found, arena);
    return 0;
}

/* Types of what is made a stub of, and how far it goes this time. */
struct old {
    bool has_type[EVENT_TYPES];
    struct pruned pruned;
};

static bool note_old(struct old *old, const bson_t *doc, int64_t through, size_t limit)
{
    struct pruned *pruned = &old->pruned;
    int64_t at = doc_i64(doc, "at"), type = doc_i64(doc, "type");
    pruned->more = at <= through && pruned->count == limit;
    pruned->first_at = at;
    if (at > through || pruned->more)
        return false;
    if (type > 0 && type < EVENT_TYPES)
        old->has_type[type] = true;
    pruned->count++;
    pruned->first_seq = doc_u64(doc, "seq") + 1;
    pruned->first_count = doc_u64(doc, "count");
    return true;
}

static int find_old(struct store_conn *conn, room_id room, uint64_t first, uint64_t last,
                    int64_t through, size_t limit, struct old *out)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, EVENTS, mongo_events_between(room, first - 1, last),
                BCON_NEW("sort", "{", "_id", BCON_INT32(1), "}", "limit", U64(limit + 1),
                         "projection", "{", "seq", BOOL(true), "count", BOOL(true), "at",
                         BOOL(true), "type", BOOL(true), "}"));
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1 && note_old(out, doc, through, limit))
        continue;
    return rc < 0 ? rc : 0;
}

static int make_stubs(struct store_conn *conn, room_id room, uint64_t from, uint64_t to,
                      enum event_type type)
{
    bson_t *filter = mongo_events_between(room, from - 1, to - 1);
    BCON_APPEND(filter, "type", I64(type));
    int64_t met = db_update_many(
        conn, EVENTS, filter,
        BCON_NEW("$set", "{", "type", I64(-(int64_t)type), "payload", BLOB(STR("")), "}", "$unset",
                 "{", "words", BOOL(true), "keep_until", BOOL(true), "emoji", BOOL(true),
                 "projections", BOOL(true), "mentions", BOOL(true), "marked", BOOL(true),
                 "edit_seq", BOOL(true), "edit_at", BOOL(true), "edit_by", BOOL(true), "reply_to",
                 BOOL(true), "reactions", BOOL(true), "answers", BOOL(true), "answered_at",
                 BOOL(true), "answered_by", BOOL(true), "options", BOOL(true), "multiple",
                 BOOL(true), "anonymous", BOOL(true), "closes_at", BOOL(true), "choices",
                 BOOL(true), "voters", BOOL(true), "counts", BOOL(true), "}"));
    return met < 0 ? (int)met : 0;
}

/* Who made a ban or a link, and what was said of it, is told as long as that stands. */
static bool stays(enum event_type type)
{
    return type == EVENT_USER_BANNED || type == EVENT_LINK_CREATED;
}

static int forget_marks(struct store_conn *conn, room_id room, uint64_t first)
{
    static const enum collection by_message[] = {PINS, POLLS};
    static const enum collection by_part[] = {VERSIONS, VOTES};
    struct key2 from = key2(room.v, 0), to = key2(room.v, first);
    struct key3 part_from = key3(room.v, 0, 0), part_to = key3(room.v, first, 0);
    int rc = db_delete(conn, REACTIONS,
                       BCON_NEW("room", U64(room.v), "message", "{", "$lt", U64(first), "}"));
    for (size_t i = 0; rc == 0 && i < ARRAY_LEN(by_message); i++)
        rc = db_delete(conn, by_message[i],
                       BCON_NEW("_id", "{", "$gt", KEY(from), "$lt", KEY(to), "}"));
    for (size_t i = 0; rc == 0 && i < ARRAY_LEN(by_part); i++)
        rc = db_delete(conn, by_part[i],
                       BCON_NEW("_id", "{", "$gt", KEY(part_from), "$lt", KEY(part_to), "}"));
    return rc;
}

/* 1; 0: another server has moved it there or further. */
static int64_t move_beginning(struct store_conn *conn, room_id room, uint64_t from,
                              const struct pruned *pruned)
{
    return db_update(
        conn, ROOMS,
        BCON_NEW("_id", U64(room.v), "first_seq", "{", "$lt", U64(pruned->first_seq), "}"),
        BCON_NEW("$set", "{", "first_seq", U64(pruned->first_seq), "first_count",
                 U64(pruned->first_count), "first_at", I64(pruned->first_at), "ages", BOOL(true),
                 "}", "$min", "{", "cleared", U64(from), "}"),
        false);
}

/* Where another server has cleared it too, it is known by it. */
static int note_cleared(struct store_conn *conn, room_id room, uint64_t from, uint64_t to)
{
    int64_t met = db_update(conn, ROOMS, BCON_NEW("_id", U64(room.v), "cleared", U64(from)),
                            BCON_NEW("$set", "{", "cleared", U64(to), "}"), false);
    return met < 0 ? (int)met : 0;
}

static int clear(struct store_conn *conn, room_id room, uint64_t from, uint64_t to,
                 const bool *has_type)
{
    int rc = 0;
    for (int type = 1; rc == 0 && type < EVENT_TYPES; type++)
        if ((!has_type || has_type[type]) && !stays((enum event_type)type))
            rc = make_stubs(conn, room, from, to, (enum event_type)type);
    if (rc == 0)
        rc = forget_marks(conn, room, to);
    return rc == 0 ? note_cleared(conn, room, from, to) : rc;
}

int mongo_clear_rest(struct store_conn *conn, room_id room)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = db_find_one(conn, ROOMS, BCON_NEW("_id", U64(room.v)), NULL, &doc);
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc;
    uint64_t from = doc_u64(doc, "cleared"), to = doc_u64(doc, "first_seq");
    return from && from < to ? clear(conn, room, from, to, NULL) : 0;
}

/* What is kept began later than was known: it is not looked at again before that is old. */
static int note_age(struct store_conn *conn, room_id room, int64_t first_at)
{
    int64_t met = db_update(conn, ROOMS, BCON_NEW("_id", U64(room.v)),
                            BCON_NEW("$max", "{", "first_at", I64(first_at), "}"), false);
    return met < 0 ? (int)met : 0;
}

int mongo_prune(struct store_conn *conn, room_id room, int64_t through, size_t limit,
                struct pruned *out)
{
    struct log_end end = {0};
    struct old old = {0};
    int rc = mongo_clear_rest(conn, room);
    if (rc == 0)
        rc = mongo_log_end(conn, room, &end);
    if (rc == 0 && end.seq >= end.first_seq && end.first_seq > 0)
        rc = find_old(conn, room, end.first_seq, end.seq, through, limit, &old);
    *out = old.pruned;
    if (rc == 0 && out->count == 0)
        return note_age(conn, room, out->first_at);
    if (rc != 0)
        return rc;
    uint64_t from = out->first_seq - out->count;
    int64_t moved = move_beginning(conn, room, from, out);
    if (moved == 0)
        *out = (struct pruned){.more = true};
    if (moved == 1 && clear(conn, room, from, out->first_seq, old.has_type) != 0)
        out->more = true; /* it has begun later since, whatever is left to clear */
    return moved < 0 ? (int)moved : 0;
}

/* ---- stubs --------------------------------------------------------------------------------------- */

/* *end: behind the last of them that goes; 0: none does. */
static int find_stubs(struct store_conn *conn, room_id room, uint64_t from, uint64_t to,
                      int64_t through, size_t limit, uint64_t *end, bool *more)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, EVENTS, mongo_events_between(room, from - 1, to - 1),
                BCON_NEW("sort", "{", "_id", BCON_INT32(1), "}", "limit", U64(limit + 1),
                         "projection", "{", "seq", BOOL(true), "at", BOOL(true), "}"));
    const bson_t *doc;
    size_t count = 0;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1 && doc_i64(doc, "at") <= through) {
        *more = count++ == limit;
        if (*more)
            break;
        *end = doc_u64(doc, "seq") + 1;
    }
    return rc < 0 ? rc : 0;
}

int mongo_prune_stubs(struct store_conn *conn, room_id room, int64_t through, size_t limit,
                      bool *more)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    uint64_t end = 0;
    *more = false;
    int rc = db_find_one(conn, ROOMS, BCON_NEW("_id", U64(room.v)), NULL, &doc);
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc;
    uint64_t from = doc_u64(doc, "stub_seq"), to = doc_u64(doc, "first_seq");
    uint64_t last = doc_u64(doc, "applied");
    from = from ? from : 1;
    to = to < last ? to : last; /* the newest row says where the log ends */
    if (from < to)
        rc = find_stubs(conn, room, from, to, through, limit, &end, more);
    if (rc != 0 || end == 0)
        return rc;
    bson_t *filter = mongo_events_between(room, from - 1, end - 1);
    BCON_APPEND(filter, "type", "{", "$lt", I64(0), "}");
    rc = db_delete(conn, EVENTS, filter);
    if (rc != 0)
        return rc;
    int64_t met = db_update(conn, ROOMS, BCON_NEW("_id", U64(room.v)),
                            BCON_NEW("$max", "{", "stub_seq", U64(end), "}"), false);
    return met < 0 ? (int)met : 0;
}
