#include <errno.h>

#include "store/mongo/mongo_rows.h"

/* The audit log: rows that are only ever added, keyed by time, room and seq, so that whoever carries out
 * an event twice adds one. at, room, seq, type, role, by, user, about, payload: as struct audit_entry. */

/* What a deletion is about, where it came back from the log without. */
static int read_message_of(struct store_conn *conn, const struct event *event, struct event **out)
{
    struct key2 key = key2(event->room.v, event->target);
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = db_find_one(conn, EVENTS, BCON_NEW("_id", KEY(key)), NULL, &doc);
    if (rc == 0)
        *out = mongo_event_read(doc);
    return rc == -ENOENT ? 0 : rc;
}

int mongo_audit_put(struct store_conn *conn, const struct audit_entry *entry)
{
    struct key3 key = key3((uint64_t)entry->at, entry->room.v, entry->seq);
    int rc =
        db_insert(conn, AUDIT,
                  BCON_NEW("_id", KEY(key), "at", I64(entry->at), "room", U64(entry->room.v), "seq",
                           U64(entry->seq), "type", I64(entry->type), "role", I64(entry->role),
                           "by", U64(entry->by.v), "user", U64(entry->user.v), "about",
                           U64(entry->about), "payload", BLOB(entry->payload)));
    return rc == -EEXIST ? 0 : rc; /* done before */
}

int mongo_audit(struct store_conn *conn, struct event *event)
{
    struct audit_entry entry;
    int rc = 0;
    if (event->type == EVENT_MESSAGE_DELETED && !event->message)
        rc = read_message_of(conn, event, &event->message);
    return rc == 0 && audit_entry_of(event, &entry) ? mongo_audit_put(conn, &entry) : rc;
}

static bson_t *asked(room_id room, const struct audit_filter *filter,
                     const struct audit_place *before)
{
    struct audit_place start = audit_start(filter, before);
    struct key3 key = key3((uint64_t)start.at, start.room.v, start.seq);
    struct key3 since = key3((uint64_t)(filter->since > 0 ? filter->since : 0), 0, 0);
    bson_t *asked = BCON_NEW("_id", "{", "$lt", KEY(key), "$gte", KEY(since), "}");
    if (room.v)
        BCON_APPEND(asked, "room", U64(room.v));
    if (filter->by.v)
        BCON_APPEND(asked, "by", U64(filter->by.v));
    if (filter->user.v)
        BCON_APPEND(asked, "user", U64(filter->user.v));
    if (filter->type)
        BCON_APPEND(asked, "type", I64(filter->type));
    if (filter->reader.v)
        BCON_APPEND(asked, "$nor", "[", "{", "user", U64(filter->reader.v), "type", "{", "$gte",
                    I64(AUDIT_REPORT_CREATED), "$lte", I64(AUDIT_REPORT_RESOLVED), "}", "}", "]");
    return asked;
}

int mongo_audits(struct store_conn *conn, room_id room, const struct audit_filter *filter,
                 const struct audit_place *before, size_t limit, struct arena *arena,
                 struct audit_list *out)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows =
        db_find(conn, AUDIT, asked(room, filter, before), sorted("_id", -1, limit));
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct audit_entry entry = {.at = doc_i64(doc, "at"),
                                    .room = {doc_u64(doc, "room")},
                                    .seq = doc_u64(doc, "seq"),
                                    .type = (uint8_t)doc_i64(doc, "type"),
                                    .role = (uint8_t)doc_i64(doc, "role"),
                                    .by = {doc_u64(doc, "by")},
                                    .user = {doc_u64(doc, "user")},
                                    .about = doc_u64(doc, "about"),
                                    .payload = doc_text(doc, "payload", arena)};
        buf_put(&found, &entry, sizeof(entry));
    }
    if (rc < 0)
        return rc;
    out->count = found.len / sizeof(struct audit_entry);
    out->items = rows_to_arena(&found, arena);
    return 0;
}
