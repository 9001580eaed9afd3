#include "api/documents.h"
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

static uint64_t figure(const _Atomic uint64_t *value)
{
    return atomic_load_explicit(value, memory_order_relaxed);
}

static void put_family(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

enum source { OF_HTTP, OF_API, OF_CHAT };
static const struct family {
    const char *name, *type, *help;
    enum source source;
    size_t offset;
} families[] = {
#define HTTP(field) OF_HTTP, offsetof(struct http_figures, field)
#define API(field) OF_API, offsetof(struct api_figures, field)
#define CHAT(field) OF_CHAT, offsetof(struct chat_figures, field)
    {"natternet_connections", "gauge", "Open sockets.", HTTP(connections)},
    {"natternet_websockets", "gauge", "Open WebSockets.", HTTP(websockets)},
    {"natternet_signed_in_websockets", "gauge", "WebSockets of somebody.", API(signed_in)},
    {"natternet_queued_bytes", "gauge", "Bytes queued for connections.", HTTP(queued_bytes)},
    {"natternet_accept_pauses_total", "counter",
     "Pauses of accepting, for want of open files or memory.", HTTP(accept_pauses)},
    {"natternet_accepted_total", "counter", "Connections accepted.", HTTP(accepted)},
    {"natternet_requests_total", "counter", "HTTP requests.", HTTP(requests)},
    {"natternet_commands_total", "counter", "WebSocket commands.", API(commands)},
    {"natternet_problems_total", "counter", "Requests and commands answered by a problem.",
     API(refused)},
    {"natternet_received_bytes_total", "counter", "Bytes read from sockets.", HTTP(bytes_in)},
    {"natternet_sent_bytes_total", "counter", "Bytes written to sockets.", HTTP(bytes_out)},
    {"natternet_received_frames_total", "counter", "WebSocket frames read.", HTTP(frames_in)},
    {"natternet_sent_frames_total", "counter", "WebSocket frames written.", HTTP(frames_out)},
    {"natternet_sent_deflated_frames_total", "counter", "Of the frames written, compressed ones.",
     HTTP(deflated)},
    {"natternet_deflate_saved_bytes_total", "counter", "Bytes that compressing frames saved.",
     HTTP(deflate_saved)},
    {"natternet_received_deflated_messages_total", "counter", "Compressed messages read.",
     HTTP(inflated)},
    {"natternet_slow_readers_cut_total", "counter", "Connections cut for reading too slowly.",
     HTTP(slow_readers_cut)},
    {"natternet_tls_handshakes_total", "counter", "TLS handshakes done.", HTTP(tls_handshakes)},
    {"natternet_tls_resumed_total", "counter", "Of these, resumed by a ticket.", HTTP(tls_resumed)},
    {"natternet_tls_nothing_in_common_total", "counter",
     "Handshakes without a common version, cipher or protocol.", HTTP(tls_nothing_in_common)},
    {"natternet_tls_peer_refused_total", "counter",
     "Handshakes ended by the client, which mostly does not trust the certificate.",
     HTTP(tls_peer_refused)},
    {"natternet_tls_malformed_total", "counter", "What came instead of TLS.", HTTP(tls_malformed)},
    {"natternet_tls_gone_total", "counter", "Clients that left within the handshake.",
     HTTP(tls_gone)},
    {"natternet_tls_late_total", "counter", "Handshakes that took too long.", HTTP(tls_late)},
    {"natternet_rooms_in_memory", "gauge", "Rooms that have their home here.", CHAT(rooms)},
    {"natternet_acts_total", "counter", "Acts judged by the homes of rooms.", CHAT(acts)},
    {"natternet_acts_waiting", "gauge", "Acts on their way to the homes or waiting there.",
     CHAT(waiting)},
    {"natternet_events_appended_total", "counter", "Events made durable.", CHAT(appended)},
    {"natternet_followed_total", "counter", "Events read that other servers appended.",
     CHAT(followed)},
    {"natternet_handed_over_total", "counter",
     "Acts of contended rooms that other servers were asked to do.", CHAT(handed_over)},
    {"natternet_handed_back_total", "counter", "Of these, the ones that were answered.",
     CHAT(handed_back)},
    {"natternet_fallen_back_total", "counter",
     "Of these, the ones that were not, in time, and were judged here.", CHAT(fallen_back)},
    {"natternet_led_total", "counter", "Acts that other servers asked this one to do.", CHAT(led)},
    {"natternet_duplicates_total", "counter", "Acts whose nonce was there already.",
     CHAT(duplicates)},
    {"natternet_events_pruned_total", "counter",
     "Events that were too old and are gone from their logs.", CHAT(pruned)},
    {"natternet_prune_rounds_total", "counter", "Times that rooms were asked for what is too old.",
     CHAT(prune_rounds)},
    {"natternet_prune_rooms_total", "counter", "Rooms that were looked at for it, one by one.",
     CHAT(prune_rooms)},
    {"natternet_acts_refused_total", "counter", "Acts that the rules refused.", CHAT(refused)},
};

static const void *figures_of(const struct api_shared *shared, unsigned worker, enum source source)
{
    const struct api *api = shared->apis[worker];
    if (source == OF_HTTP)
        return http_server_figures(api->http);
    if (source == OF_API)
        return &api->figures;
    return chat_figures(shared->chat, worker);
}

static void put_families(struct buf *out, const struct api_shared *shared)
{
    for (size_t i = 0; i < ARRAY_LEN(families); i++) {
        const struct family *family = &families[i];
        put_family(out, family->name, family->type, family->help);
        for (unsigned w = 0; w < shared->workers; w++) {
            const char *figures = figures_of(shared, w, family->source);
            buf_printf(out, "%s{worker=\"%u\"} %llu\n", family->name, w,
                       (unsigned long long)figure(
                           (const _Atomic uint64_t *)(const void *)(figures + family->offset)));
        }
    }
}

static void put_turns(struct buf *out, const struct api_shared *shared)
{
    put_family(out, "natternet_loop_turns_total", "counter",
               "Turns of the loop: how often it woke.");
    for (unsigned w = 0; w < shared->workers; w++)
        buf_printf(out, "natternet_loop_turns_total{worker=\"%u\"} %llu\n", w,
                   (unsigned long long)loop_turns(shared->apis[w]->loop));
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
    put_family(&out, "natternet_info", "gauge", "The running version.");
    buf_printf(&out, "natternet_info{version=\"%s\"} 1\n", NATTERNET_VERSION);
    put_family(&out, "natternet_uptime_seconds", "gauge", "Time since the start.");
    buf_printf(&out, "natternet_uptime_seconds %lld\n",
               (long long)((clock_now_ms() - shared->started_at) / 1000));
    put_families(&out, shared);
    put_turns(&out, shared);
    limits_metrics(&shared->config->limits, &out);
    shared->metrics(shared->ctx, &out);
    struct str text = arena_copy(request->arena, buf_str(&out));
    buf_deinit(&out);
    request_answer(request, 200, STR("text/plain; version=0.0.4; charset=utf-8"), text);
}
