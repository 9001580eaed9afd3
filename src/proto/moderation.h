/* moderation.h - why and for how long something is done to a person, read from a body or a command,
 * and the same as the payload of the event.
 * Owns:   texts point into what the fields do, payloads into their arena.
 * Thread: any. */
#pragma once

#include "proto/encode.h"
#include "proto/fields.h"

/* {"reason"}, or empty where none is given. */
struct str moderation_reason(struct fields *fields, const struct limits *limits);
/* {"seconds", "uses"}, or empty: 0 of both, for ever and for any number. */
struct str moderation_link(struct fields *fields, const struct limits *limits, uint64_t *seconds,
                           uint64_t *uses);
/* What such a payload says. */
void moderation_link_made(struct arena *arena, struct str payload, uint64_t *seconds,
                          uint64_t *uses);
/* What somebody says who asks to be let in; empty: nothing. */
struct str moderation_request(struct fields *fields, const struct limits *limits);
/* {"link"} */
struct str moderation_by_link(struct arena *arena, uint64_t link);
/* How far back messages are deleted: the time that `seconds` names, ms, or 0: `all` of them. One of the two
 * must be given, so that nothing left out by mistake deletes everything; else a problem, unless there is one. */
enum { MODERATION_SECONDS_MOST = 1000000000 };
int64_t moderation_since(uint64_t seconds, bool all, int64_t now, struct problem *problem);
/* {"seconds", "reason"}, or empty: 0 seconds, for good, and no reason. */
struct str moderation_ban(struct fields *fields, const struct limits *limits, uint64_t *seconds);
/* The same, and the reason itself. */
struct str moderation_suspension(struct fields *fields, const struct limits *limits,
                                 uint64_t *seconds, struct str *reason);
/* What an administrator does to a group, at least one thing; *owner: its new one, or 0. */
struct oversight moderation_oversight(struct fields *fields, const struct limits *limits,
                                      user_id *owner);
/* {"by_server", "reason"}: an administrator deletes a message. */
struct str moderation_deletion(struct fields *fields, const struct limits *limits);
/* {"seconds", "reason"}; 0 seconds after an error. */
struct str moderation_mute(struct fields *fields, const struct limits *limits, uint64_t *seconds);
