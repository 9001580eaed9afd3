#include <errno.h>

#include "store/mongo/mongo_rows.h"

/* ---- rows ---------------------------------------------------------------------------------------- */

/* An integer that most rows do not have. */
static void put_if(bson_t *row, const char *field, uint64_t value)
{
    if (value)
        bson_append_int64(row, field, -1, as_i64(value));
}

static void put_text(bson_t *row, const char *field, struct str text)
{
    bson_append_utf8(row, field, -1, text.len ? text.ptr : "", (int)text.len);
}

static void put_blob(bson_t *row, const char *field, struct str bytes)
{
    const char *ptr = bytes.len ? bytes.ptr : "";
    bson_append_binary(row, field, -1, BSON_SUBTYPE_BINARY, (const uint8_t *)ptr,
                       (uint32_t)bytes.len);
}

static void put_projection(bson_t *list, size_t at, const struct projection *projection)
{
    char number[24];
    bson_t item = BSON_INITIALIZER;
    snprintf(number, sizeof(number), "%zu", at);
    bson_append_int64(&item, "kind", -1, projection->kind);
    put_if(&item, "user", projection->user.v);
    put_if(&item, "role", projection->role);
    put_if(&item, "room_kind", projection->room_kind);
    put_if(&item, "seq", projection->seq);
    put_if(&item, "count", projection->count);
    put_if(&item, "link", projection->link);
    put_if(&item, "most", projection->most);
    bson_append_int64(&item, "at", -1, projection->at);
    bson_append_int64(&item, "history", -1, projection->change.edit_history_s);
    bson_append_int64(&item, "slow_mode", -1, projection->change.slow_mode_s);
    bson_append_int64(&item, "locked", -1, projection->change.locked);
    bson_append_int64(&item, "archived", -1, projection->change.archived);
    bson_append_int64(&item, "public", -1, projection->change.is_public);
    bson_append_int64(&item, "approval", -1, projection->change.by_approval);
    bson_append_int64(&item, "newcomers", -1, projection->change.newcomers);
    bson_append_int64(&item, "from_joining", -1, projection->change.from_joining);
    bson_append_int64(&item, "retention", -1, projection->change.retention_s);
    if (projection->kind == PROJECT_CHANGE && projection->change.held >= 0)
        bson_append_int64(&item, "held", -1, projection->change.held);
    put_if(&item, "from_seq", projection->from_seq);
    put_if(&item, "permissions", projection->change.permissions);
    if (projection->change.name.ptr)
        put_text(&item, "name", projection->change.name);
    if (projection->change.topic.ptr)
        put_text(&item, "topic", projection->change.topic);
    if (projection->change.filters.ptr)
        put_text(&item, "filters", projection->change.filters);
    if (projection->text.len)
        put_text(&item, "text", projection->text);
    bson_append_document(list, number, -1, &item);
    bson_destroy(&item);
}

static void put_projections(bson_t *row, const struct logged *logged)
{
    if (logged->projection_count == 0)
        return;
    bson_t list = BSON_INITIALIZER;
    for (size_t i = 0; i < logged->projection_count; i++)
        put_projection(&list, i, &logged->projections[i]);
    bson_append_array(row, "projections", -1, &list);
    bson_destroy(&list);
}

/* Whom a message names, 0 for everybody: what is unread of them is counted over an index of this. */
static void put_mentions(bson_t *row, const struct mentions *mentions)
{
    static const user_id everybody = {0};
    bool all = mentions_all(mentions);
    const user_id *users = all ? &everybody : mentions->users;
    size_t count = all ? 1 : mentions->count;
    if (count == 0)
        return;
    bson_t list = BSON_INITIALIZER;
    for (size_t i = 0; i < count; i++)
        mongo_put_number(&list, i, users[i].v);
    bson_append_array(row, "mentions", -1, &list);
    bson_destroy(&list);
}

void mongo_put_answerers(bson_t *row, const struct event *answer)
{
    bson_t list = BSON_INITIALIZER;
    for (size_t i = 0; i < ANSWERERS_TOLD && answer->answered_by[i].v; i++)
        mongo_put_number(&list, i, answer->answered_by[i].v);
    bson_append_array(row, "answered_by", -1, &list);
    bson_destroy(&list);
}

static void put_answer(bson_t *row, const struct event *answer)
{
    put_if(row, "thread", answer->thread);
    put_if(row, "answers", answer->answers);
    mongo_put_answerers(row, answer);
}

