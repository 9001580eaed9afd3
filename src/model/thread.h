/* thread.h - who follows a thread, and how far they have read it: an entry of their feed, under
 * "thread:ROOM.SEQ", with the root's seq. Its value has one form, so that it is read without JSON. */
#pragma once

#include "core/arena.h"
#include "model/event.h"

#define FEED_THREAD STR_INIT("thread:")

struct thread_marker {
    uint64_t read; /* how many of its answers they have read */
    bool off;      /* they no longer follow it */
};

/* A thread that somebody follows. */
struct thread_view {
    struct event *root; /* as it stands now; a reference */
    uint64_t read;
};

struct thread_view_list {
    struct thread_view *items; /* in an arena */
    size_t count;
};

void thread_view_list_deinit(struct thread_view_list *list); /* drops the references */

struct str thread_key(struct arena *arena, room_id room, uint64_t root);
/* false: it is no key of a thread. */
bool thread_key_read(struct str key, room_id *room, uint64_t *root);
struct str thread_marker_print(struct arena *arena, const struct thread_marker *marker);
/* Of what thread_marker_print() made; false: it is nothing of the kind. */
bool thread_marker_read(struct str value, struct thread_marker *out);
