/* Who is muted in a group, and until when. */
#include "chat/judge/rules.h"

static void append(struct batch *batch, struct act *act, enum event_type type, uint64_t seconds)
{
    batch_begin(batch, act);
    const struct event *event =
        batch_add(batch, &(struct event){.type = (uint8_t)type,
                                         .sender = act->self,
                                         .target = act->target.v,
                                         .payload = seconds ? act->payload : STR_NONE,
                                         .nonce = act->nonce});
    int64_t until = seconds ? event->created_at + (int64_t)seconds * 1000 : 0;
    batch_project(batch,
                  &(struct projection){
                      .kind = PROJECT_MUTE, .user = act->target, .seq = event->seq, .at = until});
}

static enum verdict look_at(const struct live_room *live, struct act *act)
{
    enum verdict verdict = require_in_group(live, act, PERMISSION_MUTE);
    return verdict == VERDICT_APPEND ? require_above(live, act) : verdict;
}

enum verdict judge_mute(struct live_room *live, struct act *act, struct batch *batch,
                        const struct limits *limits)
{
    (void)limits;
    enum verdict verdict = look_at(live, act);
    if (verdict == VERDICT_APPEND)
        append(batch, act, EVENT_USER_MUTED, act->seconds);
    return verdict;
}

enum verdict judge_unmute(struct live_room *live, struct act *act, struct batch *batch,
                          const struct limits *limits)
{
    (void)limits;
    enum verdict verdict = look_at(live, act);
    if (verdict == VERDICT_APPEND)
        append(batch, act, EVENT_USER_UNMUTED, 0);
    return verdict;
}