static void read_answerers(const bson_t *doc, struct event *columns)
{
    bson_iter_t list, at;
    if (!bson_iter_init_find(&list, doc, "answered_by") || !bson_iter_recurse(&list, &at))
        return;
    for (size_t i = 0; i < ANSWERERS_TOLD && bson_iter_next(&at); i++)
        columns->answered_by[i].v = (uint64_t)bson_iter_as_int64(&at);
}

bson_t *mongo_event_row(const struct logged *logged)
{
    const struct event *event = logged->event;
    struct key2 key = key2(event->room.v, event->seq);
    bson_t *row = bson_new();
    bson_append_binary(row, "_id", -1, BSON_SUBTYPE_BINARY, key.bytes, sizeof(key.bytes));
    bson_append_int64(row, "room", -1, as_i64(event->room.v));
    bson_append_int64(row, "seq", -1, as_i64(event->seq));
    bson_append_int64(row, "type", -1, event->type);
    bson_append_int64(row, "sender", -1, as_i64(event->sender.v));
    put_text(row, "nonce", event->nonce);
    bson_append_int64(row, "at", -1, event->created_at);
    bson_append_int64(row, "count", -1, as_i64(event->count));
    put_if(row, "role", event->role);
    put_if(row, "kind", event->kind);
    put_if(row, "target", event->target);
    put_if(row, "reply_to", event->reply_to);
    put_if(row, "reactions", event->reactions);
    if (event_is_answer(event))
        put_answer(row, event);
    if (event->emoji.len)
        put_text(row, "emoji", event->emoji);
    mongo_put_poll(row, event);
    /* Of an edit the message itself is to hold the words; here they wait for that. */
    if (event->type == EVENT_MESSAGE_UPDATED) {
        put_blob(row, "words", event->payload);
        bson_append_int64(row, "keep_until", -1, event->keep_until);
    } else {
        put_blob(row, "payload", event->payload);
    }
    put_mentions(row, &event->mentions);
    put_projections(row, logged);
    return row;
}

static struct event *event_with(const bson_t *doc, struct str payload)
{
    int64_t type = doc_i64(doc, "type");
    struct event columns = {
        .room = {doc_u64(doc, "room")},
        .seq = doc_u64(doc, "seq"),
        .type = (uint8_t)(type < 0 ? -type : type),
        .pruned = type < 0,
        .sender = {doc_u64(doc, "sender")},
        .target = doc_u64(doc, "target"),
        .created_at = doc_i64(doc, "at"),
        .count = doc_u64(doc, "count"),
        .role = (uint8_t)doc_i64(doc, "role"),
        .kind = (uint8_t)doc_i64(doc, "kind"),
        .nonce = doc_str(doc, "nonce"),
        .payload = payload,
        .edit_seq = doc_u64(doc, "edit_seq"),
        .edit_at = doc_i64(doc, "edit_at"),
        .edit_by = {doc_u64(doc, "edit_by")},
        .reply_to = doc_u64(doc, "reply_to"),
        .reactions = doc_u64(doc, "reactions"),
        .emoji = doc_str(doc, "emoji"),
        .keep_until = doc_i64(doc, "keep_until"),
        .thread = doc_u64(doc, "thread"),
        .answers = doc_u64(doc, "answers"),
        .answered_at = doc_i64(doc, "answered_at"),
    };
    struct vote vote;
    read_answerers(doc, &columns);
    mongo_read_poll(doc, &columns, &vote);
    return event_new(&columns);
}

struct event *mongo_event_read(const bson_t *doc)
{
    return event_with(doc, doc_str(doc, "payload"));
}

/* Text that is there, if only empty; ptr NULL where it is not. */
static struct str text_if(const bson_t *item, const char *field, struct arena *arena)
{
    bson_iter_t at;
    return bson_iter_init_find(&at, item, field) ? doc_text(item, field, arena) : STR_NONE;
}

/* -1 where an older program wrote none. */
static int64_t number_if(const bson_t *item, const char *field)
{
    bson_iter_t at;
    return bson_iter_init_find(&at, item, field) ? doc_i64(item, field) : -1;
}

