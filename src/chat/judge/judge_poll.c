/* Polls: votes, which are counted by the home as they come, and their end. */
#include "chat/chat_internal.h"
#include "chat/judge/rules.h"

#include <inttypes.h>

enum verdict look_at_end(struct act *act, const struct batch *batch, const struct limits *limits)
{
    int64_t end = act->poll.closes_at, ahead = (int64_t)limits->poll_open_s * 1000;
    if (act->poll.options == 0 || end == 0 ||
        (end > batch->last_at && end <= batch->last_at + ahead))
        return VERDICT_APPEND;
    return refuse_field(act, STR("content.closes_at"),
                        STR("`content.closes_at` must be a time to come, and no further ahead than "
                            "the server\'s limit poll_open_s says; leave it out for a poll that is "
                            "open until somebody closes it."));
}

/* VERDICT_APPEND: it is a poll that stands and is open. */
static enum verdict look_at_poll(const struct live_room *live, struct act *act,
                                 const struct batch *batch)
{
    enum verdict verdict = look_at_message(live, act, batch);
    if (verdict != VERDICT_APPEND)
        return verdict;
    if (!event_is_poll(act->subject) || act->state.poll.options == 0)
        return refuse_field(act, STR("seq"), STR("This message is no poll."));
    if (batch_polls(batch, act->seq, (user_id){0}))
        return VERDICT_WAIT;
    return VERDICT_APPEND;
}

static enum verdict look_at_choices(struct act *act)
{
    const struct poll *poll = &act->state.poll;
    const struct ballot *ballot = &act->ballot;
    struct str unknown = STR("The poll has no such option; they are counted from 0.");
    if (ballot->choices >> poll->options)
        return refuse_field(act, STR("choices"), unknown);
    if (ballot->base >> poll->options)
        return refuse_field(act, STR("base"), unknown);
    bool several = (ballot->choices & (ballot->choices - 1)) != 0;
    if (several && !poll->multiple)
        return refuse_field(act, STR("choices"), STR("In this poll one chooses one option."));
    return VERDICT_APPEND;
}

/* In tests of the judge there is no home. */
static struct str payload_of(const struct live_room *live, const struct vote *vote, bool secret,
                             struct arena *arena)
{
    const struct chat *chat = live->home ? live->home->chat : NULL;
    return chat && chat->vote_of ? chat->vote_of(vote, secret, arena) : STR_NONE;
}

/* Behind what is durable and what the batch brings. */
static void add_vote(struct batch *batch, struct act *act, user_id voter)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    const struct poll_state *state = &act->state;
    const struct event *before = batch_last_vote(batch, act->seq);
    uint64_t chosen = ballot_on(&act->ballot, state);
    struct vote vote = {.choices = chosen,
                        .options = state->poll.options,
                        .tally = before ? before->vote->tally : state->tally};
    tally_move(&vote.tally, state->own, chosen);
    batch_begin(batch, act);
    batch_add(batch, &(struct event){
                         .type = EVENT_POLL_VOTED,
                         .kind = state->poll.anonymous ? VOTE_SECRET : VOTE_OPEN,
                         .sender = voter,
                         .target = act->seq,
                         .nonce = act->nonce,
                         .vote = &vote,
                         .payload = payload_of(batch->live, &vote, state->poll.anonymous, &arena)});
}

enum verdict judge_vote(struct live_room *live, struct act *act, struct batch *batch,
                        const struct limits *limits)
{
    (void)limits;
    enum verdict verdict = require_open(live, act, batch, PERMISSION_REACT);
    if (verdict == VERDICT_APPEND)
        verdict = look_at_poll(live, act, batch);
    if (verdict != VERDICT_APPEND)
        return verdict;
    user_id voter = act->state.poll.anonymous ? act->voter : act->self;
    if (batch_polls(batch, act->seq, voter))
        return VERDICT_WAIT;
    if (poll_is_closed(&act->state, batch->last_at))
        return refuse(act, ERR_POLL_CLOSED);
    verdict = look_at_choices(act);
    if (verdict != VERDICT_APPEND)
        return verdict;
    if (act->state.own == 0 && ballot_on(&act->ballot, &act->state) == 0)
        return refuse(act, ERR_VOTE_NOT_FOUND);
    if (act->standing)
        return answer_standing(act);
    add_vote(batch, act, voter);
    return VERDICT_APPEND;
}

enum verdict judge_close_poll(struct live_room *live, struct act *act, struct batch *batch,
                              const struct limits *limits)
{
    (void)limits;
    enum verdict verdict = look_at_poll(live, act, batch);
    if (verdict != VERDICT_APPEND)
        return verdict;
    bool moderates = room_permits(&live->room, live_room_role(live, act->self), PERMISSION_DELETE);
    if (!moderates && !user_id_eq(act->subject->sender, act->self))
        return refuse_because(act, STR("A poll is closed by who made it, or by who may delete "
                                       "messages of others in this room."));
    if (act->standing)
        return answer_standing(act);
    if (poll_is_closed(&act->state, batch->last_at))
        return refuse(act, ERR_POLL_CLOSED);
    batch_begin(batch, act);
    batch_add(batch, &(struct event){.type = EVENT_POLL_CLOSED,
                                     .sender = act->self,
                                     .target = act->seq,
                                     .nonce = act->nonce});
    return VERDICT_APPEND;
}
