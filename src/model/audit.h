/* audit.h - acts of keeping the peace, as the audit log has them: who, what, to whom, where, when, why.
 * A row follows from its event alone, and is there as soon as that is. */
#pragma once

#include "model/event.h"

struct audit_entry {
    room_id room;
    uint64_t seq; /* of the event */
    int64_t at;   /* ms */
    uint8_t type; /* enum event_type */
    uint8_t role; /* enum role, that was given */
    user_id by;
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
};

/* Newest first, behind this one; at INT64_MAX: from the newest on. */
struct audit_place {
    int64_t at;
    room_id room;
    uint64_t seq;
};

/* False: it is none such. Of a deletion the message must be with the event. */
bool audit_entry_of(const struct event *event, struct audit_entry *out) MUST_USE;
