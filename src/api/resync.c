#include "api/resync.h"

#include "api/ws_session.h"
#include "chat/chat.h"

enum { AGAIN_S = 10 }; /* while the bus is lost */

struct resync {
    struct api *api;
    user_id *users;
    size_t count, at;
    bool reading; /* the query is under way */
    struct arena arena;
    struct query query;
};

static void step(struct resync *resync);

static void end(struct resync *resync)
{
    resync->api->resync = NULL;
    arena_deinit(&resync->arena);
    xfree(resync->users);
    xfree(resync);
}

static void were_read(struct query *query)
{
    struct resync *resync = CONTAINER_OF(query, struct resync, query);
    struct api *api = resync->api;
    resync->reading = false;
    api->under_way--;
    if (query->problem.err != ERR_OK)
        return; /* again at the next look */
    fanout_check(api->fanout, query->self, query->room_ids, query->room_id_count);
    resync->at++;
    step(resync);
}

static void step(struct resync *resync)
{
    struct api *api = resync->api;
    if (resync->at == resync->count || api->stopping) {
        end(resync);
        return;
    }
    arena_deinit(&resync->arena);
    resync->arena = ARENA_INIT;
    resync->query = (struct query){.origin = api->inbox,
                                   .done = were_read,
                                   .arena = &resync->arena,
                                   .self = resync->users[resync->at]};
    resync->reading = true;
    api->under_way++;
    query_subscriptions(api->shared->chat, &resync->query);
}

void resync_begin(struct api *api)
{
    if (api->resync || api->stopping)
        return;
    struct resync *resync = NEW(struct resync);
    resync->api = api;
    resync->arena = ARENA_INIT;
    resync->users = fanout_people(api->fanout, &resync->count);
    api->resync = resync;
    api->resynced = 0;
    step(resync);
}

void resync_look(struct api *api)
{
    if (api->resync && !api->resync->reading)
        step(api->resync);
    else if (!bus_is_ready(api->shared->bus) && ++api->resynced >= AGAIN_S)
        resync_begin(api);
}

void resync_free(struct api *api)
{
    if (api->resync)
        end(api->resync);
}
