/* What administrators of the server do to a group, in it or not: they lock it, close it, take it out of the
 * directory and give it a new owner. What they did is held: nobody of the group undoes it. And in any room they
 * delete what was reported to them. */
#include "chat/judge/rules.h"

/* -1: neither is asked for. */
static int set_to(const struct act *act, uint64_t hold)
{
    if (act->hold & hold)
        return 1;
    return act->release & hold ? 0 : -1;
}

/* Whether everybody may read it is for the group to say: what is let go stays private until they do. */
static struct room_change change_of(const struct room *room, const struct act *act)
{
    struct room_change change = ROOM_CHANGE_NONE;
    change.locked = set_to(act, HELD_LOCKED);
    change.archived = set_to(act, HELD_ARCHIVED);
    if (act->hold & HELD_UNLISTED)
        change.is_public = 0;
    change.held = (int64_t)((room->held | act->hold) & ~act->release);
    return change;
}

static enum verdict look_at_new_owner(const struct live_room *live, struct act *act)
{
    const struct member *heir = live_room_member(live, act->target);
    if (!heir)
        return refuse_field(act, STR("owner"),
                            STR("Only a member of the group can become its owner; GET "
                                "/api/v1/admin/rooms/{id}/members lists them."));
    if (heir->role == ROLE_OWNER)
        return refuse_field(act, STR("owner"), STR("This person is its owner already."));
    return VERDICT_APPEND;
}

static const struct member *owner_of(const struct live_room *live)
{
    MAP_EACH (slot, &live->members) {
        const struct member *member = slot->value;
        if (member->role == ROLE_OWNER)
            return member;
    }
    return NULL;
}

static void put_role(struct batch *batch, const struct event *event, user_id user, enum role role)
{
    batch_project(batch, &(struct projection){.kind = PROJECT_MEMBER,
                                              .user = user,
                                              .role = role,
                                              .seq = event->seq,
                                              .count = event->count,
                                              .at = event->created_at});
}

enum verdict judge_oversee(struct live_room *live, struct act *act, struct batch *batch,
                           const struct limits *limits)
{
    (void)limits;
    if (live->room.kind == ROOM_DIRECT) /* what two have with each other is nobody else's */
        return refuse(act, ERR_ROOM_NOT_FOUND);
    if (act->target.v && look_at_new_owner(live, act) != VERDICT_APPEND)
        return VERDICT_REFUSE;
    batch_begin(batch, act);
    const struct event *updated = batch_add(batch, &(struct event){.type = EVENT_ROOM_UPDATED,
                                                                   .sender = act->self,
                                                                   .target = act->target.v,
                                                                   .nonce = act->nonce,
                                                                   .payload = act->payload});
    batch_project(batch, &(struct projection){.kind = PROJECT_CHANGE,
                                              .change = change_of(&live->room, act),
                                              .seq = updated->seq,
                                              .at = updated->created_at});
    const struct member *former = act->target.v ? owner_of(live) : NULL;
    if (former)
        put_role(batch, updated, former->user, ROLE_ADMIN);
    if (act->target.v)
        put_role(batch, updated, act->target, ROLE_OWNER);
    return VERDICT_APPEND;
}

/* That it was reported to them was looked at on the way; where the report is decided, the nonce may still be known. */
enum verdict judge_delete_reported(struct live_room *live, struct act *act, struct batch *batch,
                                   const struct limits *limits)
{
    (void)limits;
    if (act->problem.err != ERR_OK)
        return VERDICT_REFUSE;
    enum verdict verdict = look_at_subject(live, act, batch);
    if (verdict != VERDICT_APPEND)
        return verdict;
    change_message(batch, act,
                   &(struct event){.type = EVENT_MESSAGE_DELETED,
                                   .sender = act->self,
                                   .target = act->seq,
                                   .nonce = act->nonce,
                                   .payload = act->payload});
    return VERDICT_APPEND;
}

enum verdict look_at_holds(const struct live_room *live, struct act *act)
{
    const struct room_change *change = &act->change;
    uint64_t held = live->room.held;
    if ((held & HELD_LOCKED) && change->locked == 0)
        return refuse_because(act, STR("An administrator of this server locked the group, and only "
                                       "they can unlock it; ask one of them."));
    if ((held & HELD_ARCHIVED) && change->archived == 0)
        return refuse_because(act, STR("An administrator of this server closed the group, and only "
                                       "they can open it again; ask one of them."));
    if ((held & HELD_UNLISTED) && change->is_public == 1)
        return refuse_because(act, STR("An administrator of this server took the group out of the "
                                       "directory; ask one of them."));
    return VERDICT_APPEND;
}