static struct projection projection_read(const bson_t *item, struct arena *arena)
{
    return (struct projection){
        .kind = (enum projection_kind)doc_i64(item, "kind"),
        .change = {.name = text_if(item, "name", arena),
                   .edit_history_s = doc_i64(item, "history"),
                   .topic = text_if(item, "topic", arena),
                   .permissions = doc_u64(item, "permissions"),
                   .slow_mode_s = doc_i64(item, "slow_mode"),
                   .locked = (int)doc_i64(item, "locked"),
                   .archived = (int)doc_i64(item, "archived"),
                   .is_public = (int)doc_i64(item, "public"),
                   .by_approval = (int)doc_i64(item, "approval"),
                   .newcomers = number_if(item, "newcomers"),
                   .from_joining = (int)number_if(item, "from_joining"),
                   .retention_s = number_if(item, "retention"),
                   .held = number_if(item, "held"),
                   .filters = text_if(item, "filters", arena)},
        .room_kind = (enum room_kind)doc_i64(item, "room_kind"),
        .user = {doc_u64(item, "user")},
        .role = (enum role)doc_i64(item, "role"),
        .seq = doc_u64(item, "seq"),
        .count = doc_u64(item, "count"),
        .from_seq = doc_u64(item, "from_seq"),
        .at = doc_i64(item, "at"),
        .text = doc_text(item, "text", arena),
        .link = doc_u64(item, "link"),
        .most = doc_u64(item, "most"),
    };
}

struct logged mongo_logged_read(const bson_t *doc, struct arena *arena)
{
    bool edit = doc_i64(doc, "type") == EVENT_MESSAGE_UPDATED;
    struct logged logged = {.event = event_with(doc, doc_str(doc, edit ? "words" : "payload"))};
    OWN(buf_deinit) struct buf found = BUF_INIT;
    bson_iter_t list, at;
    if (!bson_iter_init_find(&list, doc, "projections") || !bson_iter_recurse(&list, &at))
        return logged;
    while (bson_iter_next(&at)) {
        const uint8_t *bytes;
        uint32_t len;
        bson_t item;
        bson_iter_document(&at, &len, &bytes);
        if (!bson_init_static(&item, bytes, len))
            continue;
        struct projection projection = projection_read(&item, arena);
        buf_put(&found, &projection, sizeof(projection));
    }
    logged.projection_count = found.len / sizeof(struct projection);
    logged.projections = rows_to_arena(&found, arena);
    return logged;
}

/* ---- events -------------------------------------------------------------------------------------- */

bson_t *mongo_events_between(room_id room, uint64_t after, uint64_t through)
{
    struct key2 from = key2(room.v, (uint64_t)as_i64(after));
    struct key2 to = key2(room.v, (uint64_t)as_i64(through));
    return BCON_NEW("_id", "{", "$gt", KEY(from), "$lte", KEY(to), "}");
}

int mongo_last_seq(struct store_conn *conn, room_id room, uint64_t *out)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = db_find_one(conn, EVENTS, mongo_events_between(room, 0, INT64_MAX),
                         sorted("_id", -1, 1), &doc);
    *out = rc == 0 ? doc_u64(doc, "seq") : 0;
    return rc == -ENOENT ? 0 : rc;
}

static int read_at(struct store_conn *conn, room_id room, uint64_t seq, bson_t **out)
{
    struct log_end end;
    int rc = mongo_log_end(conn, room, &end);
    if (rc != 0 || seq > end.seq)
        return rc ? rc : -ENOENT;
    struct key2 key = key2(room.v, seq);
    return db_find_one(conn, EVENTS, BCON_NEW("_id", KEY(key)), NULL, out);
}

/* Of what was pruned, found by its nonce alone: its type is negative. */
static bool is_stub(const bson_t *doc)
{
    return doc_i64(doc, "type") < 0;
}

int mongo_event_get(struct store_conn *conn, room_id room, uint64_t seq, struct event **out)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = read_at(conn, room, seq, &doc);
    if (rc == 0 && is_stub(doc))
        rc = -ENOENT;
    if (rc == 0)
        *out = mongo_event_read(doc);
    return rc;
}

