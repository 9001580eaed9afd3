/* scheduled.h - a message that is to be sent later: what the value of an entry scheduled:ROOM.NONCE of a
 * person's feed says.
 * Owns:   texts lie in the arena of the fields.
 * Thread: any. */
#pragma once

#include "proto/fields.h"

struct scheduled {
    int64_t at;         /* ms */
    struct str content; /* canonical */
    struct mentions mentions;
    uint64_t reply_to; /* 0: none */
    bool refused;      /* it was due, and could not be sent */
    uint64_t thread;   /* 0: to the room itself */
};

/* The object "value": {at or delay_s, content, reply_to?, thread?}; a problem of `fields` if it is none. */
struct scheduled fields_scheduled(struct fields *fields, const struct limits *limits, int64_t now);
/* The same as it is kept. */
struct str scheduled_value(struct arena *arena, const struct scheduled *scheduled);
/* What was kept of one that had not been refused, with why it is now. */
struct str scheduled_refuse(struct arena *arena, struct str value, enum err problem);
/* What was kept; false: it cannot be sent any more, as *problem says. */
bool scheduled_read(struct arena *arena, struct str value, const struct limits *limits,
                    struct scheduled *out, struct problem *problem);
/* Room and nonce of a valid key. */
room_id scheduled_key(struct str key, struct str *nonce);
