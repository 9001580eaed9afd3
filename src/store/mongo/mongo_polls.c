#include <errno.h>

#include "store/mongo/mongo_rows.h"

/* Polls and votes. A poll is a row with all counts, which the vote with the highest seq brought; who voted
 * are rows of their own. What is deleted leaves a poll without options. */

/* ---- in the log ------------------------------------------------------------------------------ */

static void put_numbers(bson_t *row, const char *field, const uint64_t *numbers, size_t count)
{
    bson_t list = BSON_INITIALIZER;
    for (size_t i = 0; i < count; i++)
        mongo_put_number(&list, i, numbers[i]);
    bson_append_array(row, field, -1, &list);
    bson_destroy(&list);
}

static size_t read_numbers(const bson_t *row, const char *field, uint64_t *out, size_t most)
{
    bson_iter_t list, at;
    size_t count = 0;
    if (!bson_iter_init_find(&list, row, field) || !bson_iter_recurse(&list, &at))
        return 0;
    while (count < most && bson_iter_next(&at))
        out[count++] = (uint64_t)bson_iter_as_int64(&at);
    return count;
}

static void put_shape(bson_t *row, const struct poll *poll)
{
    bson_append_int64(row, "options", -1, poll->options);
    bson_append_bool(row, "multiple", -1, poll->multiple);
    bson_append_bool(row, "anonymous", -1, poll->anonymous);
    bson_append_int64(row, "closes_at", -1, poll->closes_at);
}

static struct poll read_shape(const bson_t *row)
{
    return (struct poll){.options = (uint8_t)doc_i64(row, "options"),
                         .multiple = doc_bool(row, "multiple"),
                         .anonymous = doc_bool(row, "anonymous"),
                         .closes_at = doc_i64(row, "closes_at")};
}

void mongo_put_poll(bson_t *row, const struct event *event)
{
    if (event_is_poll(event))
        put_shape(row, &event->poll);
    if (!event->vote)
        return;
    bson_append_int64(row, "choices", -1, as_i64(event->vote->choices));
    bson_append_int64(row, "voters", -1, as_i64(event->vote->tally.voters));
    put_numbers(row, "counts", event->vote->tally.counts, event->vote->options);
}

void mongo_read_poll(const bson_t *row, struct event *columns, struct vote *vote)
{
    if (event_is_poll(columns))
        columns->poll = read_shape(row);
    if (columns->type != EVENT_POLL_VOTED)
        return;
    *vote = (struct vote){.choices = doc_u64(row, "choices"),
                          .tally = {.voters = doc_u64(row, "voters")}};
    vote->options = (uint8_t)read_numbers(row, "counts", vote->tally.counts, POLL_OPTIONS_MAX);
    columns->vote = vote;
}

/* ---- carried out ----------------------------------------------------------------------------- */

static int add_poll(struct store_conn *conn, const struct event *message)
{
    struct key2 key = key2(message->room.v, message->seq);
    bson_t *row =
        BCON_NEW("_id", KEY(key), "seq", I64(0), "voters", I64(0), "counts", BLOB(STR("")),
                 "closed_seq", I64(0), "closed_at", I64(0), "closed_by", I64(0));
    put_shape(row, &message->poll);
    int rc = db_insert(conn, POLLS, row);
    return rc == -EEXIST ? 0 : rc; /* done before */
}

/* Who voted before has another vote; who did not gets a row. Of the two changes one does something. */
static void put_vote(struct store_conn *conn, struct db_bulk *votes, const struct event *event)
{
    struct key3 key = key3(event->room.v, event->target, event->sender.v);
    uint64_t chosen = event->vote->choices;
    db_bulk_update(
        conn, votes, VOTES, BCON_NEW("_id", KEY(key), "seq", "{", "$lt", U64(event->seq), "}"),
        BCON_NEW("$set", "{", "choices", U64(chosen), "seq", U64(event->seq), "}"), false);
    db_bulk_update(
        conn, votes, VOTES, BCON_NEW("_id", KEY(key)),
        BCON_NEW("$setOnInsert", "{", "choices", U64(chosen), "seq", U64(event->seq), "}"), true);
}

static bson_t *poll_at(const struct event *event)
{
    struct key2 key = key2(event->room.v, event->target);
    return BCON_NEW("_id", KEY(key), "options", "{", "$gt", I64(0), "}");
}

