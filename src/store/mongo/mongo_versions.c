#include <errno.h>

#include "store/mongo/mongo_rows.h"

/* Messages that were edited or deleted: the row of the message says how it stands, and what it said
 * before lies among the versions. An edit's own words wait in its event until they are in the message,
 * and are then taken out of there.
 *
 * A version that is forgotten leaves a row without words for a while: a server that lags behind and
 * would put them there again finds its place taken. */

enum { PLACE_KEPT_MS = 600000 };

static bson_t *message_at(const struct event *change)
{
    struct key2 key = key2(change->room.v, change->target);
    return BCON_NEW("_id", KEY(key), "type", I64(EVENT_MESSAGE_CREATED));
}

static int keep_version(struct store_conn *conn, const struct event *edit, struct str words)
{
    if (edit->keep_until <= edit->created_at)
        return 0;
    struct key3 key = key3(edit->room.v, edit->target, edit->seq);
    int rc = db_insert(conn, VERSIONS,
                       BCON_NEW("_id", KEY(key), "room", U64(edit->room.v), "seq", U64(edit->seq),
                                "at", I64(edit->created_at), "keep_until", I64(edit->keep_until),
                                "content", BLOB(words)));
    return rc == -EEXIST ? 0 : rc;
}

/* All of one message. */
static bson_t *versions_of(room_id room, uint64_t message, uint64_t after)
{
    struct key3 from = key3(room.v, message, (uint64_t)as_i64(after));
    struct key3 to = key3(room.v, message, INT64_MAX);
    return BCON_NEW("_id", "{", "$gt", KEY(from), "$lte", KEY(to), "}");
}

static int forget_versions(struct store_conn *conn, const struct event *deletion)
{
    int64_t met = db_update_many(conn, VERSIONS, versions_of(deletion->room, deletion->target, 0),
                                 BCON_NEW("$set", "{", "content", BLOB(STR("")), "keep_until",
                                          I64(deletion->created_at + PLACE_KEPT_MS), "}"));
    return met < 0 ? (int)met : 0;
}

/* Puts the change into the message, if that stands as it was read: 1, or 0 if somebody was faster, with a change or
 * by pruning it. */
static int64_t put_change(struct store_conn *conn, const struct event *change, uint64_t edit_seq)
{
    struct key2 key = key2(change->room.v, change->target);
    bool deletes = change->type == EVENT_MESSAGE_DELETED;
    bson_t *state = BCON_NEW("_id", KEY(key), "type", I64(EVENT_MESSAGE_CREATED), "edit_seq", "{",
                             "$not", "{", "$gt", U64(edit_seq), "}", "}");
    bson_t *values = BCON_NEW("$set", "{", "payload", BLOB(deletes ? STR_NONE : change->payload),
                              "edit_seq", U64(change->seq), "edit_at", I64(change->created_at),
                              "edit_by", U64(change->sender.v), "}");
    if (deletes) /* what is deleted mentions nobody */
        BCON_APPEND(values, "$unset", "{", "mentions", BOOL(true), "}");
    return db_update(conn, EVENTS, state, values, false);
}

static int change_message(struct store_conn *conn, const struct event *change)
{
    int64_t done = 0;
    while (done == 0) {
        OWN(bson_destroy) bson_t *message = NULL;
        int rc = db_find_one(conn, EVENTS, message_at(change), NULL, &message);
        if (rc != 0)
            return rc == -ENOENT ? 0 : rc;
        struct str words = doc_str(message, "payload");
        if (words.len == 0 || doc_u64(message, "edit_seq") >= change->seq)
            return 0; /* deleted, or done before */
        if (change->type == EVENT_MESSAGE_UPDATED)
            rc = keep_version(conn, change, words);
        if (rc != 0)
            return rc;
        done = put_change(conn, change, doc_u64(message, "edit_seq"));
    }
    return done < 0 ? (int)done : 0;
}

/* What waited in the edit is where it belongs, or nowhere any more. */
static int drop_words(struct store_conn *conn, const struct event *edit)
{
    struct key2 key = key2(edit->room.v, edit->seq);
    int64_t met = db_update(conn, EVENTS, BCON_NEW("_id", KEY(key)),
                            BCON_NEW("$unset", "{", "words", BOOL(true), "}"), false);
    return met < 0 ? (int)met : 0;
}

int mongo_change_message(struct store_conn *conn, const struct event *change)
{
    /* An edit that was done already has no words left: it is not to empty the message. */
    if (change->type == EVENT_MESSAGE_UPDATED && change->payload.len == 0)
        return 0;
    int rc = change_message(conn, change);
    if (rc == 0 && change->type == EVENT_MESSAGE_UPDATED)
        return drop_words(conn, change);
    if (rc == 0)
        rc = forget_versions(conn, change);
    if (rc == 0)
        rc = mongo_poll_forget(conn, change);
    return rc == 0 ? mongo_marks_forget(conn, change) : rc;
}

int mongo_versions(struct store_conn *conn, room_id room, uint64_t message, uint64_t after,
                   int64_t now, size_t limit, struct arena *arena, struct version_list *out)
{
    bson_t *filter = versions_of(room, message, after);
    BCON_APPEND(filter, "keep_until", "{", "$gt", I64(now), "}", "content", "{", "$ne",
                BLOB(STR("")), "}");
    OWN(mongoc_cursor_destroy)
    mongoc_cursor_t *rows = db_find(conn, VERSIONS, filter, sorted("_id", 1, limit));
    OWN(buf_deinit) struct buf found = BUF_INIT;
    const bson_t *doc;
    int rc;
    while ((rc = db_next(conn, rows, &doc)) == 1) {
        struct version version = {.seq = doc_u64(doc, "seq"),
                                  .replaced_at = doc_i64(doc, "at"),
                                  .content = doc_text(doc, "content", arena)};
        buf_put(&found, &version, sizeof(version));
    }
    if (rc < 0)
        return rc;
    out->count = found.len / sizeof(struct version);
    out->items = rows_to_arena(&found, arena);
    return 0;
}

int mongo_versions_keep_for(struct store_conn *conn, room_id room, int64_t seconds)
{
    struct key3 from = key3(room.v, 0, 0), to = key3(room.v, INT64_MAX, INT64_MAX);
    int64_t met =
        db_update_many(conn, VERSIONS, BCON_NEW("_id", "{", "$gt", KEY(from), "$lte", KEY(to), "}"),
                       BCON_NEW("0", "{", "$set", "{", "keep_until", "{", "$min", "[",
                                BCON_UTF8("$keep_until"), "{", "$add", "[", BCON_UTF8("$at"),
                                I64(seconds * 1000), "]", "}", "]", "}", "}", "}"));
    return met < 0 ? (int)met : 0;
}

int mongo_versions_clean(struct store_conn *conn, int64_t now)
{
    return db_delete(conn, VERSIONS, BCON_NEW("keep_until", "{", "$lte", I64(now), "}"));
}
