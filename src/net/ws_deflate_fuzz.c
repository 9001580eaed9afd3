/* Compressed messages. The input as a payload: it never becomes longer than the limit, and it means
 * the same whatever the inflater has seen before and however far the limit is beyond its text. The
 * input as a text: it comes back. Input: a byte that chooses the limit, then the rest. */
#include "net/websocket.h"
#include "net/ws_deflate.h"
#include "net/ws_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LARGE = 65536 };

static uint16_t inflate(size_t limit, struct str payload, struct ws_inflater **inflater,
                        struct str *out)
{
    *inflater = ws_inflater_new(limit);
    uint16_t wrong = ws_inflate(*inflater, payload, out);
    REQUIRE(wrong == 0 || wrong == WS_CLOSE_TOO_LARGE || wrong == WS_CLOSE_BAD_DATA);
    REQUIRE(wrong || out->len <= limit);
    return wrong;
}

static void take_as_payload(size_t limit, struct str payload, struct ws_inflater *used)
{
    struct ws_inflater *small, *large;
    struct str text = STR_NONE, same = STR_NONE, longer = STR_NONE;
    uint16_t wrong = inflate(limit, payload, &small, &text);
    uint16_t wrong_again = ws_inflate(small, payload, &same);
    REQUIRE(wrong_again == wrong && (wrong || str_eq(text, same)));
    uint16_t wrong_large = inflate(LARGE, payload, &large, &longer);
    uint16_t wrong_used = ws_inflate(used, payload, &same);
    REQUIRE(wrong_used == wrong_large && (wrong_large || str_eq(longer, same)));
    ws_inflater_forget(used);
    if (wrong == 0)
        REQUIRE(wrong_large == 0 && str_eq(text, longer));
    if (wrong_large == 0)
        REQUIRE(longer.len <= limit ? wrong == 0 : wrong == WS_CLOSE_TOO_LARGE);
    ws_inflater_free(small);
    ws_inflater_free(large);
}

static void take_as_text(struct str text, struct ws_deflater *deflater,
                         struct ws_inflater *inflater)
{
    OWN(bytes_unref) struct bytes *frame = ws_deflate(deflater, text);
    if (!frame)
        return;
    size_t head = frame->data[1] < 126 ? 2 : 4;
    struct str back;
    REQUIRE(frame->len < text.len);
    REQUIRE(ws_inflate(inflater, str_of(frame->data + head, frame->len - head), &back) == 0);
    REQUIRE(str_eq(back, text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ws_inflater *used;
    static struct ws_deflater *deflater;
    if (size < 1 || size > LARGE)
        return 0;
    if (!used) {
        used = ws_inflater_new(LARGE);
        deflater = ws_deflater_new(64);
    }
    struct str rest = str_of((const char *)data + 1, size - 1);
    take_as_payload((size_t)data[0] * 16, rest, used);
    take_as_text(rest, deflater, used);
    return 0;
}
