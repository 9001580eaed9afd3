#include "api/api.h"

#include "api/redirect.h"
#include "api/resync.h"
#include "api/router.h"
#include "api/schedule.h"
#include "api/worker.h"
#include "core/memory.h"
#include "net/websocket.h"
#include "proto/encode.h"

static void on_request(void *ctx, struct http_exchange *exchange)
{
    if (!redirect_to_https(ctx, exchange))
        router_on_request(ctx, exchange);
}

static enum limit_id body_limit(void *ctx, const struct http_request *http)
{
    (void)ctx;
    return router_body_limit(http);
}

static struct str error_body(void *ctx, int status, struct arena *arena, struct str *type)
{
    (void)ctx;
    return router_error_body(status, arena, type);
}

/* An answer is data: no browser may guess another type of it, run or frame anything of it, keep it
 * (tokens and people's words are in it), or give it to another origin's page that did not ask by
 * CORS. The page's files say their own (server/page.c). */
static const struct http_header common_headers[] = {
    {STR_INIT("X-Content-Type-Options"), STR_INIT("nosniff")},
    {STR_INIT("Content-Security-Policy"), STR_INIT("default-src 'none'; frame-ancestors 'none'")},
    {STR_INIT("Referrer-Policy"), STR_INIT("no-referrer")},
    {STR_INIT("Cross-Origin-Resource-Policy"), STR_INIT("same-origin")},
    {STR_INIT("Cache-Control"), STR_INIT("no-store")},
};

void api_shared_init(struct api_shared *shared)
{
    const struct config *config = shared->config;
    budget_init(&shared->budget, config->limits.connections);
    budget_limit_arrivals(&shared->budget, &config->limits, config->trust, config->trust_count);
    rates_init(&shared->rates, &config->limits);
    shared->sockets = xcalloc(API_SOCKET_SLOTS, sizeof(*shared->sockets));
}

void api_shared_deinit(struct api_shared *shared)
{
    budget_deinit(&shared->budget);
    rates_deinit(&shared->rates);
    xfree(TAKE(shared->sockets));
}

enum { MEMORY_LOOK_MS = 20 };

static void look_at_memory(struct loop_timer *timer)
{
    struct api *api = CONTAINER_OF(timer, struct api, memory_look);
    memory_look();
    loop_timer_start(api->loop, timer, MEMORY_LOOK_MS);
}

static void on_gap(void *ctx)
{
    struct api *api = ctx;
    emoji_images_forget(&api->emoji_images);
    resync_begin(ctx);
}

static void on_emoji(void *ctx)
{
    struct api *api = ctx;
    emoji_images_forget(&api->emoji_images);
}

enum { RESYNC_LOOK_MS = 1000 };

static void look_whether_to_resync(struct loop_timer *timer)
{
    struct api *api = CONTAINER_OF(timer, struct api, resync_look);
    resync_look(api);
    loop_timer_start(api->loop, timer, RESYNC_LOOK_MS);
}

bool api_has_memory(const struct api *api)
{
    if (!memory_is_tight())
        return true;
    LIMIT_HIT(api->limits, memory_mib);
    return false;
}

