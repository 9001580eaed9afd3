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
    ACT_SEND, /* payload: the content, mentions; seq: of the message that it answers, or 0; thread */
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
    ACT_REMOVE_MEMBER, /* target, payload: a reason as JSON, or empty; oneself: leaves */
    ACT_MUTE,          /* target, seconds, payload: the same as JSON, with a reason or not */
    ACT_UNMUTE,        /* target */
    ACT_BAN,           /* target, seconds or 0 for good, payload: the same as JSON, or empty */
    ACT_UNBAN,         /* target */
    ACT_MAKE_LINK, /* seconds or 0 for ever, uses or 0 for any number, payload: the same as JSON */
    ACT_REVOKE_LINK, /* seq of the link */
    ACT_JOIN, /* target: oneself; seq of the link, payload: it as JSON; a public group: 0, empty */
    ACT_ASK,  /* target: oneself, text: what one says, or empty */
    ACT_ACCEPT,      /* target, who has asked */
    ACT_CLOSE,       /* target, who has asked: refuses it; oneself: takes it back */
    ACT_SET_ROLE,    /* target, role; ROLE_OWNER: hands the room over */
    ACT_CHANGE_ROOM, /* change, payload: the same as JSON */
    ACT_OVERSEE, /* hold, release, target: the new owner or 0; payload: all of it as JSON. For administrators
                    of the server, who need not be in the room */
    ACT_DELETE_REPORTED, /* report, payload: {by_server, reason?}; out: room, seq. For administrators of the server, who
                            need not be in the room: the message that an open report of their queue is about */
    ACT_REPAIR, /* ours: subject, the room's last event; what it began and is not there yet, by nonce */
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

/* What one connection sends to a room is numbered in the order sent, though some acts are read for before they go to
 * the room's home (who is added must exist, what is forwarded must be there) and others are not: these wait for those.
 * Owns:   nothing; it outlives the acts that name it.
 * Thread: that of their origin. */
struct act_line {
    struct list acts; /* that have not gone yet, in the order sent */
};
void act_line_init(struct act_line *line);

struct act {
    /* the caller's */
    struct inbox *origin;
    void (*done)(struct act *act);
    struct act_line *line; /* of the connection that it came by; NULL: no order with others */
    enum act_kind kind;
    room_id room; /* ACT_CREATE_ROOM: made by us, out */
    user_id self;
    user_id target;
    struct str nonce;   /* empty for those that do not append */
    struct str payload; /* canonical JSON that proto made */
    struct str text;    /* for the store alone */
    struct room_change change;
    uint64_t hold, release; /* bits of enum room_hold */
    uint64_t report;        /* its id */
    enum room_kind room_kind;
    enum role role;
    uint64_t seconds, uses;
    user_id *members; /* may be reordered */
    size_t member_count;
    uint64_t seq;
    struct str emoji;
    struct mentions mentions; /* that are in the payload */
    struct poll poll;         /* that is in the payload */
    struct ballot ballot;
    struct forward forward;
    uint64_t thread; /* the root of the thread that it is sent to; 0: to the room itself */
    bool unmet; /* a precondition does not hold: judged, and refused if nothing else refuses it */

    /* the answer */
    struct problem problem;
    struct event *event; /* of those that append: the event that is in the log */
    bool duplicate;      /* it had been there before: same nonce, or the same two people */
    uint64_t read_seq, unread;
    uint64_t gone; /* of a marker: how many of the room's messages are too old to be unread, */
    uint64_t last_count; /* and how many were counted; 0: as its home knows */
    enum {
        ACT_REPORTS_NOTHING,
        ACT_REPORTS_TO_ROOM,
        ACT_REPORTS_TO_SERVER
    } reports;           /* a filter does */
    bool hides_receipts; /* others are not told how far they have read */

    struct room_link room_link; /* with this seq, read likewise; seq 0: there is none */
    size_t requests;            /* open ones in the room, read likewise, no more than the limit */
    size_t links;               /* how many there are in the room, read likewise */
    struct member_past past;    /* of the target, read for the verdict where it takes that */

    enum {
        ACCOUNT_UNREAD,
        ACCOUNT_ASKED, /* may be that of a newcomer: read before the verdict */
        ACCOUNT_READ
    } account;
    int64_t since; /* when the account was made, ms, where it is that of a newcomer; else 0 */

    /* what the home read for the verdict, of an act that is about a message */
    uint64_t sees_from;     /* its sender reads nothing before this event, */
    int64_t gone_through;   /* nor what is no newer than this, ms */
    struct event *subject;  /* the message, or whatever is there; NULL: nothing; a reference */
    struct event *root;     /* of the thread, likewise */
    struct event *standing; /* what put there what the act would put or take away; a reference */
    struct message_marks marks;
    bool emoji_unknown;      /* it is one of the server, and there is none of this name */
    struct poll_state state; /* of the poll, likewise; options 0: it is none */
    uint64_t subject_seq;    /* all that was read: as of this last_seq of the room; 0: not read */

    /* on the way */
    bool reads;           /* in the line: it is read for */
    user_id voter;        /* of a vote: oneself in an anonymous poll */
    struct problem given; /* what was wrong before the first verdict, where there may be another */
    uint64_t log_end;     /* of the room, as it was when its nonce was looked for; 0: not read */
    uint64_t known;       /* last_seq of the room at the verdict, while its nonce is looked for */
    uint64_t arrived;     /* at its home, as the how manieth; 0: of the home's own */
    uint64_t lapses_ms;   /* of one that another server handed over: not judged behind it; else 0 */
    uint64_t stood_seq;   /* by this event it stood already, if its nonce has none; 0: it did not */
    uint64_t
        own_from; /* of one that was handed over: what stands by it from there on is its own doing; else 0 */
    bool in_doubt; /* whoever it was given to may still append it, and no refusal of it is final */
    unsigned retries; /* how often another server's event took the place that it was given */
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
