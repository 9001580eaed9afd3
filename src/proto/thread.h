/* thread.h - how far somebody has read a thread, from their own hand; and the threads they follow.
 * Thread: one. */
#pragma once

#include "model/thread.h"
#include "proto/fields.h"

/* "value" of an entry thread:ROOM.SEQ: an object with `read` and, or not, `off`; in its one form. */
struct str fields_thread_marker(struct fields *fields, bool *follows); /* "off": false was said */
void encode_threads(struct buf *out, const struct thread_view_list *threads, struct str next);
