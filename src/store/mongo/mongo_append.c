#include <errno.h>

#include "store/mongo/log_append.h"
#include "store/mongo/mongo_writer.h"

/* ---- the port --------------------------------------------------------------------------------- */

struct port {
    struct log_port port;
    struct store_conn *conn;
};

static struct store_conn *conn_of(struct log_port *port)
{
    return CONTAINER_OF(port, struct port, port)->conn;
}

/* The projections that belong to an event: they go into its row, so that whoever finds the log without
 * them can make them. */
static struct logged logged_of(const struct append *append, size_t at)
{
    struct logged logged = {.event = append->events[at]};
    size_t first = 0;
    while (first < append->projection_count && append->projections[first].seq < logged.event->seq)
        first++;
    logged.projections = append->projections + first;
    while (first + logged.projection_count < append->projection_count &&
           append->projections[first + logged.projection_count].seq == logged.event->seq)
        logged.projection_count++;
    return logged;
}

static struct insert_answer answer_of(const bson_t *reply, const bson_error_t *error, bool ok)
{
    struct insert_answer answer = {.sent = true, .answered = true};
    bson_iter_t list, at, in;
    if (ok)
        return answer;
    answer.sent = error->domain != MONGOC_ERROR_SERVER_SELECTION;
    if (bson_iter_init_find(&list, reply, "writeConcernErrors"))
        answer.concern_failed = true;
    if (bson_iter_init_find(&list, reply, "writeErrors") && bson_iter_recurse(&list, &at) &&
        bson_iter_next(&at) && bson_iter_recurse(&at, &in)) {
        answer.row_failed = true;
        while (bson_iter_next(&in)) {
            if (strcmp(bson_iter_key(&in), "index") == 0)
                answer.row = (size_t)bson_iter_as_int64(&in);
            if (strcmp(bson_iter_key(&in), "code") == 0)
                answer.code = (int)bson_iter_as_int64(&in);
        }
    }
    answer.answered = answer.row_failed;
    return answer;
}

static struct insert_report insert(struct log_port *port, struct append *const *appends,
                                   size_t count)
{
    struct store_conn *conn = conn_of(port);
    size_t rows = 0, at = 0;
    for (size_t i = 0; i < count; i++)
        rows += appends[i]->count;
    bson_t **docs = xcalloc(rows, sizeof(*docs));
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < appends[i]->count; j++) {
            struct logged logged = logged_of(appends[i], j);
            docs[at++] = mongo_event_row(&logged);
        }
    OWN(bson_destroy) bson_t *how = BCON_NEW("ordered", BOOL(true));
    bson_t reply;
    bson_error_t error = {0};
    bool ok = mongoc_collection_insert_many(conn->collections[EVENTS], (const bson_t **)docs, rows,
                                            how, &reply, &error);
    struct insert_answer answer = answer_of(&reply, &error, ok);
    conn->lost |= !answer.sent || !answer.answered;
    bson_destroy(&reply);
    for (size_t i = 0; i < rows; i++)
        bson_destroy(docs[i]);
    xfree(docs);
    return insert_report_of(&answer);
}

/* How many of the append's events stand with their numbers, from its first on. */
static int count_standing(struct store_conn *conn, const struct append *append, size_t *out)
{
    uint64_t first = append->events[0]->seq;
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(
        conn, EVENTS, mongo_events_between(append->room, first - 1, first + append->count - 1),
        sorted("_id", 1, 0));
    const bson_t *doc;
    int rc;
    *out = 0;
    while ((rc = db_next(conn, rows, &doc)) == 1 && *out < append->count) {
        const struct event *event = append->events[*out];
        if (doc_u64(doc, "seq") != event->seq || doc_u64(doc, "sender") != event->sender.v ||
            !str_eq(doc_str(doc, "nonce"), event->nonce))
            break;
        ++*out;
    }
    return rc < 0 ? rc : 0;
}

static int has_nonce(struct store_conn *conn, const struct event *event)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    bson_t *filter = BCON_NEW("room", U64(event->room.v), "sender", U64(event->sender.v), "nonce",
                              TEXT(conn, event->nonce));
    int rc = db_find_one(conn, EVENTS, filter, NULL, &doc);
    return rc == 0 ? 1 : rc == -ENOENT ? 0 : rc;
}

