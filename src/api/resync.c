#include "api/resync.h"

#include "api/resync_doubt.h"
#include "api/ws_session.h"
#include "chat/chat.h"
#include "core/clock.h"

enum {
    AGAIN_S = 10, /* while the bus is lost; and between two that hurry, in the long run */
    AT_ONCE = 3,  /* that hurry, one behind the other */
    /* Where nothing is known to be lost, of each second: so many people, and more for as long as that is not over. */
    A_SECOND_LEAST = 50,
    READ_MS = 100,
};

struct users { /* one after the other */
    user_id *items;
    size_t count, at;
};

struct doubts { /* likewise */
    struct resync_doubt *items;
    size_t count, at;
};

struct resync {
    struct api *api;
    struct users all;
    struct doubts doubted; /* had rooms too many in the store: at the next look once more */
    struct doubts again;   /* those of them that are read now */
    bool hurries;          /* something was lost: as fast as the store answers */
    bool once_more; /* something was lost while this ran: who was read before it may miss it */
    size_t allowed; /* people until the next look */
    size_t begun;   /* since the last one */
    uint64_t looked_ms;
    bool reading, doubts; /* the query is under way; is of one that was doubted */
    struct arena arena;
    struct query query;
};

static void step(struct resync *resync);

static bool all_read(const struct resync *resync)
{
    return resync->all.at == resync->all.count;
}

static bool again_read(const struct resync *resync)
{
    return resync->again.at == resync->again.count;
}

/* With a place for everybody: of each there is one at most. */
static struct doubts doubts_of(const struct resync *resync)
{
    return (struct doubts){.items = xcalloc(resync->all.count + 1, sizeof(struct resync_doubt))};
}

static void drop(struct doubts *doubts)
{
    for (size_t i = 0; i < doubts->count; i++)
        resync_doubt_deinit(&doubts->items[i]);
    xfree(doubts->items);
}

static void begin(struct api *api, bool hurries)
{
    struct resync *resync = NEW(struct resync);
    resync->api = api;
    resync->arena = ARENA_INIT;
    resync->hurries = hurries;
    resync->all.items = fanout_people(api->fanout, &resync->all.count);
    resync->doubted = doubts_of(resync);
    api->resync = resync;
    api->resynced = 0;
}

static void end(struct resync *resync)
{
    resync->api->resync = NULL;
    arena_deinit(&resync->arena);
    xfree(resync->all.items);
    drop(&resync->doubted);
    drop(&resync->again);
    xfree(resync);
}

/* Nobody is sent away for what was missing once. */
static void judge(struct resync *resync, user_id user, const room_id *rooms, size_t count)
{
    struct fanout *fanout = resync->api->fanout;
    struct resync_doubt doubt = {.user = user};
    doubt.count = fanout_missing(fanout, user, rooms, count, &doubt.rooms);
    const struct resync_doubt *before =
        resync->doubts ? &resync->again.items[resync->again.at] : NULL;
    if (before && resync_doubt_holds(before, doubt.rooms, doubt.count))
        fanout_close(fanout, user, WS_CLOSE_RESTARTING,
                     STR("come again: there are rooms that you were not told of"));
    else if (doubt.count > 0)
        resync->doubted.items[resync->doubted.count++] =
            (struct resync_doubt){user, TAKE(doubt.rooms), doubt.count};
    xfree(doubt.rooms);
}

static void were_read(struct query *query)
{
    struct resync *resync = CONTAINER_OF(query, struct resync, query);
    struct api *api = resync->api;
    resync->reading = false;
    api->under_way--;
    if (query->problem.err != ERR_OK)
        return; /* again at the next look */
    judge(resync, query->self, query->room_ids, query->room_id_count);
    if (resync->doubts)
        resync->again.at++;
    else
        resync->all.at++;
    step(resync);
}

static void read_next(struct resync *resync, user_id user, bool doubts)
{
    struct api *api = resync->api;
    arena_deinit(&resync->arena);
    resync->arena = ARENA_INIT;
    resync->doubts = doubts;
    resync->query = (struct query){
        .origin = api->inbox, .done = were_read, .arena = &resync->arena, .self = user};
    resync->reading = true;
    api->under_way++;
    query_subscriptions(api->shared->chat, &resync->query);
}

static bool may_go_on(struct resync *resync)
{
    bool is_slow =
        resync->begun >= A_SECOND_LEAST && clock_monotonic_ms() - resync->looked_ms >= READ_MS;
    if (all_read(resync) || (!resync->hurries && (resync->allowed == 0 || is_slow)))
        return false;
    resync->allowed -= resync->allowed > 0;
    resync->begun++;
    return true;
}

static void step(struct resync *resync)
{
    struct api *api = resync->api;
    bool once_more = resync->once_more;
    if (!api->stopping && !again_read(resync)) {
        read_next(resync, resync->again.items[resync->again.at].user, true);
    } else if (!api->stopping && may_go_on(resync)) {
        read_next(resync, resync->all.items[resync->all.at], false);
    } else if (api->stopping || (all_read(resync) && resync->doubted.count == 0)) {
        end(resync);
        if (once_more)
            resync_begin(api);
    }
}

/* Where a server's way to the bus comes and goes all others lose something each time: that is not to keep them
 * reading. What is lost meanwhile is found by the next one. */
static bool may_hurry(const struct api *api)
{
    return api->resync_debt <= (AT_ONCE - 1) * AGAIN_S;
}

void resync_begin(struct api *api)
{
    if (api->stopping)
        return;
    api->resync_owed = !may_hurry(api);
    if (api->resync_owed)
        return;
    if (api->resync) {
        api->resync->hurries = api->resync->once_more = true;
    } else {
        api->resync_debt += AGAIN_S;
        begin(api, true);
        step(api->resync);
    }
}

static void go_on(struct resync *resync)
{
    const struct limits *limits = resync->api->limits;
    if (resync->reading)
        return;
    if (again_read(resync)) {
        drop(&resync->again);
        resync->again = resync->doubted;
        resync->doubted = doubts_of(resync);
    }
    resync->allowed = resync->all.count / limits->resync_s + 1;
    resync->begun = 0;
    resync->looked_ms = clock_monotonic_ms();
    step(resync);
}

void resync_look(struct api *api)
{
    api->resynced++;
    api->resync_debt -= api->resync_debt > 0;
    if (api->resync_owed && may_hurry(api))
        resync_begin(api);
    if (api->resync) {
        go_on(api->resync);
        return;
    }
    bool is_lost = !bus_is_ready(api->shared->bus);
    if (api->stopping || api->resynced < (is_lost ? AGAIN_S : api->limits->resync_s))
        return;
    begin(api, is_lost);
    go_on(api->resync);
}

void resync_free(struct api *api)
{
    if (api->resync)
        end(api->resync);
}
