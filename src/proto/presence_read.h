/* presence_read.h - what somebody wants others to see of them: {choice, text, emoji, expires_in}.
 * What is absent is not kept: each is the whole of it.
 * Thread: any. */
#pragma once

#include "model/presence.h"
#include "proto/fields.h"

/* `now` in ms, for the end of what expires; choice `auto` where it is absent. */
struct presence presence_read(struct fields *fields, const struct limits *limits, int64_t now);
