#include <errno.h>

#include "store/mongo/mongo_rows.h"
#include "store/overtaken.h"

/* What events do to rows elsewhere. The rows first, each where it is older than the event; then, when
 * a majority has them, the room's end. So whoever reads up to the end finds all of it done, and what a
 * crash left between the two is done again, by anybody, from the end on. */

struct applying {
    struct store_conn *conn;
    struct db_bulk members, roots, rooms;
    struct gathered reactions, votes;
};

/* ---- members ----------------------------------------------------------------------------------- */

static bson_t *member_where(struct key2 key, uint64_t before, bool gone)
{
    return BCON_NEW("_id", KEY(key), "applied", "{", "$lt", U64(before), "}", "gone", BOOL(gone));
}

/* Who is there takes the role; who left comes again, muted and paced as they went; who never was gets a row. Of the three changes
 * one does something, since it makes the row as new as the event. */
static void put_member(struct applying *applying, room_id room, const struct projection *p)
{
    struct key2 key = key2(room.v, p->user.v);
    db_bulk_update(applying->conn, &applying->members, MEMBERS, member_where(key, p->seq, false),
                   BCON_NEW("$set", "{", "role", I64(p->role), "applied", U64(p->seq), "}"), false);
    db_bulk_update(applying->conn, &applying->members, MEMBERS, member_where(key, p->seq, true),
                   BCON_NEW("$set", "{", "role", I64(p->role), "gone", BOOL(false), "joined_at",
                            I64(p->at), "joined_seq", U64(p->seq), "read_seq", U64(p->seq),
                            "read_count", U64(p->count), "from_seq", U64(p->from_seq), "applied",
                            U64(p->seq), "}"),
                   false);
    db_bulk_update(applying->conn, &applying->members, MEMBERS, BCON_NEW("_id", KEY(key)),
                   BCON_NEW("$setOnInsert", "{", "room", U64(room.v), "user", U64(p->user.v),
                            "role", I64(p->role), "gone", BOOL(false), "joined_at", I64(p->at),
                            "joined_seq", U64(p->seq), "read_seq", U64(p->seq), "read_count",
                            U64(p->count), "from_seq", U64(p->from_seq), "applied", U64(p->seq),
                            "}"),
                   true);
    if (p->from_seq)
        db_bulk_update(applying->conn, &applying->rooms, ROOMS, BCON_NEW("_id", U64(room.v)),
                       BCON_NEW("$max", "{", "newest_from", U64(p->from_seq), "}"), false);
}

static void remove_member(struct applying *applying, room_id room, const struct projection *p)
{
    struct key2 key = key2(room.v, p->user.v);
    bson_t *guest = member_where(key, p->seq, false);
    BSON_APPEND_INT64(guest, "role", ROLE_GUEST);
    db_bulk_update(applying->conn, &applying->members, MEMBERS, guest,
                   BCON_NEW("$set", "{", "gone", BOOL(true), "applied", U64(p->seq), "}"), false);
    db_bulk_update(
        applying->conn, &applying->members, MEMBERS, member_where(key, p->seq, false),
        BCON_NEW("$set", "{", "gone", BOOL(true), "role", I64(0), "applied", U64(p->seq), "}"),
        false);
}

static void mute(struct applying *applying, room_id room, const struct projection *p)
{
    struct key2 key = key2(room.v, p->user.v);
    db_bulk_update(applying->conn, &applying->members, MEMBERS, member_where(key, p->seq, false),
                   BCON_NEW("$set", "{", "muted_until", I64(p->at), "applied", U64(p->seq), "}"),
                   false);
}

static bool overtaken(const struct appended *room, size_t at, overtakes_fn *overtakes)
{
    _Static_assert(offsetof(struct logged, event) == 0, "what is_overtaken() takes");
    return is_overtaken(&room->items[at], room->count - at, sizeof(room->items[at]), overtakes);
}

/* Whoever writes has read what was there. No entry in their feed: the message says it itself. */
static void move_marker(struct applying *applying, const struct event *event)
{
    if (event_is_answer(event)) {
        struct key2 key = key2(event->room.v, event->sender.v);
        db_bulk_update(applying->conn, &applying->members, MEMBERS,
                       BCON_NEW("_id", KEY(key), "gone", BOOL(false)),
                       BCON_NEW("$max", "{", "sent_at", I64(event->created_at), "}"), false);
        return;
    }
    db_bulk_update(applying->conn, &applying->members, MEMBERS,
                   mongo_marker_behind(event->room, event->sender, event->seq),
                   BCON_NEW("$set", "{", "read_seq", U64(event->seq), "read_count",
                            U64(event->count), "sent_at", I64(event->created_at), "}"),
                   false);
}

