/* mongo_rows.h - what the files of this engine need of one another: documents read into structs, and
 * the parts of an append. Private to store/mongo; the rest of each noun is in store.h. */
#pragma once

#include <pthread.h>

#include "store/mongo/mongo_doc.h"

/* ---- people -------------------------------------------------------------------------------------- */

struct user mongo_user_read(const bson_t *doc, struct arena *arena);
/* What searches find them by; NULL: the display name is not UTF-8. */
bson_t *mongo_user_words(struct store_conn *conn, struct str username_key, struct str display_name)
    MUST_USE;
/* Who has a word that begins with `key`: of all people the first `most` that are met, or of these; in no order. */
int mongo_users_named(struct store_conn *conn, struct str key, size_t most, struct arena *arena,
                      user_id **out, size_t *count);
int mongo_users_named_of(struct store_conn *conn, struct str key, const struct member_list *members,
                         struct arena *arena, user_id **out, size_t *count);
/* Into a map of struct user in the arena, by id. */
int mongo_users_by_id(struct store_conn *conn, const user_id *ids, size_t count,
                      struct arena *arena, struct map *out);

/* ---- rooms ---------------------------------------------------------------------------------------- */

struct room mongo_room_read(const bson_t *doc, struct arena *arena);
/* Nothing of the room is older, ms. */
int64_t mongo_first_at(const bson_t *room);
/* What groups are found by, of one whose name and topic are both given: fields of its row. */
void mongo_list(struct store_conn *conn, const struct room_change *change, bson_t *values);
/* The same of groups that an older program made, and that were never public: many with each command. */
int mongo_list_all(struct store_conn *conn);

/* ---- the log ------------------------------------------------------------------------------------- */

/* An event and what it does to the projections, as it is in the log. */
struct logged {
    struct event *event;
    const struct projection *projections;
    size_t projection_count;
};

/* EVENTS row; one reference. What a reader gets. */
struct event *mongo_event_read(const bson_t *doc) MUST_USE;
/* The row of an event with the projections that are its own; freed by the caller. */
bson_t *mongo_event_row(const struct logged *logged) MUST_USE;
/* What a poll asks, and a vote, as they wait in the log to be carried out; and back again. */
void mongo_put_poll(bson_t *row, const struct event *event);
void mongo_read_poll(const bson_t *row, struct event *columns, struct vote *vote);
/* answered_by of a root or of an answer. */
void mongo_put_answerers(bson_t *row, const struct event *answer);
/* The same back again, with the words of an edit that was not carried out yet; texts of projections
 * are in the arena. */
struct logged mongo_logged_read(const bson_t *doc, struct arena *arena) MUST_USE;
/* Events of a room in (after, through]: a filter. */
bson_t *mongo_events_between(room_id room, uint64_t after, uint64_t through) MUST_USE;
/* seq of the last event there is, done or not; 0: none. */
int mongo_last_seq(struct store_conn *conn, room_id room, uint64_t *out);

/* ---- how far a room is done ------------------------------------------------------------------------ */

/* The last event of which all is done that it does to rows elsewhere; those behind it are not shown
 * yet, nor acknowledged. A job sees every room as it was when it first asked. seq 0: no such room. */
struct log_end {
    uint64_t seq, count;
    int64_t at;
    uint64_t first_seq, first_count; /* as of struct log_bounds, where the log begins */
    int64_t first_at;
    uint64_t retention_s;
};
int mongo_log_end(struct store_conn *conn, room_id room, struct log_end *out);
/* The same of many rooms, which mongo_log_end() then knows: two questions for each 200 of them. */
int mongo_log_ends(struct store_conn *conn, const room_id *rooms, size_t count);

/* What all connections of a store share: the rooms of which this process knows that whoever appended
 * to them before has finished, or is at it. Thread: any. */
struct mongo_shared {
    pthread_mutex_t lock;
    struct map finished;
    uint64_t
        knows_for_ms; /* 0: for ever, as nobody else writes; else another server may have died since */
};
void mongo_shared_init(struct mongo_shared *shared, uint64_t knows_for_ms);
void mongo_shared_deinit(struct mongo_shared *shared);
bool mongo_is_finished(struct mongo_shared *shared, room_id room);
/* Something may stand in its log that nobody carried out: whoever reads it next does. */
void mongo_unfinish(struct mongo_shared *shared, room_id room);

