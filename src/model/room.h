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
    uint64_t edit_history_s; /* how long what was edited away is kept; 0: not at all */
};

/* What is set in a room; the rest stays as it is. */
struct room_change {
    struct str name;        /* ptr NULL: stays */
    int64_t edit_history_s; /* -1: stays */
};
#define ROOM_CHANGE_NONE ((struct room_change){.edit_history_s = -1})

/* Words that a message had before it was edited. */
struct version {
    uint64_t seq;        /* of the edit that replaced them */
    int64_t replaced_at; /* ms */
    struct str content;
};

struct version_list {
    struct version *items;
    size_t count;
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
    uint64_t mentions; /* messages past read_seq that mention the person, or everybody */
    enum role role;
    struct user peer; /* the other one of a direct room; id 0 otherwise */
};

struct room_view_list {
    struct room_view *items;
    size_t count;
};
