/* The opening handshake: a header of ours behind any other makes it no better, only one key is a
 * key, and subprotocols are different tokens. Input: a byte that chooses the header, then its
 * value. */
#include "net/websocket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct http_header good[] = {
    {STR_INIT("Connection"), STR_INIT("Upgrade")},
    {STR_INIT("Upgrade"), STR_INIT("websocket")},
    {STR_INIT("Sec-WebSocket-Version"), STR_INIT("13")},
    {STR_INIT("Sec-WebSocket-Key"), STR_INIT("dGhlIHNhbXBsZSBub25jZQ==")},
    {STR_INIT("Sec-WebSocket-Protocol"), STR_INIT("natternet.v1")},
};
enum { VERSION = 2, KEY = 3, PROTOCOL = 4, COUNT = ARRAY_LEN(good) };

static int check(size_t which, struct str value, bool again)
{
    struct http_header headers[COUNT + 1];
    memcpy(headers, good, sizeof(good));
    headers[which].value = value;
    headers[COUNT] = good[which];
    const struct http_request request = {
        .method = STR("GET"), .headers = headers, .header_count = COUNT + again};
    int status = ws_check_upgrade(&request);
    REQUIRE(status == 0 || status == 400 || status == 426);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    size_t which = data[0] % COUNT;
    struct str value = str_of((const char *)data + 1, size - 1);
    int alone = check(which, value, false), both = check(which, value, true);
    if (which == VERSION || which == KEY) {
        REQUIRE(both == 400);
        REQUIRE(alone != 0 || value.len == good[which].value.len);
    } else if (which == PROTOCOL) {
        REQUIRE(alone != 0 || value.len > 0);
        REQUIRE(both == 0 || both == 400);
    } else {
        REQUIRE(both == 0); /* one of a list */
    }
    return 0;
}
