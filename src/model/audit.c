#include "model/audit.h"

static const struct str server_types[] = {
    [AUDIT_USER_SUSPENDED - AUDIT_SERVER] = STR_INIT("user.suspended"),
    [AUDIT_USER_UNSUSPENDED - AUDIT_SERVER] = STR_INIT("user.unsuspended"),
    [AUDIT_SESSIONS_ENDED - AUDIT_SERVER] = STR_INIT("user.sessions_ended"),
    [AUDIT_ADMIN_MADE - AUDIT_SERVER] = STR_INIT("user.admin_granted"),
    [AUDIT_ADMIN_UNMADE - AUDIT_SERVER] = STR_INIT("user.admin_revoked"),
    [AUDIT_SETTINGS_UPDATED - AUDIT_SERVER] = STR_INIT("server.settings_updated"),
    [AUDIT_INVITE_CREATED - AUDIT_SERVER] = STR_INIT("server.invite_created"),
    [AUDIT_REPORT_CREATED - AUDIT_SERVER] = STR_INIT("report.created"),
    [AUDIT_REPORT_ESCALATED - AUDIT_SERVER] = STR_INIT("report.escalated"),
    [AUDIT_REPORT_RESOLVED - AUDIT_SERVER] = STR_INIT("report.resolved"),
    [AUDIT_EMOJI_ADDED - AUDIT_SERVER] = STR_INIT("emoji.added"),
    [AUDIT_EMOJI_RENAMED - AUDIT_SERVER] = STR_INIT("emoji.renamed"),
    [AUDIT_EMOJI_REMOVED - AUDIT_SERVER] = STR_INIT("emoji.removed"),
    [AUDIT_PASSWORD_SET - AUDIT_SERVER] = STR_INIT("user.password_set"),
};
_Static_assert(ARRAY_LEN(server_types) == AUDIT_TYPES - AUDIT_SERVER, "each has a name");

struct str audit_type_name(uint8_t type)
{
    return type >= AUDIT_SERVER && type < AUDIT_TYPES ? server_types[type - AUDIT_SERVER]
                                                      : STR_NONE;
}

uint8_t audit_type_of(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(server_types); i++)
        if (str_eq(server_types[i], name))
            return (uint8_t)(AUDIT_SERVER + i);
    return 0;
}

enum about { NOTHING, A_PERSON, ANOTHER_PERSON, A_MESSAGE, A_NEW_LINK, A_LINK, THE_ROOM };

static enum about about_of(uint8_t type)
{
    switch (type) {
    case EVENT_USER_MUTED:
    case EVENT_USER_UNMUTED:
    case EVENT_USER_BANNED:
    case EVENT_USER_UNBANNED:
    case EVENT_USER_UPDATED:
        return A_PERSON;
    case EVENT_USER_LEFT:
    case EVENT_REQUEST_CLOSED:
        return ANOTHER_PERSON;
    case EVENT_MESSAGE_DELETED:
        return A_MESSAGE;
    case EVENT_LINK_CREATED:
        return A_NEW_LINK;
    case EVENT_LINK_REVOKED:
        return A_LINK;
    case EVENT_ROOM_UPDATED:
        return THE_ROOM;
    default:
        return NOTHING;
    }
}

/* What follows from another act by itself has a nonce of our own: that act is in the log already. Not so that
 * the owner left, which anybody may: who got the room is. */
static bool follows(const struct event *event)
{
    bool passes = event->type == EVENT_ROOM_UPDATED && event->target != 0;
    return !passes && event->nonce.len && event->nonce.ptr[0] == '~';
}

static bool fill_in(const struct event *event, struct audit_entry *out)
{
    switch (about_of(event->type)) {
    case ANOTHER_PERSON:
        out->user.v = event->target;
        return !user_id_eq(out->user, event->sender);
    case A_PERSON:
        out->user.v = event->target;
        return true;
    case A_MESSAGE:
        out->about = event->target;
        if (event->message)
            out->user = event->message->sender;
        return event->message && !user_id_eq(out->user, event->sender);
    case A_NEW_LINK:
        out->about = event->seq;
        return true;
    case A_LINK:
        out->about = event->target;
        return true;
    case THE_ROOM: /* or whose it is now, as its owner left */
        out->user.v = event->target;
        return true;
    case NOTHING:
    default:
        return false;
    }
}

bool audit_entry_of(const struct event *event, struct audit_entry *out)
{
    *out = (struct audit_entry){.room = event->room,
                                .seq = event->seq,
                                .at = event->created_at,
                                .type = event->type,
                                .role = event->role,
                                .by = event->sender,
                                .payload = event->payload};
    return !follows(event) && fill_in(event, out);
}
