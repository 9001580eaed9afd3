#include "api/api.h"

#include "api/router.h"
#include "api/worker.h"

static void on_request(void *ctx, struct http_exchange *exchange)
{
    router_on_request(ctx, exchange);
}

static struct str error_body(void *ctx, int status, struct arena *arena, struct str *type)
{
    (void)ctx;
    return router_error_body(status, arena, type);
}

void api_shared_init(struct api_shared *shared)
{
    budget_init(&shared->budget);
    rates_init(shared->rates, &shared->config->limits);
    shared->sockets = xcalloc(API_SOCKET_SLOTS, sizeof(*shared->sockets));
}

void api_shared_deinit(struct api_shared *shared)
{
    if (shared->sockets)
        rates_deinit(shared->rates);
    xfree(TAKE(shared->sockets));
}

int api_new(struct api **out, struct api_shared *shared, unsigned worker, struct loop *loop)
{
    struct api *api = NEW(struct api);
    api->shared = shared;
    api->limits = &shared->config->limits;
    api->worker = worker;
    api->loop = loop;
    api->inbox = loop_inbox(loop);
    api->fanout = fanout_new(shared->bus, worker);

    struct http_handler handler = {.on_request = on_request,
                                   .error_body = error_body,
                                   .ctx = api};
    int rc = http_server_new(&api->http, loop, api->limits, &handler);
    if (rc != 0) {
        api_free(api);
        return rc;
    }
    http_server_share(api->http, &shared->budget);
    bus_attach(shared->bus, worker, api->inbox, fanout_subscriber(api->fanout));
    chat_attach(shared->chat, worker, api->inbox);
    shared->apis[worker] = api;
    *out = api;
    return 0;
}

int api_listen(struct api *api, uint16_t *port, bool exclusive)
{
    return http_server_listen(api->http, &api->shared->config->listen, port, exclusive);
}

void api_stop(struct api *api)
{
    api->stopping = true;
    http_server_stop_accepting(api->http);
    http_server_drain(api->http);
}

bool api_is_idle(const struct api *api)
{
    return api->under_way == 0 && http_server_connections(api->http) == 0;
}

void api_free(struct api *api)
{
    if (!api)
        return;
    http_server_free(api->http);
    fanout_free(api->fanout);
    xfree(api);
}
