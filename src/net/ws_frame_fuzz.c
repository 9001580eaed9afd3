/* The frame decoder: whatever comes, cut however, gives the same parts as when it comes whole.
 * Input: a byte that says how to cut, then the wire. */
#include "core/buf.h"
#include "net/ws_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Writes down all that the decoder finds, payload slices joined. */
static void decode(const uint8_t *wire, size_t size, size_t step, struct buf *log)
{
    struct ws_decoder decoder = {0};
    uint64_t frame_left = 0;
    for (size_t from = 0; from < size; from += step) {
        size_t len = size - from < step ? size - from : step;
        char *piece = xmalloc(len), *at = piece; /* its own, so that ASan sees a byte too far */
        memcpy(piece, wire + from, len);
        struct ws_part part;
        enum ws_decoded result;
        while ((result = ws_decode(&decoder, &at, piece + len, &part)) == WS_PART) {
            if (part.begins) {
                REQUIRE(frame_left == 0);
                REQUIRE(!ws_is_control(part.opcode) ||
                        (part.fin && part.frame_len <= WS_CONTROL_MAX));
                REQUIRE(!part.compressed || part.opcode == WS_TEXT || part.opcode == WS_BINARY);
                buf_printf(log, "[%u %d %d %llu:", part.opcode, part.fin, part.compressed,
                           (unsigned long long)part.frame_len);
                frame_left = part.frame_len;
            }
            REQUIRE(part.len <= frame_left);
            REQUIRE(part.ptr + part.len <= piece + len);
            frame_left -= part.len;
            REQUIRE(part.ends == (frame_left == 0));
            buf_put(log, part.ptr, part.len);
            if (part.ends)
                buf_put_char(log, ']');
        }
        REQUIRE(result == WS_BROKEN || at == piece + len);
        xfree(piece);
        if (result == WS_BROKEN) {
            buf_put_lit(log, "broken");
            return;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct buf whole = BUF_INIT, cut = BUF_INIT;
    decode(data + 1, size - 1, size, &whole);
    decode(data + 1, size - 1, data[0] % 32u + 1, &cut);
    REQUIRE(str_eq(buf_str(&whole), buf_str(&cut)));
    buf_deinit(&whole);
    buf_deinit(&cut);
    return 0;
}
