/* audit.h - acts of keeping the peace, as the audit log has them: who, what, to whom, where, when, why.
 * A row follows from its event alone, and is there as soon as that is. */
#pragma once

#include "model/event.h"

/* What is done to the whole server or to somebody's account: beside enum event_type, and by no event. Such
 * entries have no room, and a seq of chance that tells those of one millisecond apart. Values are stored:
 * never renumber. */
enum audit_type {
    AUDIT_SERVER = 128, /* from here on */
    AUDIT_USER_SUSPENDED = AUDIT_SERVER,
    AUDIT_USER_UNSUSPENDED,
    AUDIT_SESSIONS_ENDED,
    AUDIT_ADMIN_MADE,
    AUDIT_ADMIN_UNMADE,
    AUDIT_SETTINGS_UPDATED,
    AUDIT_INVITE_CREATED,
    AUDIT_REPORT_CREATED, /* these three may have a room; their seq is the id of the report */
    AUDIT_REPORT_ESCALATED,
    AUDIT_REPORT_RESOLVED,
    AUDIT_EMOJI_ADDED, /* these three say which in their payload */
    AUDIT_EMOJI_RENAMED,
    AUDIT_EMOJI_REMOVED,
    AUDIT_PASSWORD_SET, /* by somebody else; their sessions end with it */
    AUDIT_TYPES
};

/* "user.suspended"; empty: it is none of these. */
struct str audit_type_name(uint8_t type);
uint8_t audit_type_of(struct str name); /* 0: there are none such */

struct audit_entry {
    room_id room;       /* 0: of the server */
    uint64_t seq;       /* of the event */
    int64_t at;         /* ms */
    uint8_t type;       /* enum event_type or audit_type */
    uint8_t role;       /* enum role, that was given */
    user_id by;         /* 0: whoever runs the server, at its command line */
    user_id user;       /* to whom it was done; 0: to nobody */
    uint64_t about;     /* seq of the message deleted, or of the link; 0: of none */
    struct str payload; /* of the event */
};

struct audit_list {
    struct audit_entry *items;
    size_t count;
};

/* What is looked for; 0: any. */
struct audit_filter {
    user_id by, user;
    uint8_t type;
    int64_t since;  /* ms, inclusive */
    int64_t until;  /* ms, exclusive */
    user_id reader; /* nothing of reports about this person: nobody judges in their own matter */
};

/* Newest first, behind this one; at INT64_MAX: from the newest on. */
struct audit_place {
    int64_t at;
    room_id room;
    uint64_t seq;
};

/* Where looking begins: behind the place given, and before the end of the time that is asked for. */
static inline struct audit_place audit_start(const struct audit_filter *filter,
                                             const struct audit_place *before)
{
    if (filter->until == 0 || before->at < filter->until)
        return *before;
    return (struct audit_place){.at = filter->until};
}

/* False: it is none such. Of a deletion the message must be with the event. */
bool audit_entry_of(const struct event *event, struct audit_entry *out) MUST_USE;
