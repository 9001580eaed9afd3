/* Messages of a WebSocket: frames come cut in two ways and must mean the same, down to the code
 * they are closed with. Input: a byte that says how to cut, and by its highest bit whether
 * permessage-deflate is agreed on; then opcode, length and payload of frame after frame, so that
 * the fuzzer need not learn to mask. */
#include "net/testing.h"
#include "net/websocket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct buf *heard;
static unsigned closes;

static void on_text(struct websocket *ws, struct str text)
{
    REQUIRE(str_is_utf8(text));
    buf_printf(heard, "text %zu ", text.len);
    buf_put_str(heard, text);
    if (str_eq(text, STR("pause")))
        ws_pause(ws);
    if (str_eq(text, STR("close")))
        ws_close(ws, WS_CLOSE_NORMAL, STR("bye"));
}

static void on_close(struct websocket *ws UNUSED, uint16_t code)
{
    buf_printf(heard, "close %u ", code);
    closes++;
}

static const struct ws_handler ws_handler = {on_text, on_close};
static struct websocket *accepted;

static void on_request(void *ctx UNUSED, struct http_exchange *exchange)
{
    accepted = ws_accept(exchange, STR(""), &ws_handler, NULL);
}

/* The fuzzer's frames as a client would send them; the mask is zero where its third bit says so,
 * so that unmasking is seen to matter. */
static void make_wire(const uint8_t *data, size_t size, struct buf *wire)
{
    for (size_t at = 0; at + 2 <= size;) {
        size_t len = data[at + 1], left = size - at - 2;
        char mask = data[at] & 0x04 ? 0x5a : 0;
        len = len < left ? len : left;
        buf_put_char(wire, (char)data[at]);
        buf_put_char(wire, (char)(0x80 | (len < 126 ? len : 126)));
        if (len >= 126) {
            buf_put_char(wire, 0);
            buf_put_char(wire, (char)len);
        }
        for (int i = 0; i < 4; i++)
            buf_put_char(wire, mask);
        for (size_t i = 0; i < len; i++)
            buf_put_char(wire, (char)(data[at + 2 + i] ^ mask));
        at += 2 + len;
    }
}

#define UPGRADE(extensions)                                                                        \
    STR("GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"             \
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" extensions  \
        "\r\n")

static void converse(struct rig *rig, bool deflate, struct str wire, size_t step, struct buf *log)
{
    const struct str upgrade =
        deflate ? UPGRADE("Sec-WebSocket-Extensions: permessage-deflate\r\n") : UPGRADE("");
    struct peer peer;
    heard = log;
    closes = 0;
    peer_connect(rig, &peer);
    peer_ask(rig, &peer, upgrade);
    for (size_t from = 0; from < wire.len; from += step) {
        size_t len = wire.len - from < step ? wire.len - from : step;
        if (send(peer.fd, wire.ptr + from, len, MSG_NOSIGNAL) < 0)
            break;
        for (int turn = 0; turn < 3; turn++)
            loop_turn(rig->loop, 0);
        peer_hear(&peer);
        if (closes == 0)
            ws_resume(accepted);
    }
    for (int i = 0; i < 8 && closes == 0; i++) { /* one for each pause there may be */
        ws_resume(accepted);
        rig_turn(rig);
    }
    peer_leave(&peer);
    rig_turn(rig);
    REQUIRE(closes == 1);
    REQUIRE(http_server_connections(rig->server) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct rig rig;
    if (size < 3 || size > 1024)
        return 0;
    if (!rig.server)
        rig_open(&rig, on_request);
    struct buf wire = BUF_INIT, whole = BUF_INIT, cut = BUF_INIT;
    make_wire(data + 1, size - 1, &wire);
    bool deflate = data[0] & 0x80;
    converse(&rig, deflate, buf_str(&wire), wire.len, &whole);
    converse(&rig, deflate, buf_str(&wire), wire.len / (data[0] % 4u + 2) + 1, &cut);
    if (!str_has(buf_str(&whole), STR("pause"))) /* how far it comes depends on the turns */
        REQUIRE(str_eq(buf_str(&whole), buf_str(&cut)));
    buf_deinit(&wire);
    buf_deinit(&whole);
    buf_deinit(&cut);
    return 0;
}
