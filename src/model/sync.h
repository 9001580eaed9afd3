/* sync.h - what a client missed: question and answer of the sync command. */
#pragma once

#include "model/event.h"
#include "model/feed.h"
#include "model/room.h"

struct sync_seen { /* the client has seen this room up to seq */
    room_id room;
    uint64_t seq;
};

enum {
    SYNC_NEWEST = 20,    /* events of a room that was not named for which a client may always ask */
    SYNC_LATE_MOST = 32, /* rooms that a cursor names */
    /* bytes: a room and a number; a room that is told in part and two numbers; the late ones */
    SYNC_CURSOR_MAX = 32 + 56 + SYNC_LATE_MOST * 12,
};

struct sync_query {
    struct sync_seen *seen; /* sorted by room, each once */
    size_t seen_count;
    uint64_t rev;
    size_t limit;  /* events of a room that was named: the oldest ones that were not seen */
    size_t newest; /* events of one that was not */
    bool only;
    room_id after,
        through;       /* rooms behind the one, up to the other; 0: from the first, to the last */
    struct str cursor; /* empty: the first page */
    size_t reserved;   /* bytes of the reply that the caller fills itself */
};

struct sync_room {
    struct room_view view;
    struct event_list events;
    struct event *
        last_message; /* the room's own newest one, where it was not named and no event is one; or NULL */
    bool has_more;
};

struct sync_answer {
    struct sync_room *rooms;
    size_t room_count;
    room_id *left;
    size_t left_count;
    struct feed_entry_list me;
    uint64_t rev;
    struct str next; /* empty: this was the last page */
};
