/* Links that let into a group whoever has their code, and groups that let in everybody. What the code
 * proves is judged at the door; here, whether the link still stands. */
#include "chat/judge/rules.h"

/* VERDICT_APPEND: may make and revoke links. */
static enum verdict look_at_maker(const struct live_room *live, struct act *act)
{
    enum verdict verdict = require_in_group(live, act, PERMISSION_INVITE);
    if (verdict == VERDICT_APPEND && act->subject_seq != live->room.last_seq)
        return VERDICT_LOOK;
    return verdict;
}

static const struct event *append(struct batch *batch, struct act *act, enum event_type type,
                                  uint64_t target)
{
    batch_begin(batch, act);
    return batch_add(batch, &(struct event){.type = (uint8_t)type,
                                            .sender = act->self,
                                            .target = target,
                                            .payload = act->payload,
                                            .nonce = act->nonce});
}

enum verdict judge_make_link(struct live_room *live, struct act *act, struct batch *batch,
                             const struct limits *limits)
{
    enum verdict verdict = look_at_maker(live, act);
    if (verdict != VERDICT_APPEND)
        return verdict;
    if (act->links >= limits->room_links) {
        LIMIT_HIT(limits, room_links);
        return refuse(act, ERR_LINK_TOO_MANY);
    }
    const struct event *made = append(batch, act, EVENT_LINK_CREATED, 0);
    int64_t until = act->seconds ? made->created_at + (int64_t)act->seconds * 1000 : LINK_FOR_EVER;
    batch_project(batch, &(struct projection){.kind = PROJECT_LINK,
                                              .link = made->seq,
                                              .seq = made->seq,
                                              .at = until,
                                              .most = act->uses});
    return VERDICT_APPEND;
}

static bool stands(const struct act *act, const struct batch *batch)
{
    return act->room_link.seq && act->room_link.expires_at > batch->last_at;
}

enum verdict judge_revoke_link(struct live_room *live, struct act *act, struct batch *batch,
                               const struct limits *limits)
{
    (void)limits;
    enum verdict verdict = look_at_maker(live, act);
    if (verdict != VERDICT_APPEND)
        return verdict;
    if (!stands(act, batch))
        return refuse(act, ERR_LINK_NOT_FOUND);
    const struct event *revoked = append(batch, act, EVENT_LINK_REVOKED, act->seq);
    batch_project(batch, &(struct projection){
                             .kind = PROJECT_LINK_REVOKED, .link = act->seq, .seq = revoked->seq});
    return VERDICT_APPEND;
}

enum verdict look_at_public(const struct live_room *live, struct act *act)
{
    if (live->members.len == 0 || !live->room.is_public)
        return refuse(act, ERR_ROOM_NOT_FOUND);
    return live->room.archived ? refuse(act, ERR_ROOM_ARCHIVED) : VERDICT_APPEND;
}

/* By a link, or because the group is public. A room without members stays as its last one left it. */
static enum verdict look_at_door(const struct live_room *live, struct act *act,
                                 const struct batch *batch)
{
    if (act->seq)
        return live->members.len && stands(act, batch) ? VERDICT_APPEND
                                                       : refuse(act, ERR_LINK_NOT_FOUND);
    enum verdict verdict = look_at_public(live, act);
    if (verdict == VERDICT_APPEND && live->room.by_approval)
        return refuse(act, ERR_ROOM_APPROVAL);
    return verdict;
}

enum verdict judge_join(struct live_room *live, struct act *act, struct batch *batch,
                        const struct limits *limits)
{
    if (act->subject_seq != live->room.last_seq)
        return VERDICT_LOOK;
    if (live_room_member(live, act->self))
        return refuse(act, ERR_ROOM_ALREADY_MEMBER);
    enum verdict verdict = look_at_door(live, act, batch);
    if (verdict == VERDICT_APPEND)
        verdict = look_at_ban(live, act, batch);
    if (verdict == VERDICT_APPEND)
        verdict = look_at_room(live, act, limits);
    if (verdict != VERDICT_APPEND)
        return verdict;
    const enum role role = act->past.was_guest ? ROLE_GUEST : ROLE_MEMBER;
    const struct event *joined =
        let_in(live, act, batch,
               (struct event){.target = act->self.v, .role = role, .payload = act->payload});
    if (act->seq == 0)
        return VERDICT_APPEND;
    batch_project(batch, &(struct projection){
                             .kind = PROJECT_LINK_USED, .link = act->seq, .seq = joined->seq});
    return VERDICT_APPEND;
}