static void put_tally(struct store_conn *conn, struct db_bulk *polls, const struct event *event)
{
    const struct vote *vote = event->vote;
    struct str counts = str_of((const char *)vote->tally.counts, vote->options * sizeof(uint64_t));
    bson_t *filter = poll_at(event);
    BCON_APPEND(filter, "seq", "{", "$lt", U64(event->seq), "}");
    db_bulk_update(conn, polls, POLLS, filter,
                   BCON_NEW("$set", "{", "seq", U64(event->seq), "voters", U64(vote->tally.voters),
                            "counts", BLOB(counts), "}"),
                   false);
}

/* Of several votes in one poll, one after the other, the last one has all counts. */
static bool is_last(const struct gathered *votes, size_t at)
{
    if (at + 1 == mongo_gathered_count(votes))
        return true;
    const struct event *event = mongo_gathered_at(votes, at),
                       *next = mongo_gathered_at(votes, at + 1);
    return !room_id_eq(event->room, next->room) || event->target != next->target;
}

static int put_votes(struct store_conn *conn, const struct gathered *gathered)
{
    OWN(db_bulk_free) struct db_bulk votes = {0}, polls = {0};
    for (size_t i = 0; i < mongo_gathered_count(gathered); i++) {
        const struct event *event = mongo_gathered_at(gathered, i);
        if (!mongo_has_target(gathered, event))
            continue;
        put_vote(conn, &votes, event);
        if (is_last(gathered, i))
            put_tally(conn, &polls, event);
    }
    int rc = db_bulk_run(conn, &votes);
    return rc == 0 ? db_bulk_run(conn, &polls) : rc;
}

int mongo_votes_apply(struct store_conn *conn, struct gathered *votes)
{
    if (mongo_gathered_count(votes) == 0)
        return 0;
    int rc = mongo_gathered_look(conn, votes, POLLS, BCON_NEW("options", "{", "$gt", I64(0), "}"));
    if (rc == 0)
        rc = put_votes(conn, votes);
    mongo_gathered_drop(votes);
    return rc;
}

static int close_poll(struct store_conn *conn, const struct event *event)
{
    bson_t *filter = poll_at(event);
    BCON_APPEND(filter, "closed_seq", I64(0));
    int64_t met = db_update(conn, POLLS, filter,
                            BCON_NEW("$set", "{", "closed_seq", U64(event->seq), "closed_at",
                                     I64(event->created_at), "closed_by", U64(event->sender.v), "}",
                                     "$max", "{", "seq", U64(event->seq), "}"),
                            false);
    return met < 0 ? (int)met : 0;
}

int mongo_poll_apply(struct store_conn *conn, const struct event *event)
{
    if (event_is_poll(event))
        return add_poll(conn, event);
    return event->type == EVENT_POLL_CLOSED ? close_poll(conn, event) : 0;
}

/* All of one poll, behind a voter. */
static bson_t *votes_of(room_id room, uint64_t message, user_id after)
{
    struct key3 from = key3(room.v, message, after.v), to = key3(room.v, message, INT64_MAX);
    return BCON_NEW("_id", "{", "$gt", KEY(from), "$lte", KEY(to), "}");
}

/* That somebody voted stays in the log, which has no gaps; what they chose does not, nor the counts. */
static int empty_votes(struct store_conn *conn, room_id room, uint64_t message)
{
    int64_t met = db_update_many(
        conn, EVENTS,
        BCON_NEW("room", U64(room.v), "target", U64(message), "type", I64(EVENT_POLL_VOTED)),
        BCON_NEW("$set", "{", "payload", BLOB(STR("")), "}", "$unset", "{", "choices", BOOL(true),
                 "voters", BOOL(true), "counts", BOOL(true), "}"));
    return met < 0 ? (int)met : 0;
}

int mongo_poll_forget(struct store_conn *conn, const struct event *deletion)
{
    int64_t met = db_update(conn, POLLS, poll_at(deletion),
                            BCON_NEW("$set", "{", "options", I64(0), "}", "$unset", "{", "counts",
                                     BOOL(true), "voters", BOOL(true), "}"),
                            false);
    if (met <= 0)
        return (int)met;
    int rc = empty_votes(conn, deletion->room, deletion->target);
    return rc == 0
               ? db_delete(conn, VOTES, votes_of(deletion->room, deletion->target, (user_id){0}))
               : rc;
}

