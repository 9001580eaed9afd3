#include "load_inflate.h"

#include <err.h>
#include <zlib.h>

#define MOST (1u << 20)

static z_stream *inflater(void)
{
    static z_stream stream;
    static int ready;
    if (!ready && inflateInit2(&stream, -15) != Z_OK)
        errx(2, "no memory to inflate in");
    ready = 1;
    return &stream;
}

static int feed(z_stream *stream, const uint8_t *from, size_t count)
{
    stream->next_in = (uint8_t *)(uintptr_t)from;
    stream->avail_in = (uInt)count;
    int rc = inflate(stream, Z_SYNC_FLUSH);
    return (rc == Z_OK || rc == Z_BUF_ERROR) && stream->avail_in == 0 ? 0 : -1;
}

const uint8_t *load_inflate(const uint8_t *from, size_t count, size_t *length)
{
    static uint8_t message[MOST];
    static const uint8_t tail[] = {0, 0, 0xff, 0xff};
    z_stream *stream = inflater();
    inflateReset(stream);
    stream->next_out = message;
    stream->avail_out = MOST;
    if (feed(stream, from, count) < 0 || feed(stream, tail, sizeof tail) < 0)
        return NULL;
    *length = MOST - stream->avail_out;
    return message;
}
