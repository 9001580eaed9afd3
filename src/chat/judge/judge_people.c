/* Who is in a group, and as what. */
#include "chat/judge/rules.h"

struct projection member_joins(const struct event *joined)
{
    return (struct projection){.kind = PROJECT_MEMBER,
                               .user = {joined->target},
                               .role = joined->role,
                               .seq = joined->seq,
                               .count = joined->count,
                               .at = joined->created_at};
}

/* It says from where on they read. */
static struct projection newcomer_joins(const struct live_room *live, const struct event *joined)
{
    struct projection projection = member_joins(joined);
    projection.from_seq = live->room.from_joining ? joined->seq : 0;
    return projection;
}

const struct event *let_in(const struct live_room *live, struct act *act, struct batch *batch,
                           struct event joined)
{
    joined.type = EVENT_USER_JOINED;
    joined.sender = act->self;
    joined.nonce = act->nonce;
    batch_begin(batch, act);
    const struct event *event = batch_add(batch, &joined);
    struct projection projection = newcomer_joins(live, event);
    projection.past = act->past;
    batch_project(batch, &projection);
    if (act->past.asked_seq)
        request_closes(batch, (user_id){event->target}, event->seq, 0);
    return event;
}

/* ---- coming ------------------------------------------------------------------------------------ */

enum verdict look_at_room(const struct live_room *live, struct act *act,
                          const struct limits *limits)
{
    if (live->members.len < limits->room_members)
        return VERDICT_APPEND;
    LIMIT_HIT(limits, room_members);
    return refuse(act, ERR_ROOM_FULL);
}

enum verdict judge_add(struct live_room *live, struct act *act, struct batch *batch,
                       const struct limits *limits)
{
    enum verdict verdict = require_in_group(live, act, PERMISSION_INVITE);
    if (verdict != VERDICT_APPEND)
        return verdict;
    if (act->problem.err != ERR_OK)
        return VERDICT_REFUSE; /* it names somebody who is not there */
    if (live_room_member(live, act->target))
        return refuse(act, ERR_ROOM_ALREADY_MEMBER);
    verdict = look_at_room(live, act, limits);
    if (verdict == VERDICT_APPEND)
        verdict = look_at_ban(live, act, batch);
    if (verdict != VERDICT_APPEND)
        return verdict;
    let_in(live, act, batch, (struct event){.target = act->target.v, .role = ROLE_MEMBER});
    return VERDICT_APPEND;
}

/* ---- going ------------------------------------------------------------------------------------- */

/* An owner's room passes to its heir; of an empty room only the log stays. */
void room_passes(const struct live_room *live, const struct act *act, struct batch *batch,
                 struct str nonce)
{
    const struct member *heir = live_room_heir(live, act->target);
    if (!heir)
        return;
    const struct event *passed = batch_add(batch, &(struct event){.type = EVENT_ROOM_UPDATED,
                                                                  .sender = act->self,
                                                                  .target = heir->user.v,
                                                                  .nonce = nonce});
    batch_project(batch, &(struct projection){.kind = PROJECT_MEMBER,
                                              .user = heir->user,
                                              .role = ROLE_OWNER,
                                              .seq = passed->seq,
                                              .count = passed->count,
                                              .at = passed->created_at});
}

enum verdict require_above(const struct live_room *live, struct act *act)
{
    if (!live_room_member(live, act->target))
        return refuse(act, ERR_USER_NOT_FOUND);
    if (!role_is_above(live_room_role(live, act->self), live_room_role(live, act->target)))
        return refuse_because(act, STR("This takes a role above that of the person; ask somebody "
                                       "who has one."));
    return VERDICT_APPEND;
}

/* Everybody may leave. */
static enum verdict look_at_removal(const struct live_room *live, struct act *act)
{
    bool leaves = user_id_eq(act->self, act->target);
    if (leaves && live_room_member(live, act->self) && live->room.kind != ROOM_DIRECT)
        return VERDICT_APPEND;
    enum verdict verdict = require_in_group(live, act, PERMISSION_REMOVE);
    return verdict == VERDICT_APPEND ? require_above(live, act) : verdict;
}

