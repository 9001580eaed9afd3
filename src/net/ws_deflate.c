#define ZLIB_CONST /* next_in is a pointer to const */

#include "net/ws_deflate.h"

#include <zlib.h>

#include "core/buf.h"
#include "net/websocket.h"
#include "net/ws_frame.h"

/* An empty stored block, as Z_SYNC_FLUSH makes it, without its head: the sender leaves it out and
 * the receiver puts it back (RFC 7692, 7.2.1 and 7.2.2). */
static const char tail[4] = {'\0', '\0', '\xff', '\xff'};

enum {
    LEVEL = 1,        /* the other levels take up to three times as long for a tenth of gain */
    RAW_WINDOW = -15, /* negative: neither zlib's head nor its checksum */
    MEMORY_LEVEL = 8,
};

/* zlib has no way to go on without memory either. */
static void *take_memory(void *ctx UNUSED, unsigned count, unsigned size)
{
    return xmalloc((size_t)count * size);
}

static void free_memory(void *ctx UNUSED, void *ptr)
{
    xfree(ptr);
}

/* ---- out ---- */

struct ws_deflater {
    z_stream stream;
    struct buf scratch;
    size_t min_bytes;
};

struct ws_deflater *ws_deflater_new(size_t min_bytes)
{
    struct ws_deflater *deflater = NEW(struct ws_deflater);
    deflater->min_bytes = min_bytes;
    deflater->stream.zalloc = take_memory;
    deflater->stream.zfree = free_memory;
    REQUIRE(deflateInit2(&deflater->stream, LEVEL, Z_DEFLATED, RAW_WINDOW, MEMORY_LEVEL,
                         Z_DEFAULT_STRATEGY) == Z_OK);
    return deflater;
}

void ws_deflater_free(struct ws_deflater *deflater)
{
    if (!deflater)
        return;
    (void)deflateEnd(&deflater->stream); /* says only that it was in the middle of something */
    buf_deinit(&deflater->scratch);
    xfree(deflater);
}

/* Compresses into the scratch buffer; how long it became, with the tail, or 0 if not below `size`. */
static size_t compress_below(struct ws_deflater *deflater, struct str text, size_t size)
{
    z_stream *stream = &deflater->stream;
    REQUIRE(deflateReset(stream) == Z_OK);
    stream->next_in = (const Bytef *)text.ptr;
    stream->avail_in = (uInt)text.len;
    stream->next_out = (Bytef *)buf_reserve(&deflater->scratch, size);
    stream->avail_out = (uInt)size;
    int rc = deflate(stream, Z_SYNC_FLUSH);
    REQUIRE(rc == Z_OK);
    return stream->avail_out ? size - stream->avail_out : 0;
}

struct bytes *ws_deflate(struct ws_deflater *deflater, struct str text)
{
    if (text.len == 0 || text.len < deflater->min_bytes || text.len > UINT32_MAX / 2)
        return NULL;
    size_t len = compress_below(deflater, text, text.len - text.len / 8 + sizeof(tail));
    if (!len)
        return NULL;
    const char *scratch = deflater->scratch.ptr;
    len -= sizeof(tail);
    REQUIRE(memcmp(scratch + len, tail, sizeof(tail)) == 0);
    struct bytes *frame = ws_frame_new(WS_TEXT, str_of(scratch, len));
    frame->data[0] = (char)(frame->data[0] | WS_RSV1);
    return frame;
}

/* ---- in ---- */

struct ws_inflater {
    z_stream stream;
    char *window; /* zlib's copy of the end of a text; NULL before the first */
    size_t window_len;
    size_t max_bytes;
    char text[]; /* one byte more than max_bytes, so that a message too long is seen to be */
};

/* What zlib asks for later than for its state is the window. */
static void *take_window(void *ctx, unsigned count, unsigned size)
{
    struct ws_inflater *inflater = ctx;
    inflater->window_len = (size_t)count * size;
    inflater->window = take_memory(NULL, count, size);
    return inflater->window;
}

struct ws_inflater *ws_inflater_new(size_t max_bytes)
{
    REQUIRE(max_bytes < UINT32_MAX);
    struct ws_inflater *inflater = xmalloc(sizeof(*inflater) + max_bytes + 1);
    inflater->stream = (z_stream){.zalloc = take_memory, .zfree = free_memory};
    inflater->window = NULL;
    inflater->max_bytes = max_bytes;
    REQUIRE(inflateInit2(&inflater->stream, RAW_WINDOW) == Z_OK);
    inflater->stream.zalloc = take_window;
    inflater->stream.opaque = inflater;
    return inflater;
}

void ws_inflater_free(struct ws_inflater *inflater)
{
    if (!inflater)
        return;
    REQUIRE(inflateEnd(&inflater->stream) == Z_OK);
    xfree(inflater);
}

/* Everything of `piece`; 0 or a close code. *at_end: right behind a final block, which is no end of
 * the message: others may follow (RFC 7692, 7.2.3.4 and 7.2.3.5). */
static uint16_t inflate_piece(z_stream *stream, struct str piece, bool *at_end)
{
    stream->next_in = (const Bytef *)piece.ptr;
    stream->avail_in = (uInt)piece.len;
    while (stream->avail_in) {
        int rc = inflate(stream, Z_SYNC_FLUSH);
        if (stream->avail_out == 0)
            return WS_CLOSE_TOO_LARGE;
        if (rc != Z_OK && rc != Z_STREAM_END)
            return WS_CLOSE_BAD_DATA;
        *at_end = rc == Z_STREAM_END;
        if (*at_end)
            REQUIRE(inflateReset(stream) == Z_OK);
    }
    return 0;
}

/* Between two blocks, and no bit of the next is there (zlib.h, inflate()). */
static bool is_between_blocks(const z_stream *stream)
{
    enum { UNUSED_BITS = 63, AT_BLOCK_END = 128 };
    return stream->data_type & AT_BLOCK_END && !(stream->data_type & UNUSED_BITS);
}

uint16_t ws_inflate(struct ws_inflater *inflater, struct str payload, struct str *out)
{
    z_stream *stream = &inflater->stream;
    bool at_end = false;
    REQUIRE(payload.len <= UINT32_MAX && inflateReset(stream) == Z_OK);
    stream->next_out = (Bytef *)inflater->text;
    stream->avail_out = (uInt)inflater->max_bytes + 1;
    uint16_t wrong = inflate_piece(stream, payload, &at_end);
    if (!wrong && !at_end) /* a stream that has ended needs no tail, and few senders forget it */
        wrong = inflate_piece(stream, str_of(tail, sizeof(tail)), &at_end);
    if (wrong)
        return wrong;
    if (!at_end && !is_between_blocks(stream))
        return WS_CLOSE_BAD_DATA;
    *out = str_of(inflater->text, inflater->max_bytes + 1 - stream->avail_out);
    return 0;
}

void ws_inflater_forget(struct ws_inflater *inflater)
{
    explicit_bzero(inflater->text, inflater->max_bytes + 1 - inflater->stream.avail_out);
    if (inflater->window)
        explicit_bzero(inflater->window, inflater->window_len);
}
