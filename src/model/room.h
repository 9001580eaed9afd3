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

enum role { /* stored: never renumber. What they may do is in permission.h */
            ROLE_NONE = 0,
            ROLE_MEMBER = 1,
            ROLE_OWNER = 2, /* one in each group that has members */
            ROLE_GUEST = 3,
            ROLE_MODERATOR = 4,
            ROLE_ADMIN = 5,
};

struct room {
    room_id id;
    enum room_kind kind;
    struct str name;  /* plain text; empty for direct rooms */
    struct str topic; /* plain text; empty: none */
    user_id creator;
    int64_t created_at;
    uint64_t first_seq;   /* 1 unless old events were pruned; last_seq + 1 where all of them were */
    uint64_t first_count; /* `count` of the event before that one; 0: none */
    int64_t first_at;     /* nothing that is kept is older, ms */
    uint64_t last_seq;    /* 0 only for a room that does not exist */
    uint64_t last_count;  /* `count` of the last event */
    int64_t last_at;      /* created_at of the last event */
    uint64_t member_count;
    uint64_t edit_history_s; /* how long what was edited away is kept; 0: not at all */
    uint64_t permissions;    /* those it has set, packed (permission.h) */
    uint64_t slow_mode_s;    /* between two messages of one person; 0: no waiting */
    bool locked;             /* only who may lock it writes */
    bool archived;           /* nobody writes */
    bool is_public;          /* in the directory; whoever is signed in comes in */
    bool by_approval;        /* ... after asking, when somebody accepts it */
    uint64_t
        newcomers; /* what holds for those who have just come, packed (newcomers.h); 0: nothing */
    bool from_joining;    /* who joins reads from there on; else from the beginning */
    uint64_t newest_from; /* the largest from_seq that a member ever had; 0: none */
    uint64_t retention_s; /* what is older goes; 0: it stays */
    uint64_t held; /* bits of enum room_hold: what an administrator of the server did to it */
};

/* What nobody of the room undoes, but an administrator of the server. Stored: never renumber. */
enum room_hold {
    HELD_LOCKED = 1,   /* locked stays */
    HELD_ARCHIVED = 2, /* archived stays */
    HELD_UNLISTED = 4, /* it does not become public */
};

/* What administrators look for among groups. */
enum groups_state { GROUPS_ALL, GROUPS_PUBLIC, GROUPS_LOCKED, GROUPS_ARCHIVED, GROUPS_EMPTY };

struct room_list {
    struct room *items;
    size_t count;
};

/* What is set in a room; the rest stays as it is. */
struct room_change {
    struct str name;        /* ptr NULL: stays */
    int64_t edit_history_s; /* -1: stays; and so of the numbers and flags below */
    struct str topic;       /* ptr NULL: stays; empty: there is none */
    uint64_t permissions;   /* those that are set, packed; 0: all stay */
    int64_t slow_mode_s;
    int locked, archived, is_public, by_approval, from_joining; /* 0 or 1 */
    int64_t retention_s;
    int64_t newcomers; /* packed; 0: there is nothing any more */
    int64_t held;      /* enum room_hold, all bits */
    struct str
        filters; /* ptr NULL: stays; canonical (proto/filter_read.h), empty: there are none; not in struct room */
};
#define ROOM_CHANGE_NONE                                                                           \
    ((struct room_change){.edit_history_s = -1,                                                    \
                          .slow_mode_s = -1,                                                       \
                          .locked = -1,                                                            \
                          .archived = -1,                                                          \
                          .is_public = -1,                                                         \
                          .by_approval = -1,                                                       \
                          .newcomers = -1,                                                         \
                          .from_joining = -1,                                                      \
                          .retention_s = -1,                                                       \
                          .held = -1})

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
    uint64_t from_seq;             /* reads no event before this one; 0: all that is kept */
    uint64_t read_seq, read_count; /* the read marker, and `count` at it */
    uint64_t delivered_seq;        /* as a device of theirs said; read_seq may be further */
    int64_t sent_at;               /* ms: when they sent their last message; 0: none */
    int64_t muted_until;           /* ms; may have passed; 0: was not muted */
    bool blocks_peer; /* of a direct room in its home's memory: has blocked the other one */
};

/* A device of theirs has everything up to there: what was read was delivered. */
static inline uint64_t member_delivered(const struct member *member)
{
    return member->delivered_seq > member->read_seq ? member->delivered_seq : member->read_seq;
}

/* What a room remembers of somebody, whether they are in it or not; 0: nothing. */
struct member_past {
    int64_t sent_at;      /* ms: when they sent their last message */
    int64_t muted_until;  /* ms; may have passed */
    int64_t banned_until; /* ms; may have passed; BANNED_FOR_GOOD */
    uint64_t asked_seq;   /* of the event by which they asked to be let in, last */
    int64_t refused_at;   /* ms: when that was refused; 0: it is open */
    bool was_guest;       /* when they left: coming back by themselves is no way up */
};
#define BANNED_FOR_GOOD INT64_MAX

/* Somebody asks to be let into a public group. */
struct join_request {
    room_id room;
    user_id user;
    uint64_t seq;       /* of the event that asked */
    int64_t created_at; /* ms */
    int64_t refused_at; /* ms; 0: it is open */
    struct str text;    /* what they say, for those who decide; empty once that is done */
};

struct join_request_list {
    struct join_request *items;
    size_t count;
};

/* Somebody who is kept out of a room. */
struct ban {
    user_id user, by;
    uint64_t seq;       /* of the event that did it */
    int64_t created_at; /* ms */
    int64_t until;      /* ms; BANNED_FOR_GOOD */
    struct str payload; /* of the event: seconds and reason, where they are given */
};

struct ban_list {
    struct ban *items;
    size_t count;
};

/* An invitation link: whoever has its code comes in. */
struct room_link {
    uint64_t seq; /* of the event that made it: its name in the room */
    user_id by;
    int64_t created_at, expires_at; /* ms; LINK_FOR_EVER */
    uint64_t most, used;            /* people it lets in, 0: any number; and has let in */
};
#define LINK_FOR_EVER INT64_MAX

struct room_link_list {
    struct room_link *items;
    size_t count;
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
    int64_t joined_at;   /* ms */
    int64_t muted_until; /* ms; may have passed; 0: was not muted */
    uint64_t from_seq;   /* as of struct member */
    struct user peer;    /* the other one of a direct room; id 0 otherwise */
};

struct room_view_list {
    struct room_view *items;
    size_t count;
};