void member_goes(const struct live_room *live, const struct act *act, struct batch *batch,
                 struct str payload, struct str nonce)
{
    bool owned = live_room_role(live, act->target) == ROLE_OWNER;
    const struct event *left = batch_add(batch, &(struct event){.type = EVENT_USER_LEFT,
                                                                .sender = act->self,
                                                                .target = act->target.v,
                                                                .payload = payload,
                                                                .nonce = nonce});
    batch_project(batch, &(struct projection){.kind = PROJECT_MEMBER_GONE,
                                              .user = act->target,
                                              .seq = left->seq,
                                              .at = left->created_at});
    char own[OWN_NONCE_MAX];
    if (owned)
        room_passes(live, act, batch, own_nonce(own, "owner.", left->seq));
}

enum verdict judge_remove(struct live_room *live, struct act *act, struct batch *batch,
                          const struct limits *limits)
{
    (void)limits;
    enum verdict verdict = look_at_removal(live, act);
    if (verdict != VERDICT_APPEND)
        return verdict;
    batch_begin(batch, act);
    member_goes(live, act, batch, act->payload, act->nonce);
    return VERDICT_APPEND;
}

/* ---- roles ------------------------------------------------------------------------------------- */

static const struct event *put_role(struct batch *batch, const struct act *act, user_id user,
                                    enum role role, struct str nonce)
{
    const struct event *updated = batch_add(batch, &(struct event){.type = EVENT_USER_UPDATED,
                                                                   .sender = act->self,
                                                                   .target = user.v,
                                                                   .role = (uint8_t)role,
                                                                   .nonce = nonce});
    struct projection projection = member_joins(updated);
    batch_project(batch, &projection);
    return updated;
}

void former_owner(struct batch *batch, const struct act *act, struct str nonce)
{
    put_role(batch, act, act->self, ROLE_ADMIN, nonce);
}

/* A group has one owner: who gives it away is an admin from there on. */
static enum verdict hand_over(struct act *act, struct batch *batch)
{
    char nonce[OWN_NONCE_MAX];
    batch_begin(batch, act);
    const struct event *handed = put_role(batch, act, act->target, ROLE_OWNER, act->nonce);
    former_owner(batch, act, own_nonce(nonce, "former.", handed->seq));
    return VERDICT_APPEND;
}

/* One's own role can be laid down for a lower one, but not that of the owner: the group needs one. */
static enum verdict look_at_own_role(enum role own, struct act *act)
{
    if (own == ROLE_OWNER)
        return refuse_because(act, STR("A group needs an owner; give the role `owner` to somebody "
                                       "else, or leave."));
    if (role_is_above(act->role, own))
        return refuse_because(act, STR("Nobody can raise their own role; ask the owner."));
    return VERDICT_APPEND;
}

static enum verdict look_at_role(const struct live_room *live, struct act *act)
{
    enum role own = live_room_role(live, act->self);
    if (own != ROLE_NONE && live->room.kind != ROOM_DIRECT && user_id_eq(act->self, act->target))
        return look_at_own_role(own, act);
    enum verdict verdict = require_in_group(live, act, PERMISSION_ROLES);
    if (verdict == VERDICT_APPEND)
        verdict = require_above(live, act);
    if (verdict != VERDICT_APPEND)
        return verdict;
    if (act->role == ROLE_OWNER ? own != ROLE_OWNER : !role_is_above(own, act->role))
        return refuse_because(act, STR("One can give roles below one's own; the owner can give "
                                       "that one away."));
    return VERDICT_APPEND;
}

enum verdict judge_role(struct live_room *live, struct act *act, struct batch *batch,
                        const struct limits *limits)
{
    (void)limits;
    enum verdict verdict = look_at_role(live, act);
    if (verdict != VERDICT_APPEND)
        return verdict;
    if (act->role == ROLE_OWNER)
        return hand_over(act, batch);
    batch_begin(batch, act);
    put_role(batch, act, act->target, act->role, act->nonce);
    return VERDICT_APPEND;
}