/* ---- rooms --------------------------------------------------------------------------------------- */

static void make_room(struct applying *applying, room_id room, const struct projection *p)
{
    OWN(bson_destroy)
    bson_t *row = BCON_NEW(
        "kind", I64(p->room_kind), "name", TEXT(applying->conn, p->change.name), "creator",
        U64(p->user.v), "at", I64(p->at), "first_seq", I64(1), "history",
        I64(p->change.edit_history_s), "topic", TEXT(applying->conn, p->change.topic),
        "permissions", U64(p->change.permissions), "slow_mode", I64(p->change.slow_mode_s),
        "locked", I64(p->change.locked), "archived", I64(p->change.archived), "public",
        BOOL(p->change.is_public > 0), "approval", I64(p->change.by_approval), "changed",
        U64(p->seq), "member_count", I64(0), "applied", I64(0), "first_count", I64(0), "first_at",
        I64(p->at), "from_joining", I64(p->change.from_joining > 0), "newest_from", I64(0),
        "retention", I64(p->change.retention_s > 0 ? p->change.retention_s : 0), "stub_seq", I64(1),
        "ages", BOOL(p->change.retention_s > 0));
    if (p->change.newcomers > 0)
        BCON_APPEND(row, "newcomers", I64(p->change.newcomers));
    if (p->room_kind == ROOM_GROUP)
        mongo_list(applying->conn, &p->change, row);
    db_bulk_update(applying->conn, &applying->rooms, ROOMS, BCON_NEW("_id", U64(room.v)),
                   BCON_NEW("$setOnInsert", BCON_DOCUMENT(row)), true);
}

/* -1 leaves it as it is. */
static void set_if(bson_t *values, const char *field, int64_t value)
{
    if (value >= 0)
        bson_append_int64(values, field, -1, value);
}

static int change_room(struct applying *applying, room_id room, const struct projection *p)
{
    const struct room_change *change = &p->change;
    bson_t *values = BCON_NEW("changed", U64(p->seq));
    if (change->name.ptr)
        BCON_APPEND(values, "name", TEXT(applying->conn, change->name));
    if (change->topic.ptr)
        BCON_APPEND(values, "topic", TEXT(applying->conn, change->topic));
    if (change->permissions)
        BCON_APPEND(values, "permissions", U64(change->permissions));
    set_if(values, "history", change->edit_history_s);
    set_if(values, "slow_mode", change->slow_mode_s);
    set_if(values, "locked", change->locked);
    set_if(values, "archived", change->archived);
    set_if(values, "approval", change->by_approval);
    set_if(values, "newcomers", change->newcomers);
    set_if(values, "from_joining", change->from_joining);
    set_if(values, "retention", change->retention_s);
    set_if(values, "held", change->held);
    if (change->retention_s > 0)
        BCON_APPEND(values, "ages", BOOL(true));
    if (change->is_public >= 0)
        BCON_APPEND(values, "public", BOOL(change->is_public > 0));
    if (change->name.ptr && change->topic.ptr)
        mongo_list(applying->conn, change, values);
    db_bulk_update(applying->conn, &applying->rooms, ROOMS,
                   BCON_NEW("_id", U64(room.v), "changed", "{", "$lt", U64(p->seq), "}"),
                   BCON_NEW("$set", BCON_DOCUMENT(values)), false);
    bson_destroy(values);
    int rc = mongo_filter_put(applying->conn, room, p);
    if (rc != 0 || change->edit_history_s < 0)
        return rc;
    return mongo_versions_keep_for(applying->conn, room, change->edit_history_s);
}

/* The two of a direct room are there from its first events on. */
static void put_pair(struct applying *applying, room_id room, const struct projection *p)
{
    enum { FIRST_EVENTS = 3 };
    if (p->seq > FIRST_EVENTS)
        return;
    db_bulk_update(applying->conn, &applying->rooms, ROOMS,
                   BCON_NEW("_id", U64(room.v), "kind", I64(ROOM_DIRECT)),
                   BCON_NEW("$addToSet", "{", "pair", U64(p->user.v), "}"), false);
}

static int project(struct applying *applying, room_id room, const struct projection *p)
{
    switch (p->kind) {
    case PROJECT_ROOM:
        make_room(applying, room, p);
        return mongo_filter_put(applying->conn, room, p);
    case PROJECT_CHANGE:
        return change_room(applying, room, p);
    case PROJECT_MEMBER:
        put_member(applying, room, p);
        put_pair(applying, room, p);
        return 0;
    case PROJECT_MEMBER_GONE:
        remove_member(applying, room, p);
        return 0;
    case PROJECT_MUTE:
        mute(applying, room, p);
        return 0;
    case PROJECT_BAN:
        return mongo_ban(applying->conn, room, p);
    case PROJECT_LINK:
    case PROJECT_LINK_USED:
    case PROJECT_LINK_REVOKED:
        return mongo_link(applying->conn, room, p);
    case PROJECT_REQUEST:
    case PROJECT_REQUEST_CLOSED:
        return mongo_request(applying->conn, room, p);
    default:
        REQUIRE(!"a projection of a known kind");
    }
    return 0;
}

