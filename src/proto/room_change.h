/* room_change.h - what a client wants to set in a room, read from a body or a command.
 * Owns:   texts point into what the fields do.
 * Thread: any. */
#pragma once

#include "model/room.h"
#include "proto/fields.h"

/* What is not there stays (ROOM_CHANGE_NONE); the problem is in the fields. */
/* How long what is said is kept, 0 for ever or as long as the server allows; -1 if it is not there. */
int64_t room_retention_read(struct fields *fields, const struct limits *limits);
struct room_change room_change_read(struct fields *fields, const struct limits *limits);
/* What is to be set in a room that is there, and the same as the payload of its event: something, or
 * the problem says so. */
void room_change_read_act(struct fields *fields, const struct limits *limits,
                          struct room_change *change, struct str *payload);