int mongo_events_get(struct store_conn *conn, const struct event_place *places, size_t count,
                     struct event **out)
{
    OWN(bson_destroy) bson_t *wanted = bson_new();
    room_id *rooms = arena_take_array(&conn->arena, count, sizeof(*rooms));
    for (size_t i = 0; i < count; i++) {
        out[i] = NULL;
        rooms[i] = places[i].room;
    }
    int rc = count ? mongo_log_ends(conn, rooms, count) : 0;
    uint32_t asked = 0;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        struct log_end end;
        struct key2 key = key2(places[i].room.v, places[i].seq);
        rc = mongo_log_end(conn, places[i].room, &end); /* it is known now */
        if (rc == 0 && places[i].seq <= end.seq)
            mongo_put_key(wanted, &asked, key.bytes, sizeof(key.bytes));
    }
    if (rc != 0 || asked == 0)
        return rc;
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, EVENTS, BCON_NEW("_id", "{", "$in", BCON_ARRAY(wanted), "}"), NULL);
    const bson_t *doc;
    while ((rc = db_next(conn, rows, &doc)) == 1)
        for (size_t i = 0; i < count; i++)
            if (!out[i] && !is_stub(doc) && places[i].room.v == doc_u64(doc, "room") &&
                places[i].seq == doc_u64(doc, "seq"))
                out[i] = mongo_event_read(doc);
    for (size_t i = 0; rc != 0 && i < count; i++)
        event_unref(TAKE(out[i]));
    return rc;
}

int mongo_event_count(struct store_conn *conn, room_id room, uint64_t seq, uint64_t *out)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = read_at(conn, room, seq, &doc);
    if (rc == 0)
        *out = doc_u64(doc, "count");
    return rc;
}

int mongo_last_count(struct store_conn *conn, room_id room, uint64_t *out)
{
    struct log_end end;
    int rc = mongo_log_end(conn, room, &end);
    *out = rc == 0 ? end.count : 0;
    return rc;
}

int mongo_event_stamp(struct store_conn *conn, room_id room, uint64_t seq, struct event_stamp *out)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = read_at(conn, room, seq, &doc);
    if (rc == 0)
        *out = (struct event_stamp){doc_u64(doc, "count"), doc_i64(doc, "at")};
    return rc;
}

/* Gives a change the message that it is about, unless that was pruned. */
static int read_message_of(struct store_conn *conn, struct event *event)
{
    if (!event_changes_message(event))
        return 0;
    OWN(event_unref) struct event *message = NULL;
    int rc = mongo_event_get(conn, event->room, event->target, &message);
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc;
    bool says_why = event->type == EVENT_MESSAGE_DELETED && event->payload.len;
    event->message =
        says_why && event_is_deleted(message) ? event_told_deletion(message, event) : TAKE(message);
    return 0;
}

int mongo_events(struct store_conn *conn, room_id room, uint64_t after, size_t limit,
                 size_t max_bytes, struct event_list *out, bool *has_more)
{
    struct log_end end;
    int rc = mongo_log_end(conn, room, &end);
    if (rc != 0)
        return rc;
    uint64_t most = limit < INT32_MAX ? limit + 1 : 0;
    if (end.first_seq && after < end.first_seq - 1)
        after = end.first_seq - 1;
    bson_t *filter = mongo_events_between(room, after, end.seq);
    BCON_APPEND(filter, "type", "{", "$gt", I64(0), "}"); /* pruned meanwhile: it counts for none */
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, EVENTS, filter, sorted("_id", 1, most));
    struct event_list list = {0};
    size_t cap = 0, bytes = 0;
    const bson_t *doc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        bytes += doc_str(doc, "payload").len;
        if (list.count == limit || (list.count > 0 && bytes > max_bytes))
            break;
        event_list_push(&list, &cap, mongo_event_read(doc));
    }
    *has_more = rc == 1;
    for (size_t i = 0; rc >= 0 && i < list.count; i++) {
        int found = read_message_of(conn, list.items[i]);
        rc = found != 0 ? found : rc;
    }
    if (rc < 0) {
        event_list_deinit(&list);
        return rc;
    }
    *out = list;
    return 0;
}

int mongo_event_by_nonce(struct store_conn *conn, room_id room, user_id sender, struct str nonce,
                         struct event **out)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    bson_t *filter =
        BCON_NEW("room", U64(room.v), "sender", U64(sender.v), "nonce", TEXT(conn, nonce));
    int rc = db_find_one(conn, EVENTS, filter, NULL, &doc);
    if (rc != 0)
        return rc;
    OWN(event_unref) struct event *event = mongo_event_read(doc);
    struct log_end end;
    rc = mongo_log_end(conn, room, &end);
    if (rc == 0 && event->seq > end.seq) { /* who is told of it has to find it in the history */
        uint64_t seq;
        rc = conn->session ? -EBUSY : mongo_catch_up(conn, room, &seq);
    }
    if (rc == 0)
        rc = read_message_of(conn, event);
    if (rc == 0)
        *out = TAKE(event);
    return rc;
}