/* ---- events ------------------------------------------------------------------------------------- */

static int apply_gathered(struct applying *applying)
{
    int rc = mongo_reactions_apply(applying->conn, &applying->reactions);
    return rc == 0 ? mongo_votes_apply(applying->conn, &applying->votes) : rc;
}

/* What is on a message: reactions and votes together with others, unless it ends what they are about. */
static int mark(struct applying *applying, const struct event *event)
{
    int rc = 0;
    switch (event->type) {
    case EVENT_REACTION_ADDED:
    case EVENT_REACTION_REMOVED:
        mongo_gather(&applying->reactions, event);
        return 0;
    case EVENT_POLL_VOTED:
        mongo_gather(&applying->votes, event);
        return 0;
    case EVENT_MESSAGE_PINNED:
    case EVENT_MESSAGE_UNPINNED:
        return mongo_pin(applying->conn, event);
    case EVENT_MESSAGE_DELETED:
    case EVENT_POLL_CLOSED:
        rc = apply_gathered(applying);
        break;
    default:
        break;
    }
    return rc == 0 ? mongo_poll_apply(applying->conn, event) : rc;
}

static int apply_event(struct applying *applying, const struct appended *room, size_t at)
{
    const struct logged *logged = &room->items[at];
    int rc = mark(applying, logged->event);
    if (rc == 0 && event_changes_message(logged->event))
        rc = mongo_change_message(applying->conn, logged->event);
    else if (event_is_answer(logged->event) && !overtaken(room, at, overtakes_answer))
        mongo_answer(applying->conn, &applying->roots, logged->event);
    for (size_t i = 0; rc == 0 && i < logged->projection_count; i++)
        rc = project(applying, room->room, &logged->projections[i]);
    if (rc == 0 && !event_is_message(logged->event))
        rc = mongo_audit(applying->conn, logged->event);
    if (rc == 0 && event_is_message(logged->event) && !overtaken(room, at, overtakes_marker))
        move_marker(applying, logged->event);
    return rc;
}

static bool changes_members(const struct appended *room)
{
    for (size_t i = 0; i < room->count; i++)
        for (size_t j = 0; j < room->items[i].projection_count; j++) {
            enum projection_kind kind = room->items[i].projections[j].kind;
            if (kind == PROJECT_MEMBER || kind == PROJECT_MEMBER_GONE)
                return true;
        }
    return false;
}

/* Members are counted where they may have changed, after their rows stand. */
static int move_end(struct applying *applying, const struct appended *room)
{
    const struct event *last = room->items[room->count - 1].event;
    bson_t *values = BCON_NEW("applied", U64(last->seq), "last_count", U64(last->count), "last_at",
                              I64(last->created_at));
    int64_t members = 0;
    if (changes_members(room)) {
        members =
            db_count(applying->conn, MEMBERS, mongo_members_present(room->room, (user_id){0}));
        BCON_APPEND(values, "member_count", I64(members));
    }
    db_bulk_update(applying->conn, &applying->rooms, ROOMS,
                   BCON_NEW("_id", U64(room->room.v), "applied", "{", "$lt", U64(last->seq), "}"),
                   BCON_NEW("$set", BCON_DOCUMENT(values)), false);
    bson_destroy(values);
    return members < 0 ? (int)members : 0;
}

int mongo_apply(struct store_conn *conn, const struct appended *rooms, size_t count)
{
    struct applying applying = {.conn = conn};
    int rc = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; rc == 0 && j < rooms[i].count; j++)
            rc = apply_event(&applying, &rooms[i], j);
    if (rc == 0)
        rc = apply_gathered(&applying);
    if (rc == 0)
        rc = db_bulk_run(conn, &applying.members);
    if (rc == 0)
        rc = db_bulk_run(conn, &applying.roots);
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = move_end(&applying, &rooms[i]);
    if (rc == 0)
        rc = db_bulk_run(conn, &applying.rooms);
    mongo_gathered_drop(&applying.reactions);
    mongo_gathered_drop(&applying.votes);
    db_bulk_free(&applying.members);
    db_bulk_free(&applying.roots);
    db_bulk_free(&applying.rooms);
    return rc;
}
