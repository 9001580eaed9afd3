/* report.h - what somebody says is wrong: of a message, a person or a room; and what came of it.
 *
 * It lies with the moderators of a room, or (queue 0) with the administrators of the server. The words of what
 * is reported go along as evidence, also where they are deleted meanwhile, until somebody has decided.
 * Texts are borrowed from the arena of whoever read them. */
#pragma once

#include "core/arena.h"
#include "model/event.h"
#include "model/room.h"

enum report_kind { /* stored: never renumber */
                   REPORT_MESSAGE = 1,
                   REPORT_USER = 2,
                   REPORT_ROOM = 3,
};

enum report_category { /* stored: never renumber */
                       REPORT_SPAM = 1,
                       REPORT_HARASSMENT = 2,
                       REPORT_HATE = 3,
                       REPORT_VIOLENCE = 4,
                       REPORT_SEXUAL = 5,
                       REPORT_ILLEGAL = 6,
                       REPORT_IMPERSONATION = 7,
                       REPORT_SELF_HARM = 8,
                       REPORT_OTHER = 9,
};

enum report_outcome { /* stored: never renumber */
                      REPORT_OPEN = 0,
                      REPORT_DISMISSED = 1, /* nothing was wrong */
                      REPORT_ACTED = 2,     /* something was done */
};

struct report {
    uint64_t id;      /* as other ids; 0: there is none */
    room_id queue;    /* whose moderators decide; 0: the server's administrators */
    uint8_t kind;     /* enum report_kind */
    room_id room;     /* MESSAGE, ROOM */
    uint64_t seq;     /* MESSAGE */
    user_id user;     /* MESSAGE: its sender; USER */
    user_id by;       /* who reports */
    uint8_t category; /* enum report_category */
    struct str text;  /* what they say of it; may be empty */
    int64_t created_at, escalated_at, resolved_at; /* ms, each later than the one before; 0: not */
    user_id escalated_by, resolved_by;
    struct str escalation, resolution; /* why; may be empty */
    uint8_t outcome;                   /* enum report_outcome */
    struct str evidence; /* JSON that proto made; empty once it is resolved, and in lists */
};

struct report_list {
    struct report *items;
    size_t count;
};

/* Of one queue; the rest: 0, any. */
struct report_filter {
    room_id queue;
    bool open; /* only those that are */
    user_id
        except; /* none about this person, nor in a room by them: nobody judges in their own matter */
};

/* Newest first, behind this one; at INT64_MAX: from the newest on. */
struct report_place {
    int64_t at;
    uint64_t id;
};

/* What goes along with a report, as it is when it is made. */
struct report_evidence {
    struct event_list
        messages;            /* the one reported and those around it, or the newest of the room */
    struct user_list users;  /* who wrote them, or who is reported */
    const struct room *room; /* the group that it is about; NULL: none */
};

/* "spam": stable, for machines; 0: there is no such. */
struct str report_category_name(uint8_t category);
uint8_t report_category_of(struct str name);
struct str report_kind_name(uint8_t kind);
struct str report_outcome_name(uint8_t outcome); /* "open" as well */
uint8_t report_outcome_of(struct str name);      /* one that ends it */

/* What is in the feed of who reported: "report:ID" and its value. */
#define FEED_REPORT STR_INIT("report:")
struct str report_key(struct arena *arena, uint64_t id);
struct str report_told(struct arena *arena, const struct report *report);
/* What is in the feed of who decides: "reports:ROOM" or "reports:server", and how many are open; "null" for none. */
#define FEED_REPORTS STR_INIT("reports:")
struct str report_badge_key(struct arena *arena, room_id queue);
struct str report_badge(struct arena *arena, size_t open);
