/* Groups that everybody finds, but that decide of each who asks. One asks once: what is open is decided
 * before one asks again, and who was refused waits. */
#include "chat/judge/rules.h"

static bool is_open(const struct act *act)
{
    return act->past.asked_seq && !act->past.refused_at;
}

static const struct event *append(struct batch *batch, struct act *act, enum event_type type)
{
    batch_begin(batch, act);
    return batch_add(batch, &(struct event){.type = (uint8_t)type,
                                            .sender = act->self,
                                            .target = act->target.v,
                                            .nonce = act->nonce});
}

void request_closes(struct batch *batch, user_id user, uint64_t seq, int64_t refused_at)
{
    batch_project(batch,
                  &(struct projection){
                      .kind = PROJECT_REQUEST_CLOSED, .user = user, .seq = seq, .at = refused_at});
}

/* ---- asking ------------------------------------------------------------------------------------ */

static enum verdict look_at_last(struct act *act, const struct batch *batch,
                                 const struct limits *limits)
{
    if (is_open(act))
        return refuse(act, ERR_REQUEST_OPEN);
    int64_t again = act->past.refused_at + (int64_t)limits->request_again_s * 1000;
    if (!act->past.asked_seq || again <= batch->last_at)
        return VERDICT_APPEND;
    act->problem =
        (struct problem){.err = ERR_REQUEST_REFUSED,
                         .retry_after_s = (uint64_t)(again - batch->last_at + 999) / 1000};
    return VERDICT_REFUSE;
}

/* VERDICT_APPEND: the room lets nobody in who has not asked, and this person may. */
static enum verdict look_at_asker(const struct live_room *live, struct act *act,
                                  const struct batch *batch, const struct limits *limits)
{
    if (act->subject_seq != live->room.last_seq)
        return VERDICT_LOOK;
    if (live_room_member(live, act->self))
        return refuse(act, ERR_ROOM_ALREADY_MEMBER);
    enum verdict verdict = look_at_public(live, act);
    if (verdict == VERDICT_APPEND && !live->room.by_approval)
        return refuse(act, ERR_REQUEST_NOT_NEEDED);
    if (verdict == VERDICT_APPEND)
        verdict = look_at_ban(live, act, batch);
    return verdict == VERDICT_APPEND ? look_at_last(act, batch, limits) : verdict;
}

enum verdict judge_ask(struct live_room *live, struct act *act, struct batch *batch,
                       const struct limits *limits)
{
    enum verdict verdict = look_at_asker(live, act, batch, limits);
    if (verdict != VERDICT_APPEND)
        return verdict;
    if (act->requests >= limits->room_requests) {
        LIMIT_HIT(limits, room_requests);
        return refuse(act, ERR_REQUEST_TOO_MANY);
    }
    verdict = look_at_labels(live, act);
    if (verdict != VERDICT_APPEND)
        return verdict;
    const struct event *asked = append(batch, act, EVENT_REQUEST_CREATED);
    batch_project(batch, &(struct projection){.kind = PROJECT_REQUEST,
                                              .user = act->self,
                                              .seq = asked->seq,
                                              .at = asked->created_at,
                                              .text = act->text});
    return VERDICT_APPEND;
}

/* ---- deciding ---------------------------------------------------------------------------------- */

/* VERDICT_APPEND: there is an open request, and this person decides it. */
static enum verdict look_at_decider(const struct live_room *live, struct act *act)
{
    enum verdict verdict = require_in_group(live, act, PERMISSION_INVITE);
    if (verdict == VERDICT_APPEND && act->subject_seq != live->room.last_seq)
        return VERDICT_LOOK;
    if (verdict == VERDICT_APPEND && !is_open(act))
        return refuse(act, ERR_REQUEST_NOT_FOUND);
    return verdict;
}

enum verdict judge_accept(struct live_room *live, struct act *act, struct batch *batch,
                          const struct limits *limits)
{
    enum verdict verdict = look_at_decider(live, act);
    if (verdict == VERDICT_APPEND)
        verdict = look_at_room(live, act, limits);
    if (verdict == VERDICT_APPEND)
        verdict = look_at_ban(live, act, batch);
    if (verdict != VERDICT_APPEND)
        return verdict;
    const enum role role = act->past.was_guest ? ROLE_GUEST : ROLE_MEMBER;
    let_in(live, act, batch, (struct event){.target = act->target.v, .role = role});
    return VERDICT_APPEND;
}

/* Who asked takes it back. What they know of a group that is public no longer is that they asked. */
static enum verdict look_at_withdrawal(const struct live_room *live, struct act *act)
{
    if (act->subject_seq != live->room.last_seq)
        return VERDICT_LOOK;
    if (is_open(act))
        return VERDICT_APPEND;
    bool knows = live->room.is_public || live_room_member(live, act->self);
    return refuse(act, knows ? ERR_REQUEST_NOT_FOUND : ERR_ROOM_NOT_FOUND);
}

enum verdict judge_close(struct live_room *live, struct act *act, struct batch *batch,
                         const struct limits *limits)
{
    (void)limits;
    bool own = user_id_eq(act->self, act->target);
    enum verdict verdict = own ? look_at_withdrawal(live, act) : look_at_decider(live, act);
    if (verdict != VERDICT_APPEND)
        return verdict;
    const struct event *closed = append(batch, act, EVENT_REQUEST_CLOSED);
    request_closes(batch, act->target, closed->seq, own ? 0 : closed->created_at);
    return VERDICT_APPEND;
}
