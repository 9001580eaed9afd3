#include "api/documents.h"
#include "api/figures.h"
#include "api/origin.h"
#include "api/router.h"
#include "api/worker.h"
#include "api/ws_session.h"
#include "core/clock.h"

/* ---- the WebSocket -------------------------------------------------------------------------------- */

static void refuse_upgrade(struct request *request, int status)
{
    if (status == 426) {
        request_header(request, STR("Upgrade"), STR("websocket"));
        request_header(request, STR("Sec-WebSocket-Version"), STR("13"));
        request_answer_err(request, ERR_UPGRADE_REQUIRED);
        return;
    }
    static const struct str detail =
        STR_INIT("This is no opening handshake as RFC 6455 has it; open it with such a client.");
    request_answer_problem(request,
                           &(struct problem){.err = ERR_REQUEST_INVALID, .detail = detail});
}

static void upgrade(struct request *request, const struct identity *identity)
{
    request->api->under_way--;
    ws_session_begin(request->api, request->exchange, identity);
}

void rest_websocket(struct request *request)
{
    int status = ws_check_upgrade(request->http);
    if (status != 0) {
        refuse_upgrade(request, status);
        return;
    }
    if (origin_of(request->api->shared->config, request->http) == ORIGIN_FOREIGN) {
        request_answer_err(request, ERR_ORIGIN_FORBIDDEN);
        return;
    }
    enum err busy = chat_admits_newcomers(request->api->shared->chat);
    if (busy != ERR_OK) {
        request_answer_err(request, busy);
        return;
    }
    static const struct str name = STR_INIT("Authorization");
    struct str token = http_header_get(request->http, name);
    if (!token.ptr) {
        upgrade(request, NULL);
        return;
    }
    if (http_header_count(request->http, name) > 1) {
        refuse_upgrade(request, 400);
        return;
    }
    struct str scheme = str_cut(&token, ' ');
    enum err err =
        str_eq_nocase(scheme, STR("Bearer"))
            ? auth_check_token(request->api->shared->auth, str_trim(token), &request->self)
            : ERR_AUTH_INVALID_TOKEN;
    if (err != ERR_OK) {
        request_answer_err(request, err);
        return;
    }
    struct identity identity = request->self;
    upgrade(request, &identity);
}

/* ---- documents --------------------------------------------------------------------------------------- */

void rest_openapi(struct request *request)
{
    request_answer(request, 200, STR("application/json"), natternet_openapi);
}

void rest_asyncapi(struct request *request)
{
    request_answer(request, 200, STR("application/json"), natternet_asyncapi);
}

void rest_jwks(struct request *request)
{
    struct buf body = BUF_INIT;
    auth_jwks(request->api->shared->auth, &body);
    request_header(request, STR("Cache-Control"), STR("public, max-age=300"));
    request_answer_json(request, 200, &body);
}

/* ---- what watches the server -------------------------------------------------------------------------- */

void rest_healthz(struct request *request)
{
    request_answer(request, 200, STR("text/plain; charset=utf-8"), STR("ok\n"));
}

void rest_readyz(struct request *request)
{
    const struct api_shared *shared = request->api->shared;
    struct buf told = BUF_INIT;
    bool ready = shared->is_ready(shared->ctx, &told);
    struct str text = arena_printf(request->arena, "%s\n%.*s", ready ? "ready" : "not ready",
                                   STR_ARG(buf_str(&told)));
    buf_deinit(&told);
    if (!ready)
        request_header(request, STR("Retry-After"), STR("1"));
    request_answer(request, ready ? 200 : 503, STR("text/plain; charset=utf-8"), text);
}

void rest_metrics(struct request *request)
{
    const struct api_shared *shared = request->api->shared;
    const struct ip_address *peer = request->http->peer;
    if (!address_is_loopback(peer) && !config_trusts(shared->config, peer)) {
        request_answer_err(request, ERR_ROUTE_NOT_FOUND);
        return;
    }
    struct buf out = BUF_INIT;
    figures_print(shared, &out);
    struct str text = arena_copy(request->arena, buf_str(&out));
    buf_deinit(&out);
    request_answer(request, 200, STR("text/plain; version=0.0.4; charset=utf-8"), text);
}

/* ---- the same for administrators ---------------------------------------------------------------------- */

static void figures_read(struct request *request)
{
    const struct api_shared *shared = request->api->shared;
    OWN(buf_deinit) struct buf metrics = BUF_INIT;
    struct buf body = BUF_INIT;
    figures_print(shared, &metrics);
    encode_figures(&body, buf_str(&metrics), STR(NATTERNET_VERSION), shared->workers,
                   clock_now_ms());
    request_answer_json(request, 200, &body);
}

void rest_get_figures(struct request *request)
{
    request->query = (struct query){0};
    request_post_query(request, query_admin, figures_read);
}
