#include "chat/judge/rules.h"

/* ---- refusals -------------------------------------------------------------------------------- */

enum verdict refuse(struct act *act, enum err err)
{
    act->problem = problem_of(err);
    return VERDICT_REFUSE;
}

enum verdict refuse_field(struct act *act, struct str field, struct str detail)
{
    act->problem = problem_field(ERR_FIELD_INVALID, field, detail);
    return VERDICT_REFUSE;
}

enum verdict refuse_because(struct act *act, struct str detail)
{
    act->problem = problem_field(ERR_ROOM_FORBIDDEN, STR_NONE, detail);
    return VERDICT_REFUSE;
}

static enum verdict refuse_role(struct act *act, enum role least)
{
    static const struct str details[] = {
        [ROLE_OWNER] = STR_INIT("Only the owner of the room may do this; ask the owner."),
        [ROLE_ADMIN] =
            STR_INIT("Only admins of the room and its owner may do this; ask one of them."),
        [ROLE_MODERATOR] = STR_INIT("Only moderators and admins of the room and its owner may do "
                                    "this; ask one of them."),
        [ROLE_MEMBER] = STR_INIT("Guests of the room may not do this; ask one of its admins."),
        [ROLE_GUEST] = STR_INIT("Nobody may do this in such a room."),
    };
    return refuse_because(act, details[least]);
}

/* ---- who may ----------------------------------------------------------------------------------- */

enum verdict require_member(const struct live_room *live, struct act *act)
{
    return live_room_member(live, act->self) ? VERDICT_APPEND : refuse(act, ERR_ROOM_NOT_FOUND);
}

enum verdict require_permission(const struct live_room *live, struct act *act,
                                enum permission permission)
{
    const struct member *self = live_room_member(live, act->self);
    if (!self)
        return refuse(act, ERR_ROOM_NOT_FOUND);
    if (room_permits(&live->room, self->role, permission))
        return VERDICT_APPEND;
    return refuse_role(act, live->room.kind == ROOM_DIRECT
                                ? ROLE_GUEST
                                : permission_role(live->room.permissions, permission));
}

enum verdict require_in_group(const struct live_room *live, struct act *act,
                              enum permission permission)
{
    if (live->room.kind == ROOM_DIRECT && live_room_member(live, act->self))
        return refuse(act, ERR_ROOM_DIRECT_FIXED);
    return require_permission(live, act, permission);
}

/* The clock is the room's. A room may pass to somebody who is muted; nobody could then end it. */
static enum verdict look_at_mute(const struct live_room *live, struct act *act,
                                 const struct batch *batch)
{
    const struct member *self = live_room_member(live, act->self);
    int64_t left = self ? self->muted_until - batch->last_at : 0;
    if (left <= 0 || self->role == ROLE_OWNER)
        return VERDICT_APPEND;
    act->problem =
        (struct problem){.err = ERR_ROOM_MUTED, .retry_after_s = (uint64_t)(left + 999) / 1000};
    return VERDICT_REFUSE;
}

/* In a direct room nobody writes to whom they blocked, nor to who blocked them, and who is blocked is
 * answered as everybody who cannot reach a person. */
static enum verdict look_at_blocks(const struct live_room *live, struct act *act)
{
    const struct member *peer = live_room_peer(live, act->self);
    if (!peer)
        return VERDICT_APPEND;
    if (live_room_member(live, act->self)->blocks_peer)
        return refuse(act, ERR_USER_BLOCKED);
    return peer->blocks_peer ? refuse(act, ERR_USER_UNREACHABLE) : VERDICT_APPEND;
}

enum verdict require_open(const struct live_room *live, struct act *act, const struct batch *batch,
                          enum permission permission)
{
    enum verdict verdict = require_permission(live, act, permission);
    if (verdict != VERDICT_APPEND)
        return verdict;
    if (live->room.archived)
        return refuse(act, ERR_ROOM_ARCHIVED);
    enum role role = live_room_role(live, act->self);
    if (live->room.locked && !room_permits(&live->room, role, PERMISSION_LOCK))
        return refuse(act, ERR_ROOM_LOCKED);
    verdict = look_at_blocks(live, act);
    return verdict == VERDICT_APPEND ? look_at_mute(live, act, batch) : verdict;
}

/* ---- nonces ------------------------------------------------------------------------------------ */

struct str own_nonce(char out[OWN_NONCE_MAX], const char *why, uint64_t id)
{
    char *at = out;
    *at++ = '~';
    while (*why)
        *at++ = *why++;
    base62_print(id, at);
    return str_of(out, (size_t)(at - out) + BASE62_LEN);
}