int mongo_polls_forget_votes(struct store_conn *conn)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, POLLS, BCON_NEW("options", I64(0)), sorted("_id", 1, 0));
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct str key = doc_str(doc, "_id");
        if (key.len != sizeof(struct key2))
            return -EUCLEAN;
        const uint8_t *bytes = (const uint8_t *)key.ptr;
        rc = empty_votes(conn, (room_id){key_get(bytes)}, key_get(bytes + 8));
        if (rc != 0)
            return rc;
    }
    return rc;
}

/* ---- reading --------------------------------------------------------------------------------- */

static struct poll_state read_state(const bson_t *doc)
{
    struct poll_state state = {.poll = read_shape(doc),
                               .seq = doc_u64(doc, "seq"),
                               .tally = {.voters = doc_u64(doc, "voters")},
                               .closed_seq = doc_u64(doc, "closed_seq"),
                               .closed_at = doc_i64(doc, "closed_at"),
                               .closed_by = {doc_u64(doc, "closed_by")}};
    struct str counts = doc_str(doc, "counts");
    if (counts.len && counts.len <= sizeof(state.tally.counts))
        memcpy(state.tally.counts, counts.ptr, counts.len);
    return state;
}

static int read_states(struct store_conn *conn, room_id room, struct poll_question *questions,
                       size_t count)
{
    OWN(bson_destroy) bson_t *wanted = bson_new();
    uint32_t asked = 0;
    for (size_t i = 0; i < count; i++) {
        struct key2 key = key2(room.v, questions[i].message);
        mongo_put_key(wanted, &asked, key.bytes, sizeof(key.bytes));
        questions[i].state = (struct poll_state){0};
    }
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(
        conn, POLLS,
        BCON_NEW("_id", "{", "$in", BCON_ARRAY(wanted), "}", "options", "{", "$gt", I64(0), "}"),
        NULL);
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct str id = doc_str(doc, "_id");
        for (size_t i = 0; i < count; i++) {
            struct key2 key = key2(room.v, questions[i].message);
            if (str_eq(id, str_of((const char *)key.bytes, sizeof(key.bytes))))
                questions[i].state = read_state(doc);
        }
    }
    return rc;
}

/* In an anonymous poll people have another name. */
static struct key3 own_key(room_id room, const struct poll_question *question)
{
    user_id who = question->state.poll.anonymous ? question->voter : question->self;
    return key3(room.v, question->message, who.v);
}

static int read_own(struct store_conn *conn, room_id room, struct poll_question *questions,
                    size_t count)
{
    OWN(bson_destroy) bson_t *wanted = bson_new();
    uint32_t asked = 0;
    for (size_t i = 0; i < count; i++) {
        struct key3 key = own_key(room, &questions[i]);
        if (questions[i].state.poll.options)
            mongo_put_key(wanted, &asked, key.bytes, sizeof(key.bytes));
    }
    if (asked == 0)
        return 0;
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, VOTES, BCON_NEW("_id", "{", "$in", BCON_ARRAY(wanted), "}"), NULL);
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct str id = doc_str(doc, "_id");
        for (size_t i = 0; i < count; i++) {
            struct key3 key = own_key(room, &questions[i]);
            if (!str_eq(id, str_of((const char *)key.bytes, sizeof(key.bytes))))
                continue;
            questions[i].state.own = doc_u64(doc, "choices");
            questions[i].state.own_seq = doc_u64(doc, "seq");
        }
    }
    return rc;
}

int mongo_polls(struct store_conn *conn, room_id room, struct poll_question *questions,
                size_t count)
{
    int rc = count ? read_states(conn, room, questions, count) : 0;
    return rc == 0 ? read_own(conn, room, questions, count) : rc;
}

int mongo_voters(struct store_conn *conn, room_id room, uint64_t message, unsigned option,
                 user_id after, size_t limit, struct arena *arena, user_id **out, size_t *count)
{
    bson_t *filter = votes_of(room, message, after);
    BCON_APPEND(filter, "choices", "{", "$bitsAllSet", U64((uint64_t)1 << option), "}");
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, VOTES, filter, sorted("_id", 1, limit));
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct str key = doc_str(doc, "_id");
        user_id user = {key.len == sizeof(struct key3) ? key_get((const uint8_t *)key.ptr + 16)
                                                       : 0};
        buf_put(&found, &user, sizeof(user));
    }
    if (rc < 0)
        return rc;
    *count = found.len / sizeof(user_id);
    *out = rows_to_arena(&found, arena);
    return 0;
}
