/* schedule.h - messages that people want sent later: entries of their feeds until they are due, then acts
 * as if they came from the person. One worker looks, once a second; several servers may, since each
 * message keeps the nonce of its entry, so that sending it twice, or again after a crash, makes one.
 * Owns:   what it has under way; an entry goes away when the log has its message.
 * Thread: the worker's. Private to api. */
#pragma once

#include "chat/chat.h"
#include "proto/fields.h"

struct api;
struct schedule;

struct schedule *schedule_new(struct api *api) MUST_USE; /* begins to look */
void schedule_stop(
    struct schedule *schedule); /* looks no more; what is under way ends. NULL is fine */
void schedule_free(struct schedule *schedule); /* NULL is fine */

/* "value" of an entry to be put, with the time that it is due; query->family is set. */
void schedule_read_value(struct fields *fields, const struct limits *limits, struct query *query);
