/* room.h - a conversation and who is in it, as projected from its log.
 * Texts and lists are borrowed from the arena of whoever read them. */
#pragma once

#include "core/str.h"
#include "model/ids.h"
#include "model/user.h"

enum room_kind { /* stored: never renumber */
                 ROOM_DIRECT = 1,
                 ROOM_GROUP = 2,
};

enum role { /* stored: never renumber */
            ROLE_NONE = 0,
            ROLE_MEMBER = 1,
            ROLE_OWNER = 2,
};

struct room {
    room_id id;
    enum room_kind kind;
    struct str name; /* plain text; empty for direct rooms */
    user_id creator;
    int64_t created_at;
    uint64_t first_seq;  /* 1 unless old events were pruned */
    uint64_t last_seq;   /* 0 only for a room that does not exist */
    uint64_t last_count; /* `count` of the last event */
    int64_t last_at;     /* created_at of the last event */
    uint64_t member_count;
};

struct member {
    user_id user;
    enum role role;
    int64_t joined_at;
    uint64_t joined_seq;
    uint64_t read_seq, read_count; /* the read marker, and `count` at it */
};

struct member_list {
    struct member *items;
    size_t count;
};

/* A room as one of its members sees it. unread = room.last_count - read_count. */
struct room_view {
    struct room room;
    uint64_t read_seq, read_count;
    enum role role;
    struct user peer; /* the other one of a direct room; id 0 otherwise */
};

struct room_view_list {
    struct room_view *items;
    size_t count;
};
