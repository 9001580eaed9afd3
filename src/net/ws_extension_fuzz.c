/* Offers of extensions: whatever they are, an offer behind them changes nothing if one of them was
 * taken, and is taken if none was; and what is no list stays none. Input: the header. */
#include "net/ws_extension.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool agree(struct str first, struct str second, struct ws_agreement *out)
{
    const struct http_header headers[] = {{STR("Sec-WebSocket-Extensions"), first},
                                          {STR("Sec-WebSocket-Extensions"), second}};
    struct http_request request = {.headers = headers, .header_count = second.ptr ? 2 : 1};
    bool good = ws_extension_agree(&request, out);
    REQUIRE(!good || out->window_bits == 0 ||
            (out->window_bits >= WS_WINDOW_BITS_MIN && out->window_bits <= WS_WINDOW_BITS_MAX));
    return good;
}

static bool is_same(const struct ws_agreement *a, const struct ws_agreement *b)
{
    return a->window_bits == b->window_bits && a->window_asked == b->window_asked;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct str more = STR("permessage-deflate; server_max_window_bits=13");
    struct ws_agreement alone, followed, joined, plain;
    char *copy = xmalloc(size + 1); /* its own, so that ASan sees a byte too far */
    if (size)
        memcpy(copy, data, size);
    struct str header = str_of(copy, size);
    bool good = agree(header, STR_NONE, &alone);
    REQUIRE(agree(header, more, &followed) == good);
    REQUIRE(agree(more, STR_NONE, &plain));

    struct buf list = BUF_INIT;
    buf_put_str(&list, header);
    buf_put_lit(&list, " ,");
    buf_put_str(&list, more);
    bool good_joined = agree(buf_str(&list), STR_NONE, &joined);
    if (good) {
        REQUIRE(good_joined);
        REQUIRE(is_same(&followed, alone.window_bits ? &alone : &plain));
        REQUIRE(is_same(&joined, &followed));
    }
    buf_deinit(&list);
    xfree(copy);
    return 0;
}
