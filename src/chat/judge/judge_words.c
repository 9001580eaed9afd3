/* What is said: whether a filter lets it through, and what newcomers may not say yet. */
#include "chat/chat_internal.h"
#include "chat/judge/newcomer.h"
#include "chat/judge/rules.h"
#include "core/clock.h"
#include "filter/links.h"
#include "model/newcomers.h"

static const struct server_rules *rules_of(const struct live_room *live)
{
    static const struct server_rules none = {0};
    return live->home ? &live->home->rules : &none; /* in tests of the judge there is no home */
}

/* Those who keep the peace are not kept by what the room set: they quote, and link to what it is about. */
static bool is_exempt(const struct live_room *live, const struct act *act)
{
    return role_is_above(live_room_role(live, act->self), ROLE_MEMBER);
}

/* ---- newcomers ----------------------------------------------------------------------------------- */

/* Until when what holds for newcomers of the room, or of the server, holds for who does it; 0: does not. */
struct stay {
    struct newcomers newcomers;
    int64_t until;
};

static struct stay stay_of(uint64_t packed, int64_t since, int64_t now)
{
    struct stay stay = {.newcomers = newcomers_unpack(packed)};
    int64_t until = since + (int64_t)stay.newcomers.seconds * 1000;
    if (packed && since && now < until)
        stay.until = until;
    return stay;
}

static struct stay stay_in_room(const struct live_room *live, const struct act *act, int64_t now)
{
    const struct member *self = live_room_member(live, act->self);
    bool holds = self && live->room.kind == ROOM_GROUP && !is_exempt(live, act);
    return stay_of(holds ? live->room.newcomers : 0, self ? self->joined_at : 0, now);
}

static struct stay stay_on_server(const struct live_room *live, const struct act *act, int64_t now)
{
    return stay_of(rules_of(live)->newcomers, act->since, now);
}

enum verdict look_at_account(const struct live_room *live, struct act *act)
{
    return live->home && newcomer_asks(act) ? VERDICT_LOOK : VERDICT_APPEND;
}

void newcomer_refuse(struct act *act, int64_t until, int64_t now, const char *what)
{
    char at[TIME_TEXT_LEN];
    clock_format(until, at);
    act->problem = (struct problem){
        .err = ERR_NEWCOMER_LIMITED,
        .retry_after_s = (uint64_t)(until - now + 999) / 1000,
        .until = until,
        .detail =
            arena_printf(act->arena, "You have not been here for long: %s. You may from %.*s on.",
                         what, TIME_TEXT_LEN, at)};
}

int64_t newcomer_pace(const struct live_room *live, const struct act *act, int64_t now)
{
    const struct stay stays[] = {stay_in_room(live, act, now), stay_on_server(live, act, now)};
    uint64_t most = 0;
    for (size_t i = 0; i < ARRAY_LEN(stays); i++)
        if (stays[i].until && stays[i].newcomers.slow_mode_s > most)
            most = stays[i].newcomers.slow_mode_s;
    return (int64_t)most * 1000;
}

static enum verdict look_at_bars(struct act *act, const struct stay *stay, int64_t now,
                                 struct str words, const char *where[2])
{
    unsigned bars = stay->until ? stay->newcomers.bars : 0;
    const char *what = bars & BAR_MENTION_ALL && mentions_all(&act->mentions) ? where[0]
                       : bars & BAR_LINKS && links_any(words)                 ? where[1]
                                                                              : NULL;
    if (!what)
        return VERDICT_APPEND;
    newcomer_refuse(act, stay->until, now, what);
    return VERDICT_REFUSE;
}

static enum verdict look_at_newcomer(const struct live_room *live, struct act *act,
                                     const struct batch *batch, struct str words)
{
    static const char *in_room[] = {"newcomers to this room do not mention everybody",
                                    "newcomers to this room post no links"};
    static const char *on_server[] = {"newcomers to this server do not mention everybody",
                                      "newcomers to this server post no links"};
    struct stay room = stay_in_room(live, act, batch->last_at);
    struct stay server = stay_on_server(live, act, batch->last_at);
    enum verdict verdict = look_at_bars(act, &server, batch->last_at, words, on_server);
    return verdict == VERDICT_APPEND ? look_at_bars(act, &room, batch->last_at, words, in_room)
                                     : verdict;
}

/* ---- filters -------------------------------------------------------------------------------------- */

static enum verdict refuse_filtered(struct act *act, struct str field, bool by_server)
{
    act->problem = problem_field(
        ERR_CONTENT_FILTERED, field,
        by_server
            ? STR("A filter of this server does not let it through: it has words or a link "
                  "that are not wanted here. Say it in another way.")
            : STR("A filter of this room does not let it through: it has words or a link that "
                  "are not wanted here. Say it in another way, or ask a moderator."));
    return VERDICT_REFUSE;
}

static enum verdict look_at_text(struct live_room *live, struct act *act, struct str field,
                                 struct str text)
{
    bool exempt = is_exempt(live, act) || text.len == 0;
    if (!exempt && live->filter.away)
        return VERDICT_LOOK;
    enum filter_verdict server = filter_judge(rules_of(live)->filter, text);
    enum filter_verdict room = exempt || server == FILTER_REFUSES
                                   ? FILTER_PASSES
                                   : filter_judge(room_filter_use(&live->filter), text);
    if (server == FILTER_REFUSES || room == FILTER_REFUSES)
        return refuse_filtered(act, field, server == FILTER_REFUSES);
    if (server == FILTER_REPORTS)
        act->reports = ACT_REPORTS_TO_SERVER;
    else if (room == FILTER_REPORTS)
        act->reports = ACT_REPORTS_TO_ROOM;
    return VERDICT_APPEND;
}

static bool has_rules(const struct live_room *live)
{
    return live->filter.filter || live->filter.away || live->room.newcomers ||
           rules_of(live)->filter;
}

enum verdict look_at_words(struct live_room *live, struct act *act, const struct batch *batch)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    const struct chat *chat = live->home ? live->home->chat : NULL;
    act->reports = ACT_REPORTS_NOTHING;
    if (!chat || !chat->words_of || (!has_rules(live) && !act->since))
        return VERDICT_APPEND;
    struct str words = chat->words_of(act->payload, &arena);
    enum verdict verdict = look_at_newcomer(live, act, batch, words);
    return verdict == VERDICT_APPEND ? look_at_text(live, act, STR("content"), words) : verdict;
}

enum verdict look_at_labels(struct live_room *live, struct act *act)
{
    enum verdict verdict = look_at_text(live, act, STR("name"), act->change.name);
    if (verdict == VERDICT_APPEND)
        verdict = look_at_text(live, act, STR("topic"), act->change.topic);
    if (verdict == VERDICT_APPEND)
        verdict = look_at_text(live, act, STR("text"), act->text);
    act->reports = ACT_REPORTS_NOTHING; /* there is no message that could be reported */
    return verdict;
}
