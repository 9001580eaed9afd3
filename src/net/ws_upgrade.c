/* The opening handshake (RFC 6455, 4.2): from an HTTP request to a WebSocket. */
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <pthread.h>

#include "core/buf.h"
#include "net/http1.h"
#include "net/http_header.h"
#include "net/websocket.h"
#include "net/ws_extension.h"

enum { KEY_LEN = 24, ACCEPT_LEN = 28 }; /* 16 and 20 bytes in base64 */
enum { PROTOCOLS_MAX = 64 };            /* that one client offers; more is no client */

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

static bool is_token(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!http_is_token_char(text.ptr[i]))
            return false;
    return text.len > 0;
}

/* Subprotocols are tokens, no two the same, and not none in a header that is there (RFC 6455, 4.1
 * and 11.3.4). */
static bool protocols_are_valid(const struct http_request *request)
{
    struct http_list list = {.request = request, .name = STR("Sec-WebSocket-Protocol")};
    struct str seen[PROTOCOLS_MAX], protocol;
    size_t count = 0;
    while (http_list_next(&list, &protocol)) {
        if (count == PROTOCOLS_MAX || !is_token(protocol))
            return false;
        for (size_t i = 0; i < count; i++)
            if (str_eq(seen[i], protocol))
                return false;
        seen[count++] = protocol;
    }
    return count > 0 || http_header_count(request, list.name) == 0;
}

/* RFC 6455, 4.2.1: what is not as it says is refused; 11.3.1 and 11.3.5: once, not twice. */
int ws_check_upgrade(const struct http_request *request)
{
    static const struct str key = STR_INIT("Sec-WebSocket-Key"),
                            version = STR_INIT("Sec-WebSocket-Version");
    struct ws_agreement agreement;
    if (!http_header_has_token(request, STR("Connection"), STR("Upgrade")) ||
        !http_header_has_token(request, STR("Upgrade"), STR("websocket")))
        return 426;
    if (http_header_count(request, version) > 1)
        return 400;
    if (!str_eq(http_header_get(request, version), STR("13")))
        return 426;
    bool valid = str_eq(request->method, STR("GET")) && request->body.len == 0 &&
                 http_header_count(request, key) == 1 && is_key(http_header_get(request, key)) &&
                 protocols_are_valid(request) && ws_extension_agree(request, &agreement);
    return valid ? 0 : 400;
}

/* Fetched once: SHA1() looks it up each time, which takes longer than the hash itself. */
static EVP_MD *sha1;

static void fetch_sha1(void)
{
    sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
    REQUIRE(sha1 != NULL);
}

static void make_accept(struct str key, char out[ACCEPT_LEN + 1])
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    pthread_once(&once, fetch_sha1);
    unsigned char text[KEY_LEN + sizeof(guid) - 1], digest[SHA_DIGEST_LENGTH];
    REQUIRE(key.len == KEY_LEN);
    memcpy(text, key.ptr, KEY_LEN);
    memcpy(text + KEY_LEN, guid, sizeof(guid) - 1);
    REQUIRE(EVP_Digest(text, sizeof(text), digest, NULL, sha1, NULL) == 1);
    EVP_EncodeBlock((unsigned char *)out, digest, sizeof(digest));
}

static void put_switch(struct http_exchange *exchange, struct str protocol,
                       const struct ws_agreement *agreement)
{
    char accept[ACCEPT_LEN + 1];
    make_accept(http_header_get(&exchange->request, STR("Sec-WebSocket-Key")), accept);
    __attribute__((cleanup(buf_deinit_p))) struct buf out = BUF_INIT;
    if (http_exchange_expects_continue(exchange)) /* before the switch (RFC 9110, 7.8) */
        buf_put_lit(&out, "HTTP/1.1 100 Continue\r\n\r\n");
    buf_put_lit(&out, "HTTP/1.1 101 Switching Protocols\r\n"
                      "Upgrade: websocket\r\n"
                      "Connection: Upgrade\r\n"
                      "Sec-WebSocket-Accept: ");
    buf_put(&out, accept, ACCEPT_LEN);
    buf_put_lit(&out, "\r\n");
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
