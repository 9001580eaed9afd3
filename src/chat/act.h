/* act.h - something that a person does in a room.
 *
 * The caller fills one in and posts it; it travels to the room's home and comes back to `origin`
 * with an answer. Every act that appends carries a nonce: doing it again gives the first answer.
 * Owns:   the act and what it points to are the caller's, untouched until `done`. `event` comes back
 *         with a reference that the caller drops by act_deinit().
 * Thread: post from the thread of `origin`; done runs there. */
#pragma once

#include "core/inbox.h"
#include "core/list.h"
#include "model/event.h"
#include "model/problem.h"
#include "model/room.h"
#include "store/store.h"

struct chat;
struct live_room;

enum act_kind {
    ACT_CREATE_ROOM, /* room_kind, members (without oneself), change, payload */
    ACT_SEND, /* payload: the content, mentions; seq: the message that this one answers, or 0; thread */
    ACT_FORWARD,       /* as ACT_SEND, but forward says what is sent */
    ACT_EDIT,          /* seq of the message, payload: its new content, mentions */
    ACT_DELETE,        /* seq of the message */
    ACT_REACT,         /* seq of the message, emoji, payload: the emoji as JSON */
    ACT_UNREACT,       /* the same */
    ACT_PIN,           /* seq of the message */
    ACT_UNPIN,         /* the same */
    ACT_VOTE,          /* seq of the poll, ballot */
    ACT_CLOSE_POLL,    /* seq of the poll */
    ACT_ADD_MEMBER,    /* target */
    ACT_REMOVE_MEMBER, /* target, payload: a reason as JSON, or empty; target oneself: leaves */
    ACT_MUTE,          /* target, seconds, payload: the seconds as JSON, with a reason or not */
    ACT_UNMUTE,        /* target */
    ACT_BAN,           /* target, seconds or 0 for good, payload: the seconds as JSON, or empty */
    ACT_UNBAN,         /* target */
    ACT_MAKE_LINK,     /* seconds or 0 for ever, uses or 0 for any number, payload: both as JSON */
    ACT_REVOKE_LINK,   /* seq of the link */
    ACT_JOIN, /* target: oneself; seq of the link, payload: the seq as JSON; 0 and empty: a public group */
    ACT_ASK,      /* target: oneself, text: the words for those who decide, or empty */
    ACT_ACCEPT,   /* target: the person who has asked */
    ACT_CLOSE,    /* target: the person who has asked is refused; oneself: takes the request back */
    ACT_SET_ROLE, /* target, role; ROLE_OWNER: hands the room over */
    ACT_CHANGE_ROOM, /* change, payload: the change as JSON */
    ACT_OVERSEE, /* hold, release, target: the new owner or 0; payload: all three as JSON. For administrators
                    of the server, who need not be in the room */
    ACT_DELETE_REPORTED, /* report, payload: {by_server, reason?}; out: room, seq. Deletes the message that an open
                            report in the server's queue is about. For administrators of the server, who need not be
                            in the room */
    ACT_REPAIR, /* made by the home itself. subject: the room's last event, the first of two; nonce: that of the
                   second, which is missing */
    ACT_TYPING,    /* thread */
    ACT_READ,      /* seq */
    ACT_DELIVERED, /* seq */
    ACT_KINDS
};

/* What is forwarded: message `seq` of `room`, which the sender must be able to read. */
struct forward {
    room_id room;
    uint64_t seq;
    /* Makes the content of the new message, in the arena; STR_NONE: it is none that can be forwarded. */
    struct str (*content_of)(const struct event *message, struct arena *arena);
};

/* The acts that one connection sends to a room are numbered in the order in which it sent them. Some acts need a read
 * of the store before they go to the room's home (a person who is added must exist, a forwarded message must be there),
 * others do not: an act that is ready waits here until those sent before it have been read for.
 * Owns:   nothing; it outlives the acts that name it.
 * Thread: that of their origin. */
struct act_line {
    struct list acts; /* those that have not gone to the home yet, in the order sent */
};
void act_line_init(struct act_line *line);

