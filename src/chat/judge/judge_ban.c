/* Who is kept out of a group, and until when. They need not be in it. */
#include "chat/judge/rules.h"

static void append(struct batch *batch, struct act *act, enum event_type type, int64_t until)
{
    batch_begin(batch, act);
    const struct event *event =
        batch_add(batch, &(struct event){.type = (uint8_t)type,
                                         .sender = act->self,
                                         .target = act->target.v,
                                         .payload = until ? act->payload : STR_NONE,
                                         .nonce = act->nonce});
    batch_project(batch,
                  &(struct projection){
                      .kind = PROJECT_BAN, .user = act->target, .seq = event->seq, .at = until});
}

/* The clock is the room's. */
static int64_t end_of(const struct batch *batch, uint64_t seconds)
{
    return seconds ? batch->last_at + (int64_t)seconds * 1000 : BANNED_FOR_GOOD;
}

/* They hear of the ban as the last thing but one, and go. */
enum verdict judge_ban(struct live_room *live, struct act *act, struct batch *batch,
                       const struct limits *limits)
{
    (void)limits;
    bool is_in = live_room_member(live, act->target) != NULL;
    enum verdict verdict = require_in_group(live, act, PERMISSION_BAN);
    if (verdict == VERDICT_APPEND && is_in)
        verdict = require_above(live, act);
    if (verdict != VERDICT_APPEND)
        return verdict;
    if (act->problem.err != ERR_OK)
        return VERDICT_REFUSE; /* there is nobody to be banned */
    append(batch, act, EVENT_USER_BANNED, end_of(batch, act->seconds));
    request_closes(batch, act->target, batch->last_seq, 0);
    char nonce[OWN_NONCE_MAX];
    if (is_in)
        member_goes(live, act, batch, STR_NONE, own_nonce(nonce, "banned.", batch->last_seq));
    return VERDICT_APPEND;
}

enum verdict judge_unban(struct live_room *live, struct act *act, struct batch *batch,
                         const struct limits *limits)
{
    (void)limits;
    enum verdict verdict = require_in_group(live, act, PERMISSION_BAN);
    if (verdict != VERDICT_APPEND)
        return verdict;
    if (act->subject_seq != live->room.last_seq)
        return VERDICT_LOOK;
    if (act->past.banned_until <= batch->last_at)
        return refuse(act, ERR_BAN_NOT_FOUND);
    append(batch, act, EVENT_USER_UNBANNED, 0);
    return VERDICT_APPEND;
}

enum verdict look_at_ban(const struct live_room *live, struct act *act, const struct batch *batch)
{
    if (act->subject_seq != live->room.last_seq)
        return VERDICT_LOOK;
    int64_t until = act->past.banned_until, left = until - batch->last_at;
    if (left <= 0)
        return VERDICT_APPEND;
    uint64_t seconds = until == BANNED_FOR_GOOD ? 0 : (uint64_t)(left + 999) / 1000;
    act->problem = (struct problem){.err = ERR_ROOM_BANNED, .retry_after_s = seconds};
    return VERDICT_REFUSE;
}
