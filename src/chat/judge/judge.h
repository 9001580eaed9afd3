/* judge.h - the rules: what an act does to a room, given what is durable.
 * Computes only; nothing is sent, stored or changed here but the batch that is being built.
 * Thread: the home's. Private to chat. */
#pragma once

#include "chat/room/batch.h"
#include "chat/room/live_room.h"
#include "core/limits.h"

enum verdict {
    VERDICT_APPEND, /* its events are in the batch */
    VERDICT_WAIT,   /* depends on what the batch would change: judge again after it */
    VERDICT_LOOK,   /* the message that it is about must be read first, with no batch under way */
    VERDICT_REFUSE, /* act->problem says why; a nonce that is stored still gets its event */
    VERDICT_ANSWER, /* answered as it is: nothing to store */
    VERDICT_MARKER, /* the marker of what is read or delivered moves to act->seq */
    VERDICT_SIGNAL, /* told to others, not stored */
};

/* Is it about something that is to be read before the verdict? */
bool judge_looks(const struct act *act);

/* Is it about links, or a person of whom the room may know something though they are not in it? */
bool judge_looks_back(const struct act *act);

/* Can the event have come from such an act? */
bool judge_made(const struct act *act, const struct event *event);

enum verdict judge(struct live_room *live, struct act *act, struct batch *batch,
                   const struct limits *limits);