static int look_in_session(struct store_conn *conn, const struct append *append, size_t at,
                           struct log_look *out)
{
    int rc = mongo_last_seq(conn, append->room, &out->last_seq);
    if (rc == 0)
        rc = count_standing(conn, append, &out->standing);
    int nonce = rc == 0 ? has_nonce(conn, append->events[at]) : rc;
    out->nonce_stands = nonce == 1;
    return nonce < 0 ? nonce : 0;
}

/* In one causally consistent session: the nonce is asked for of a log that shows at least what was
 * seen of it before. */
static int look(struct log_port *port, const struct append *append, size_t at, struct log_look *out)
{
    struct store_conn *conn = conn_of(port);
    bson_error_t error;
    const bool was_lost = conn->lost;
    conn->lost = false; /* by this question, whatever the insert met */
    conn->session = mongoc_client_start_session(conn->client, NULL, &error);
    int rc =
        conn->session ? look_in_session(conn, append, at, out) : mongo_errno(conn, NULL, &error);
    if (conn->session)
        mongoc_client_session_destroy(TAKE(conn->session));
    out->silent = conn->lost;
    conn->lost |= was_lost;
    return rc;
}

/* ---- before and after --------------------------------------------------------------------------- */

/* 1: the event before its first is done; 0: the append has its answer. */
static int follows(struct mongo_writer *writer, struct append *append)
{
    uint64_t before = append->events[0]->seq - 1;
    append->stored = 0;
    append->job.rc = writer->conn->lost ? -EBUSY : 0;
    if (append->job.rc != 0)
        return 0; /* each question would wait as long as the first did */
    if ((uint64_t)(uintptr_t)map_get(&writer->applied, append->room.v) == before && before > 0)
        return 1;
    uint64_t last = 0;
    int rc = mongo_catch_up(writer->conn, append->room, &last);
    if (rc == 0 && last < before)
        rc = -EAGAIN; /* it would leave a gap: what we read shows less than was there */
    append->job.rc = rc;
    return rc == 0; /* where its place is taken the log says what it met */
}

static void remember(struct mongo_writer *writer, const struct append *append, bool done)
{
    enum { ROOMS_MOST = 1 << 18 };
    if (writer->applied.len >= ROOMS_MOST)
        map_deinit(&writer->applied);
    if (done && append->stored > 0)
        map_put(&writer->applied, append->room.v,
                (void *)(uintptr_t)append->events[append->stored - 1]->seq);
    else if (!done)
        (void)map_remove(&writer->applied, append->room.v);
}

static struct appended appended_of(struct store_conn *conn, const struct append *append)
{
    struct appended room = {.room = append->room, .count = append->stored};
    room.items = arena_take_array(&conn->arena, append->stored, sizeof(*room.items));
    for (size_t i = 0; i < append->stored; i++)
        room.items[i] = logged_of(append, i);
    return room;
}

/* What stands is done elsewhere too; where that fails nobody is told that it stands, and whoever reads
 * the room next does it. */
static void carry_out(struct mongo_writer *writer, struct append **appends, size_t count)
{
    struct store_conn *conn = writer->conn;
    struct appended *rooms = arena_take_array(&conn->arena, count, sizeof(*rooms));
    size_t room_count = 0;
    for (size_t i = 0; i < count; i++)
        if (appends[i]->stored > 0)
            rooms[room_count++] = appended_of(conn, appends[i]);
    int rc = room_count > 0 ? mongo_apply(conn, rooms, room_count) : 0;
    for (size_t i = 0; i < count; i++) {
        struct append *append = appends[i];
        if (rc != 0 && append->stored > 0) {
            append->job.rc = -EAGAIN;
            append->stored = 0;
        }
        /* A place or a nonce that is taken is another's event, which may have come late. */
        if (append->job.rc != 0)
            mongo_unfinish(conn->shared, append->room);
        remember(writer, append, append->job.rc == 0);
    }
}

void mongo_append_all(struct mongo_writer *writer, struct append **appends, size_t count)
{
    struct port port = {.port = {.insert = insert, .look = look}, .conn = writer->conn};
    struct append **going = xcalloc(count, sizeof(struct append *));
    size_t going_count = 0;
    for (size_t i = 0; i < count; i++)
        if (follows(writer, appends[i]) == 1)
            going[going_count++] = appends[i];
    if (writer->conn->lost)
        for (size_t i = 0; i < going_count; i++)
            going[i]->job.rc = -EBUSY;
    else
        log_append(&port.port, going, going_count);
    xfree(going);
    carry_out(writer, appends, count);
}