struct act {
    /* the caller's */
    struct inbox *origin;
    void (*done)(struct act *act);
    struct act_line *line; /* of the connection that the act came by; NULL: no order with others */
    enum act_kind kind;
    room_id room; /* ACT_CREATE_ROOM: chat makes the id, out */
    user_id self;
    user_id target;
    struct str nonce;   /* empty for acts that do not append */
    struct str payload; /* canonical JSON that proto made */
    struct str text;    /* goes to the store alone, not into an event */
    struct room_change change;
    uint64_t hold, release; /* bits of enum room_hold */
    uint64_t report;        /* the id of a report */
    enum room_kind room_kind;
    enum role role;
    uint64_t seconds, uses;
    user_id *members; /* may be reordered */
    size_t member_count;
    uint64_t seq;
    struct str emoji;
    struct mentions mentions; /* those in the payload */
    struct poll poll;         /* the one in the payload */
    struct ballot ballot;
    struct forward forward;
    uint64_t thread; /* the root of the thread that the message is sent to; 0: to the room itself */
    /* A precondition does not hold: the act is judged, and refused if nothing else refuses it. */
    bool unmet;

    /* the answer */
    struct problem problem;
    struct event *event; /* of an act that appends: the event in the log */
    bool duplicate;      /* the event was there before: same nonce, or the same two people */
    uint64_t read_seq, unread;
    uint64_t gone;       /* of a marker: how many of the room's messages are too old to be unread */
    uint64_t last_count; /* of a marker: the messages that the store counts; 0: as the home knows */
    enum {
        ACT_REPORTS_NOTHING,
        ACT_REPORTS_TO_ROOM,
        ACT_REPORTS_TO_SERVER
    } reports;           /* where a filter reports what was said */
    bool hides_receipts; /* others are not told how far the user has read */

    /* what the home read for the verdict, of an act that lets somebody in or puts them out */
    struct room_link room_link; /* the link that has this seq; seq 0: there is none */
    size_t requests;         /* the open requests in the room, counted no further than the limit */
    size_t links;            /* how many links the room has */
    struct member_past past; /* of the target, read where the verdict needs it */

    enum {
        ACCOUNT_UNREAD,
        ACCOUNT_ASKED, /* the user may be a newcomer: the account is read before the verdict */
        ACCOUNT_READ
    } account;
    int64_t since; /* ms: when the newcomer's account was made; 0: the user is no newcomer */

    /* what the home read for the verdict, of an act that is about a message */
    uint64_t sees_from;     /* the user may read nothing before this event, */
    int64_t gone_through;   /* nor what was sent at this time or earlier, ms */
    struct event *subject;  /* the event at seq, a message or not; NULL: none; a reference */
    struct event *root;     /* the root of the thread, likewise */
    struct event *standing; /* by which the reaction, pin, vote or end stands already, likewise */
    struct message_marks marks;
    bool emoji_unknown;      /* the emoji names one of the server's own, and there is none */
    struct poll_state state; /* of the poll at seq; options 0: the subject is no poll */
    uint64_t subject_seq;    /* the room's last_seq as of which all this was read; 0: not read */

    /* on the way */
    bool reads;           /* in the line: the store is being read for the act */
    user_id voter;        /* of a vote: the user's name in an anonymous poll */
    struct problem given; /* what was wrong before the first verdict, kept for a second one */
    uint64_t log_end;     /* the end of the room's log when the nonce was looked for; 0: not read */
    uint64_t known;       /* the room's last_seq at the verdict, while the nonce is looked for */
    uint64_t arrived;     /* the act's number in the order of arrival; 0: the home made the act */
    /* Of an act that another server handed over: the time (monotonic) after which it is not judged here; else 0. */
    uint64_t lapses_ms;
    /* If no event has the act's nonce: the event by which what the act asks for stood before; 0: it did not stand. */
    uint64_t stood_seq;
    /* Of an act that was handed over: where an event from here on has the act's nonce, this act made it, and the
     * answer is no duplicate; else 0. */
    uint64_t own_from;
    /* The server or the store that the act was given to may still append it: no refusal of it is final. */
    bool in_doubt;
    unsigned retries; /* how often another server's event took the place that the act was given */
    struct inbox_item item;
    struct list link;
    struct chat *chat;
    struct live_room *live;
    struct store_job job;
    struct arena *arena; /* the caller's; for what is read on the way */
};

/* Looks whether the people that the act names exist, then goes to the home. */
void act_post(struct chat *chat, struct act *act);
void act_deinit(struct act *act);
/* Has the event its nonce, and its sender? */
bool act_has_made(const struct act *act, const struct event *event);
/* Had it been there before, when somebody asked for the act? */
bool act_is_duplicate(const struct act *act, const struct event *event);

/* A deleted account leaves its groups; `done` when it has. Owns itself. */
void act_leave_everywhere(struct chat *chat, struct inbox *origin, user_id user);
