/* What takes two events is two rows of the log, and an engine that is killed between them may have kept
 * only the first. It is then the last event of the room, and whoever reads the room next appends the other,
 * under the nonce that it would have had: of several who do, one is first. */
#include "chat/judge/rules.h"

/* Whom it lets go. */
static enum verdict judge_banned(const struct live_room *live, struct act *act, struct batch *batch)
{
    if (!live_room_member(live, act->target))
        return VERDICT_ANSWER;
    batch_begin(batch, act);
    member_goes(live, act, batch, STR_NONE, act->nonce);
    return VERDICT_APPEND;
}

/* Who handed the room over is its owner no more. */
static enum verdict judge_handed(const struct live_room *live, struct act *act, struct batch *batch)
{
    if (user_id_eq(act->self, act->target) || live_room_role(live, act->self) != ROLE_OWNER)
        return VERDICT_ANSWER;
    batch_begin(batch, act);
    former_owner(batch, act, act->nonce);
    return VERDICT_APPEND;
}

/* Whose the room is when its owner has left. */
static enum verdict judge_left(const struct live_room *live, struct act *act, struct batch *batch)
{
    const struct member *heir = live_room_heir(live, act->target);
    if (live->room.kind == ROOM_DIRECT || !heir || heir->role == ROLE_OWNER)
        return VERDICT_ANSWER;
    batch_begin(batch, act);
    room_passes(live, act, batch, act->nonce);
    return VERDICT_APPEND;
}

static const struct repair {
    enum verdict (*judge)(const struct live_room *live, struct act *act, struct batch *batch);
    const char *nonce;
} repairs[EVENT_TYPES] = {
    [EVENT_USER_BANNED] = {judge_banned, "banned."},
    [EVENT_USER_UPDATED] = {judge_handed, "former."},
    [EVENT_USER_LEFT] = {judge_left, "owner."},
};

struct str repair_nonce(char out[OWN_NONCE_MAX], const struct event *event)
{
    const struct repair *repair = &repairs[event->type];
    bool is_role = event->type == EVENT_USER_UPDATED;
    if (!repair->judge || (is_role && event->role != ROLE_OWNER))
        return STR_NONE;
    return own_nonce(out, repair->nonce, event->seq);
}

enum verdict judge_repair(struct live_room *live, struct act *act, struct batch *batch,
                          const struct limits *limits)
{
    (void)limits;
    return repairs[act->subject->type].judge(live, act, batch);
}
