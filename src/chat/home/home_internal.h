/* home_internal.h - the steps that a room's home takes, each in a file of its own. Nobody outside
 * these includes this. Thread: the home's. */
#pragma once

#include "chat/chat_internal.h"
#include "chat/room/batch.h"

/* The room's next step, whatever has just come back. Behind it the room may be gone. */
void home_advance(struct live_room *live);

/* The act goes back to who asked. */
void home_answer(struct act *act);
/* Its event stands: who is to follow the thread that it is in does from now on, before it goes back. */
void home_answer_sent(struct live_room *live, struct act *act);
void home_answer_err(struct act *act, enum err err);
void home_answer_queue(struct live_room *live, enum err err);

/* Answers with the event that has the act's nonce; without one, with act->problem. */
void home_look_up(struct live_room *live, struct act *act);

/* Moves one's read marker, and tells whom it concerns. */
void home_marker(struct live_room *live, struct act *act);

/* Reads what the next acts in the queue are about, all at once: so they share a batch; and the room's filter, where it
 * is away. Until it is back nothing is appended, and what was read is what stands. */
void home_look(struct live_room *live);

/* Reads the room, and of a doubtful one what was appended after all, which is told then. */
void home_read_room(struct live_room *live);

/* On a store thread: the filter of the room, compiled; it takes the place of what is there. NULL: there is none. */
int home_read_filter(struct store_conn *conn, room_id room, struct filter **out);

/* The room's last event, as it was read: where it is the first of two and the other is missing, that comes
 * before all that waits. */
void home_repair(struct live_room *live, const struct event *last);

/* The done of a batch's append. */
void home_batch_is_durable(struct store_job *job);

/* What one act did, or what a batch did of which we know only now: to this server's people. Where there are
 * other servers, each event once and in the order of the log: what was told is left out, and where something is
 * missing before it the room is behind, which reads and tells all. */
void home_tell(struct live_room *live, struct event **events, size_t count);

/* The log of the room has more than was told: it is read as soon as nothing of it is under way. */
void home_is_behind(struct home *home, room_id room);

/* ---- where there are other servers: home_follow.c ---------------------------------------------- */

struct follow *follow_new(void) MUST_USE;
void follow_free(struct follow *follow); /* NULL is fine */
/* The last event that this server's people were told; false: nobody is followed there. */
bool follow_told(const struct home *home, room_id room, uint64_t *out);
void follow_set_told(struct home *home, room_id room, uint64_t seq);
/* What was pruned before it was told is not missing: those people are told what comes from first_seq on. */
void follow_skip(struct home *home, room_id room, uint64_t first_seq);
/* These events of ours are durable: the other servers may know. */
void follow_announce(struct live_room *live, struct event **events, size_t count);
/* Reads what a room that is behind was not told; until it is back nothing of it is judged. */
void home_follow(struct live_room *live);
/* The handover under way has this event, or not; all that was to be read was, or could not be. There is one, and
 * behind the second perhaps none. Who calls it advances the room. */
void home_handed_stands(struct live_room *live, struct event *event);
void home_handed_was_read(struct live_room *live, bool is_read);
/* False, and the act waits: the room is read as it stands now, and judged again. */
bool home_knows_enough(struct live_room *live, struct act *act);

/* ---- the leader of a contended room: home_hand.c, home_lead.c ----------------------------------- */

struct hands *hands_new(void) MUST_USE;
void hands_free(struct hands *hands); /* NULL is fine */
/* Another server took a place that we wanted, or the leader says that others write. */
void home_is_contended(struct live_room *live);
/* May it be handed over, where there is a leader? */
bool home_can_travel(const struct act *act);
/* Hands over what is at the front of the queue; false: it is judged here. */
bool home_hand_over(struct live_room *live);
/* Who types here is heard at the other servers before what they say. */
void home_tell_typing(struct live_room *live);

struct duties *duties_new(void) MUST_USE;
void duties_free(struct duties *duties); /* NULL is fine */
/* server: 0 for this one. */
void home_note_writer(struct live_room *live, uint64_t server);
/* It was handed over, and who did so waits no longer. */
bool home_has_lapsed(struct act *act);