/* Does what a crash left undone; *seq is then the room's last event. Not inside a transaction. */
int mongo_catch_up(struct store_conn *conn, room_id room, uint64_t *seq);
/* Ends the pruning of a room that a server left in the middle. */
int mongo_clear_rest(struct store_conn *conn, room_id room);

/* ---- what events do to rows elsewhere ---------------------------------------------------------------- */

/* All of them done, in the order of the log, before the room's end moves: everything here may be done
 * twice, by several servers at once, and an older event never overwrites a newer one. */
struct appended {
    room_id room;
    struct logged *items; /* the first follows the room's end */
    size_t count;
};
int mongo_apply(struct store_conn *conn, const struct appended *rooms, size_t count);

/* Somebody asks to be let in, or that is decided. */
/* The rules that a change of the room holds, if it does. */
int mongo_filter_put(struct store_conn *conn, room_id room, const struct projection *projection);
int mongo_request(struct store_conn *conn, room_id room, const struct projection *projection);
/* Writes down an act of keeping the peace; what else it is, nothing. */
int mongo_audit(struct store_conn *conn, struct event *event);
/* Two transactions that each leave an administrator, seen alone, do not stand both. */
int mongo_admins_change(struct store_conn *conn);
/* Makes, uses or revokes a link. */
int mongo_link(struct store_conn *conn, room_id room, const struct projection *projection);
/* Keeps somebody out until projection->at, or no longer. */
int mongo_ban(struct store_conn *conn, room_id room, const struct projection *projection);
/* What the root of a thread knows of an answer: one more of the bulk. */
void mongo_answer(struct store_conn *conn, struct db_bulk *roots, const struct event *answer);
/* What was voted in polls that an older program deleted goes out of the log, too. May be done twice. */
int mongo_polls_forget_votes(struct store_conn *conn);
/* A message that is there, as what is deleted holds nothing: a filter. */
bson_t *mongo_is_message(void) MUST_USE;
/* Edits and deletions; pins. */
int mongo_change_message(struct store_conn *conn, const struct event *change);
int mongo_pin(struct store_conn *conn, const struct event *event);

/* Events whose writes go together, a few commands for all of them; borrowed. Before what ends that which they
 * are about. */
struct gathered {
    struct buf events; /* struct event * */
    struct buf there;  /* struct key2: those of their targets that are there */
};
void mongo_gather(struct gathered *gathered, const struct event *event);
size_t mongo_gathered_count(const struct gathered *gathered);
const struct event *mongo_gathered_at(const struct gathered *gathered, size_t at);
void mongo_gathered_drop(struct gathered *gathered);
/* Which of their targets are rows that the filter, which is taken, lets through. */
int mongo_gathered_look(struct store_conn *conn, struct gathered *gathered, enum collection in,
                        bson_t *filter);
bool mongo_has_target(const struct gathered *gathered, const struct event *event);

/* Carries out what was gathered, and empties it. */
int mongo_reactions_apply(struct store_conn *conn, struct gathered *reactions);
int mongo_votes_apply(struct store_conn *conn, struct gathered *votes);
/* A message that asks, or the end of a poll. */
int mongo_poll_apply(struct store_conn *conn, const struct event *event);
int mongo_poll_forget(struct store_conn *conn, const struct event *deletion);
int mongo_marks_forget(struct store_conn *conn, const struct event *deletion);
/* What a room keeps from now on is not longer than this, what it has kept neither. */
int mongo_versions_keep_for(struct store_conn *conn, room_id room, int64_t seconds);
int mongo_versions_clean(struct store_conn *conn, int64_t now);

/* A member's read marker, where it is behind; and its change. */
bson_t *mongo_marker_behind(room_id room, user_id user, uint64_t read_seq) MUST_USE;
bson_t *mongo_marker_at(uint64_t read_seq, uint64_t read_count) MUST_USE;
/* Rows of a room's members, gone ones too: a filter on _id, behind `after`. */
bson_t *mongo_members_present(room_id room, user_id after) MUST_USE;
