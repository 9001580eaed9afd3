#include "store/mongo/mongo_rows.h"

/* The root of a thread tells how many answers it has, when the last came, and from whom. All of it is in
 * the answer's own row too, counted by the home: so the latest answer says it all, and an older one that
 * is carried out late changes nothing. */

void mongo_answer(struct store_conn *conn, struct db_bulk *roots, const struct event *answer)
{
    struct key2 key = key2(answer->room.v, answer->thread);
    OWN(bson_destroy)
    bson_t *values =
        BCON_NEW("answers", U64(answer->answers), "answered_at", I64(answer->created_at));
    mongo_put_answerers(values, answer);
    db_bulk_update(conn, roots, EVENTS,
                   BCON_NEW("_id", KEY(key), "type", I64(EVENT_MESSAGE_CREATED), "answers", "{",
                            "$not", "{", "$gte", U64(answer->answers), "}", "}"),
                   BCON_NEW("$set", BCON_DOCUMENT(values)), false);
}