int api_new(struct api **out, struct api_shared *shared, unsigned worker, struct loop *loop)
{
    struct api *api = NEW(struct api);
    api->shared = shared;
    api->limits = &shared->config->limits;
    encode_limits(&api->limits_told, api->limits);
    api->worker = worker;
    api->loop = loop;
    api->inbox = loop_inbox(loop);
    list_init(&api->pauses);
    emoji_images_init(&api->emoji_images);
    api->fanout = fanout_new(shared->bus, worker);

    struct http_handler handler = {.on_request = on_request,
                                   .error_body = error_body,
                                   .body_limit = body_limit,
                                   .headers = common_headers,
                                   .header_count = ARRAY_LEN(common_headers),
                                   .ctx = api};
    int rc = http_server_new(&api->http, loop, api->limits, &handler);
    if (rc != 0) {
        api_free(api);
        return rc;
    }
    http_server_share(api->http, &shared->budget);
    const struct config *config = shared->config;
    http_server_believe(api->http, &(struct http_proxies){.nets = config->proxies,
                                                          .count = config->proxy_count,
                                                          .protocol = config->proxy_protocol});
    api->memory_look.on_due = look_at_memory;
    if (memory_is_watched())
        loop_timer_start(loop, &api->memory_look, MEMORY_LOOK_MS);
    bus_attach(shared->bus, worker, api->inbox, fanout_subscriber(api->fanout));
    chat_attach(shared->chat, worker, api->inbox);
    fanout_on_gap(api->fanout, on_gap, api);
    fanout_on_emoji(api->fanout, on_emoji, api);
    api->resync_look.on_due = look_whether_to_resync;
    if (chat_has_peers(shared->chat))
        loop_timer_start(loop, &api->resync_look, RESYNC_LOOK_MS);
    if (worker == 0)
        api->schedule = schedule_new(api);
    shared->apis[worker] = api;
    *out = api;
    return 0;
}

int api_listen(struct api *api, uint16_t *port, bool exclusive)
{
    return http_server_listen(api->http, &api->shared->config->listen, port, exclusive);
}

int api_listen_plain(struct api *api, uint16_t *port, bool exclusive)
{
    return http_server_listen_plain(api->http, &api->shared->config->redirect, port, exclusive);
}

void api_secure(struct api *api, struct ssl_ctx_st *context)
{
    http_server_secure(api->http, context);
}

uint64_t api_accept_pauses(const struct api *api)
{
    return atomic_load_explicit(&http_server_figures(api->http)->accept_pauses,
                                memory_order_relaxed);
}

/* Where there are other servers people go to them, not all in one moment; but within half of the time that there
 * is, so that the last of them are told, too. */
enum { FAREWELL_MS = 100, FAREWELL_MOST_MS = 3000 };

static size_t farewell_steps(const struct limits *limits)
{
    uint64_t half = limits->drain_s * 1000 / 2;
    return (size_t)((half < FAREWELL_MOST_MS ? half : FAREWELL_MOST_MS) / FAREWELL_MS);
}

static void say_farewell(struct loop_timer *timer)
{
    struct api *api = CONTAINER_OF(timer, struct api, farewell.timer);
    struct farewell *farewell = &api->farewell;
    size_t some = (farewell->count + farewell->steps - 1) / farewell->steps;
    for (; some > 0 && farewell->at < farewell->count; some--)
        fanout_close(api->fanout, farewell->users[farewell->at++], WS_CLOSE_RESTARTING,
                     STR("the server is stopping"));
    if (farewell->at < farewell->count)
        loop_timer_start(api->loop, timer, FAREWELL_MS);
    else
        http_server_drain(api->http);
}

void api_stop(struct api *api)
{
    api->stopping = true;
    schedule_stop(api->schedule);
    http_server_stop_accepting(api->http);
    if (!chat_has_peers(api->shared->chat)) {
        http_server_drain(api->http);
        return;
    }
    api->farewell.users = fanout_people(api->fanout, &api->farewell.count);
    api->farewell.steps = farewell_steps(api->limits);
    api->farewell.timer.on_due = say_farewell;
    say_farewell(&api->farewell.timer);
}

bool api_is_idle(const struct api *api)
{
    return api->under_way == 0 && http_server_connections(api->http) == 0;
}

void api_free(struct api *api)
{
    if (!api)
        return;
    schedule_free(api->schedule);
    loop_timer_stop(api->loop, &api->memory_look);
    loop_timer_stop(api->loop, &api->resync_look);
    loop_timer_stop(api->loop, &api->farewell.timer);
    xfree(api->farewell.users);
    resync_free(api);
    emoji_images_deinit(&api->emoji_images);
    http_server_free(api->http);
    fanout_free(api->fanout);
    buf_deinit(&api->limits_told);
    xfree(api);
}
