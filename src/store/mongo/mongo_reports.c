#include <errno.h>

#include "store/mongo/mongo_rows.h"

/* What people report, and who is there to decide of it. A row has the fields of struct report by their names,
 * and `place`, its time and id as one key. */

static bson_t *report_row(struct store_conn *conn, const struct report *report)
{
    struct key2 place = key2((uint64_t)report->created_at, report->id);
    return BCON_NEW("$set", "{", "queue", U64(report->queue.v), "place", KEY(place), "kind",
                    I64(report->kind), "room", U64(report->room.v), "seq", U64(report->seq), "user",
                    U64(report->user.v), "by", U64(report->by.v), "category", I64(report->category),
                    "text", TEXT(conn, report->text), "created_at", I64(report->created_at),
                    "escalated_at", I64(report->escalated_at), "escalated_by",
                    U64(report->escalated_by.v), "escalation", TEXT(conn, report->escalation),
                    "resolved_at", I64(report->resolved_at), "resolved_by",
                    U64(report->resolved_by.v), "resolution", TEXT(conn, report->resolution),
                    "outcome", I64(report->outcome), "evidence", BLOB(report->evidence), "}");
}

int mongo_report_put(struct store_conn *conn, const struct report *report)
{
    int64_t met =
        db_update(conn, REPORTS, BCON_NEW("_id", U64(report->id)), report_row(conn, report), true);
    return met < 0 ? (int)met : 0;
}

static struct report report_read(const bson_t *doc, struct arena *arena)
{
    return (struct report){.id = doc_u64(doc, "_id"),
                           .queue = {doc_u64(doc, "queue")},
                           .kind = (uint8_t)doc_i64(doc, "kind"),
                           .room = {doc_u64(doc, "room")},
                           .seq = doc_u64(doc, "seq"),
                           .user = {doc_u64(doc, "user")},
                           .by = {doc_u64(doc, "by")},
                           .category = (uint8_t)doc_i64(doc, "category"),
                           .text = doc_text(doc, "text", arena),
                           .created_at = doc_i64(doc, "created_at"),
                           .escalated_at = doc_i64(doc, "escalated_at"),
                           .escalated_by = {doc_u64(doc, "escalated_by")},
                           .escalation = doc_text(doc, "escalation", arena),
                           .resolved_at = doc_i64(doc, "resolved_at"),
                           .resolved_by = {doc_u64(doc, "resolved_by")},
                           .resolution = doc_text(doc, "resolution", arena),
                           .outcome = (uint8_t)doc_i64(doc, "outcome"),
                           .evidence = doc_text(doc, "evidence", arena)};
}

int mongo_report_get(struct store_conn *conn, uint64_t id, struct arena *arena, struct report *out)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    int rc = db_find_one(conn, REPORTS, BCON_NEW("_id", U64(id)), NULL, &doc);
    if (rc == 0)
        *out = report_read(doc, arena);
    return rc;
}

/* How they are listed: without what may be long. */
static bson_t *listed(int way, uint64_t limit)
{
    bson_t *options = sorted("place", way, limit);
    BCON_APPEND(options, "projection", "{", "evidence", BOOL(false), "}");
    return options;
}

static int read_reports(struct store_conn *conn, bson_t *filter, size_t limit, struct arena *arena,
                        struct report_list *out)
{
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, REPORTS, filter, listed(-1, limit));
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct report report = report_read(doc, arena);
        buf_put(&found, &report, sizeof(report));
    }
    if (rc < 0)
        return rc;
    out->count = found.len / sizeof(struct report);
    out->items = rows_to_arena(&found, arena);
    return 0;
}

static void leave_out(bson_t *asked, room_id queue, user_id except)
{
    if (except.v)
        BCON_APPEND(asked, "user", "{", "$ne", U64(except.v), "}");
    if (except.v && queue.v)
        BCON_APPEND(asked, "by", "{", "$ne", U64(except.v), "}");
}

int mongo_reports(struct store_conn *conn, const struct report_filter *filter,
                  const struct report_place *before, size_t limit, struct arena *arena,
                  struct report_list *out)
{
    struct key2 place = key2((uint64_t)before->at, before->id);
    bson_t *asked = BCON_NEW("queue", U64(filter->queue.v), "place", "{", "$lt", KEY(place), "}");
    if (filter->open)
        BCON_APPEND(asked, "resolved_at", I64(0));
    leave_out(asked, filter->queue, filter->except);
    return read_reports(conn, asked, limit, arena, out);
}

int mongo_reports_by(struct store_conn *conn, user_id by, size_t limit, struct arena *arena,
                     struct report_list *out)
{
    return read_reports(conn, BCON_NEW("by", U64(by.v), "resolved_at", I64(0)), limit, arena, out);
}

int mongo_reports_open(struct store_conn *conn, room_id queue, user_id except, size_t most,
                       size_t *out)
{
    bson_t *asked = BCON_NEW("queue", U64(queue.v), "resolved_at", I64(0));
    leave_out(asked, queue, except);
    int64_t count = db_count_most(conn, REPORTS, asked, (int64_t)most);
    if (count < 0)
        return (int)count;
    *out = (size_t)count;
    return 0;
}

/* ---- who decides ------------------------------------------------------------------------------- */

int mongo_staff(struct store_conn *conn, room_id room, size_t limit, struct arena *arena,
                struct member_list *out)
{
    /* $gt for the index, which has no plain members */
    bson_t *asked = BCON_NEW("room", U64(room.v), "role", "{", "$gt", I64(ROLE_MEMBER), "$in", "[",
                             I64(ROLE_OWNER), I64(ROLE_MODERATOR), I64(ROLE_ADMIN), "]", "}",
                             "gone", BOOL(false));
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, MEMBERS, asked, sorted("_id", 1, limit));
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct member member = {.user = {doc_u64(doc, "user")},
                                .role = (enum role)doc_i64(doc, "role")};
        buf_put(&found, &member, sizeof(member));
    }
    if (rc < 0)
        return rc;
    out->count = found.len / sizeof(struct member);
    out->items = rows_to_arena(&found, arena);
    return 0;
}
