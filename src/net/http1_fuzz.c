/* The whole server behind a socket: HTTP with its upgrade to WebSocket. However the bytes are cut,
 * it understands the same. Input: a byte that says how to cut, then the wire. */
#include "core/ipnet.h"
#include "net/static_files.h"
#include "net/testing.h"
#include "net/websocket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct buf *heard;

static void on_text(struct websocket *ws UNUSED, struct str text)
{
    REQUIRE(str_is_utf8(text));
    buf_printf(heard, "text %zu ", text.len);
    buf_put_str(heard, text);
}

static void on_close(struct websocket *ws UNUSED, uint16_t code)
{
    /* How it ends otherwise is a matter of who was faster. */
    if (code != WS_CLOSE_ABNORMAL)
        buf_printf(heard, "close %u ", code);
}

static const struct ws_handler ws_handler = {on_text, on_close};

static const struct static_file page = {
    "/index.html",
    "text/html",
    "\"e\"",
    false,
    {(const uint8_t *)"plain", 5},
    {(const uint8_t *)"gz", 2},
    {(const uint8_t *)"b", 1},
};
static const struct static_files files = {&page, 1, NULL, 0};

static void on_request(void *ctx UNUSED, struct http_exchange *exchange)
{
    const struct http_request *request = http_request_of(exchange);
    char peer[ADDRESS_TEXT_SIZE];
    buf_printf(heard, "%s %d %.*s %.*s ? %.*s ", address_print(request->peer, peer).ptr,
               request->secure, STR_ARG(request->method), STR_ARG(request->path),
               STR_ARG(request->query));
    for (size_t i = 0; i < request->header_count; i++)
        buf_printf(heard, "%.*s: %.*s; ", STR_ARG(request->headers[i].name),
                   STR_ARG(request->headers[i].value));
    buf_put_str(heard, request->body);
    const struct static_file *file = static_files_asked(&files, request);
    if (ws_check_upgrade(request) == 0)
        (void)ws_accept(exchange, STR(""), &ws_handler, NULL);
    else if (file)
        (void)static_files_send(&files, file, false, exchange);
    else
        http_respond(exchange, &(struct http_answer){.status = 200, .body = request->path});
}

static void converse(struct rig *rig, const uint8_t *wire, size_t size, size_t step,
                     struct buf *log)
{
    struct peer peer;
    heard = log;
    peer_connect(rig, &peer);
    for (size_t from = 0; from < size; from += step) {
        size_t len = size - from < step ? size - from : step;
        if (send(peer.fd, wire + from, len, MSG_NOSIGNAL) < 0)
            break; /* it does not want to hear more */
        for (int turn = 0; turn < 3; turn++)
            loop_turn(rig->loop, 0);
        buf_clear(&peer.got);
        peer_hear(&peer);
    }
    rig_turn(rig);
    peer_leave(&peer);
    rig_turn(rig);
    REQUIRE(http_server_connections(rig->server) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct rig rig;
    static struct ipnet peers;
    if (size < 2 || size > 4096)
        return 0;
    if (!rig.server) {
        rig_open(&rig, on_request);
        REQUIRE(ipnet_parse(STR("192.0.2.0/24"), &peers));
        http_server_believe(rig.server, &(struct http_proxies){.nets = &peers, .count = 1});
    }
    struct buf whole = BUF_INIT, cut = BUF_INIT;
    size_t step = size / (data[0] % 4u + 2) + 1;
    converse(&rig, data + 1, size - 1, size, &whole);
    converse(&rig, data + 1, size - 1, step, &cut);
    REQUIRE(str_eq(buf_str(&whole), buf_str(&cut)));
    buf_deinit(&whole);
    buf_deinit(&cut);
    return 0;
}
