/* home_internal.h - the steps that a room's home takes, each in a file of its own. Only these files include this one.
 * Thread: the home's. */
#pragma once

#include "chat/chat_internal.h"
#include "chat/room/batch.h"

/* Takes the room's next step, whatever has just come back. The room may be gone after this. */
void home_advance(struct live_room *live);

/* Sends the act back to its origin. */
void home_answer(struct act *act);
/* The act's event stands: the users who are to follow its thread are entered first, then the act goes back. */
void home_answer_sent(struct live_room *live, struct act *act);
void home_answer_err(struct act *act, enum err err);
void home_answer_queue(struct live_room *live, enum err err);

/* Answers with the event that has the act's nonce; if there is none, with act->problem. */
void home_look_up(struct live_room *live, struct act *act);

/* Moves the user's marker of what is read or delivered, and tells those whom it concerns. */
void home_marker(struct live_room *live, struct act *act);

/* Reads all that the next acts in the queue are about at once, so that they share a batch; and the room's filter, if it
 * is not in memory. Until the read is back the room appends nothing, so what was read still stands then. */
void home_look(struct live_room *live);

/* Reads the room. Of a doubtful room it also reads what was appended after all, and tells it. */
void home_read_room(struct live_room *live);

/* On a store thread: puts the room's filter, compiled, into *out, and frees what was there. NULL: the room has none. */
int home_read_filter(struct store_conn *conn, room_id room, struct filter **out);

/* `last` is the room's last event, as it was read. If it is the first of two, and the second is missing, an act that
 * appends the second goes to the front of the queue. */
void home_repair(struct live_room *live, const struct event *last);

/* The append's `done` of a batch. */
void home_batch_is_durable(struct store_job *job);

/* Tells this server's people events that one act appended, or a batch whose outcome is known only now. Where there are
 * other servers, each event is told once and in the order of the log: events that were told are left out; if one is
 * missing before these, the room is marked as behind, and reading the log tells them all. */
void home_tell(struct live_room *live, struct event **events, size_t count);

/* The room's log has more events than were told: it is read as soon as nothing of the room is under way. */
void home_is_behind(struct home *home, room_id room);

/* ---- where there are other servers: home_follow.c ---------------------------------------------- */

struct follow *follow_new(void) MUST_USE;
void follow_free(struct follow *follow); /* NULL is fine */
/* The last event that this server's people were told; false: this server does not follow the room. */
bool follow_told(const struct home *home, room_id room, uint64_t *out);
void follow_set_told(struct home *home, room_id room, uint64_t seq);
/* Events that were pruned before they were told are not missing: people are told the log from first_seq on. */
void follow_skip(struct home *home, room_id room, uint64_t first_seq);
/* These events, which this home appended, are durable: the other servers are told that they are there. */
void follow_announce(struct live_room *live, struct event **events, size_t count);
/* Reads the events that were not told yet of a room that is behind; until they are back nothing is judged there. */
void home_follow(struct live_room *live);
/* Two calls while the log is read for the handover that is under way. The first: this event was read, which may be that
 * of an act handed over. The second: all was read, or (is_read false) could not be; the handover may be over after this,
 * and the caller advances the room. */
void home_handed_stands(struct live_room *live, struct event *event);
void home_handed_was_read(struct live_room *live, bool is_read);
/* False: the room's log may be further than the home knows; the act waits, the log is read, and the act is judged again. */
bool home_knows_enough(struct live_room *live, struct act *act);

/* ---- the leader of a contended room: home_hand.c, home_lead.c ----------------------------------- */

struct hands *hands_new(void) MUST_USE;
void hands_free(struct hands *hands); /* NULL is fine */
/* Another server took a place in the log that this one wanted, or the leader says that other servers write. */
void home_is_contended(struct live_room *live);
/* Whether the act may be handed over, if there is a leader. */
bool home_can_travel(const struct act *act);
/* Hands over the acts at the front of the queue; false: they are judged here. */
bool home_hand_over(struct live_room *live);
/* Tells the other servers now who types in this room, before the messages of these users. */
void home_tell_typing(struct live_room *live);

struct duties *duties_new(void) MUST_USE;
void duties_free(struct duties *duties); /* NULL is fine */
/* A server wrote to the room; 0: this one. */
void home_note_writer(struct live_room *live, uint64_t server);
/* The act was handed over by another server, which waits for it no longer. */
bool home_has_lapsed(struct act *act);
