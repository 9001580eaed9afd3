/* poll.h - content of the type `poll`: {"type": "poll", "text", "options", "multiple"?, "anonymous"?,
 * "closes_at"?}; and what of it the server looks at.
 * Thread: any. */
#pragma once

#include "core/arena.h"
#include "core/limits.h"
#include "json/writer.h"
#include "model/poll.h"
#include "model/problem.h"
#include "proto/fields.h"

struct json;

/* Checks and writes the fields behind the type; false, with *problem set, if they are wrong. That its time
 * is still to come is for the room's home to say. */
bool poll_write(const struct json *content, struct arena *arena, const struct limits *limits,
                struct problem *problem, struct json_writer *writer);

/* What canonical content asks; options 0: it is no poll. */
struct poll content_poll(struct str canonical, struct arena *arena);
/* What it asks and can be answered, in lines; STR_NONE: it is no poll. */
struct str poll_words(struct str canonical, struct arena *arena);

/* "choices" and "base"?: options counted from 0, each below POLL_OPTIONS_MAX. That the poll has them is for the
 * room's home to say. */
struct ballot fields_ballot(struct fields *fields);
