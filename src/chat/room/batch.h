/* batch.h - the events that go to the store together: numbered, with the acts that caused them.
 * Owns:   its events; the acts are borrowed and leave when they are answered.
 * Thread: the home's. Private to chat. */
#pragma once

#include "chat/act.h"
#include "chat/room/live_room.h"
#include "search/search.h"

struct batch_entry {
    struct act *act;
    size_t first, count; /* its events */
};

struct batch {
    struct append append;        /* events and projections are ours, as arrays that grow */
    struct search_change change; /* of what is durable */
    struct live_room *live;
    struct batch_entry *entries;
    size_t entry_count, entry_cap, event_cap, projection_cap;
    bool changes_members;          /* nothing may be judged behind it before it is durable */
    uint64_t last_seq, last_count; /* behind the batch's last event */
    int64_t last_at;
};

enum { BATCH_EVENTS = 512 }; /* of single messages; one act may have more */

struct batch *batch_new(struct live_room *live, int64_t now) MUST_USE;
void batch_free(struct batch *batch); /* NULL is fine */
bool batch_is_full(const struct batch *batch);

/* The act's events follow, by batch_add(). */
void batch_begin(struct batch *batch, struct act *act);
/* Numbers it: seq, count, created_at. Texts are copied. Returns it, to be read. */
const struct event *batch_add(struct batch *batch, const struct event *columns);
void batch_project(struct batch *batch, const struct projection *projection);
/* For an event that changes a message: the message as it is after it, for those who are told. */
void batch_show(struct batch *batch, const struct event *message);
/* Does what is durable of it edit or delete a message? */
bool batch_changes_messages(const struct batch *batch);
/* Does it change this message already? */
bool batch_touches(const struct batch *batch, uint64_t message);
/* The last answer in this thread; NULL: it has none. */
const struct event *batch_last_answer(const struct batch *batch, uint64_t root);
/* The last vote in this poll; NULL: it has none. */
const struct event *batch_last_vote(const struct batch *batch, uint64_t poll);
/* Has it an event of this one about this poll: their vote, or (0) that it is closed? */
bool batch_polls(const struct batch *batch, uint64_t poll, user_id voter);
bool batch_has_message_of(const struct batch *batch, user_id user);
/* Has it an event of this person about this message with this emoji (empty: anybody's, about its
 * pin)? */
bool batch_marks(const struct batch *batch, uint64_t message, user_id user, struct str emoji);
/* How many more people have this emoji on the message behind it; may be less than nothing. Emoji
 * empty: how many more pins there are, message 0: in the room. */
int64_t batch_count(const struct batch *batch, uint64_t message, struct str emoji);
