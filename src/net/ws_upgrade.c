/* The opening handshake (RFC 6455, 4.2): from an HTTP request to a WebSocket. */
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "core/buf.h"
#include "net/http1.h"
#include "net/http_header.h"
#include "net/websocket.h"
#include "net/ws_extension.h"

enum { KEY_LEN = 24, ACCEPT_LEN = 28 }; /* 16 and 20 bytes in base64 */

static bool is_base64(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
}

/* 16 bytes are 22 digits, the last of which carries two bits only, and "==". */
static bool is_key(struct str key)
{
    if (key.len != KEY_LEN || key.ptr[KEY_LEN - 2] != '=' || key.ptr[KEY_LEN - 1] != '=')
        return false;
    for (size_t i = 0; i < KEY_LEN - 2; i++)
        if (!is_base64(key.ptr[i]))
            return false;
    return memchr("AQgw", key.ptr[KEY_LEN - 3], 4) != NULL;
}

int ws_check_upgrade(const struct http_request *request)
{
    if (!http_header_has_token(request, STR("Connection"), STR("Upgrade")) ||
        !http_header_has_token(request, STR("Upgrade"), STR("websocket")))
        return 426;
    if (!str_eq(request->method, STR("GET")) || request->body.len ||
        !is_key(http_header_get(request, STR("Sec-WebSocket-Key"))))
        return 400;
    if (!str_eq(http_header_get(request, STR("Sec-WebSocket-Version")), STR("13")))
        return 426;
    struct ws_agreement agreement;
    return ws_extension_agree(request, &agreement) ? 0 : 400;
}

static void make_accept(struct str key, char out[ACCEPT_LEN + 1])
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char text[KEY_LEN + sizeof(guid) - 1], digest[SHA_DIGEST_LENGTH];
    memcpy(text, key.ptr, KEY_LEN);
    memcpy(text + KEY_LEN, guid, sizeof(guid) - 1);
    SHA1(text, sizeof(text), digest);
    EVP_EncodeBlock((unsigned char *)out, digest, sizeof(digest));
}

static void put_switch(struct http_exchange *exchange, struct str protocol,
                       const struct ws_agreement *agreement)
{
    char accept[ACCEPT_LEN + 1];
    make_accept(http_header_get(&exchange->request, STR("Sec-WebSocket-Key")), accept);
    __attribute__((cleanup(buf_deinit_p))) struct buf out = BUF_INIT;
    buf_printf(&out,
               "HTTP/1.1 101 Switching Protocols\r\n"
               "Upgrade: websocket\r\n"
               "Connection: Upgrade\r\n"
               "Sec-WebSocket-Accept: %s\r\n",
               accept);
    if (protocol.len)
        buf_printf(&out, "Sec-WebSocket-Protocol: %.*s\r\n", STR_ARG(protocol));
    ws_extension_put(&out, agreement);
    buf_put_lit(&out, "\r\n");
    OWN(bytes_unref) struct bytes *head = bytes_copy(buf_str(&out));
    stream_put(&exchange->connection->stream, head);
}

struct websocket *ws_accept(struct http_exchange *exchange, struct str protocol,
                            const struct ws_handler *handler, void *user)
{
    struct connection *connection = exchange->connection;
    REQUIRE(ws_check_upgrade(&exchange->request) == 0);
    if (!connection || connection->stream.closed || connection->stream.ended) {
        http_respond(exchange, &(struct http_answer){.status = 400, .close = true});
        return NULL;
    }
    if (!connection_claim(connection, &exchange->peer)) {
        http1_refuse(connection, 503);
        return NULL;
    }
    struct ws_agreement agreement;
    (void)ws_extension_agree(&exchange->request, &agreement);
    put_switch(exchange, protocol, &agreement);
    http1_upgrade(exchange, &websocket_protocol);

    struct loop *loop = connection->stream.streams->loop;
    connection->ws = (struct websocket){
        .handler = handler,
        .user = user,
        .heard_ms = loop_now_ms(loop),
        .code = WS_CLOSE_ABNORMAL,
        .state = WS_OPEN,
        .window_bits = agreement.window_bits,
    };
    stream_set_timer(&connection->stream, limits_of(connection)->ping_after_s * 1000);
    figure_add(&server_of(connection)->figures.websockets, 1);
    if (server_of(connection)->draining)
        ws_close(&connection->ws, WS_CLOSE_RESTARTING, STR("the server restarts"));
    return &connection->ws;
}
