/* What a connection is until its TLS handshake is through: nothing of HTTP exists yet, and time is
 * short (limits.tls_handshake_s). */
#include "net/connection.h"

/* Called first when the handshake is through; what came behind it is for HTTP. */
static size_t on_bytes(struct stream *stream, char *bytes UNUSED, size_t len)
{
    if (tls_was_challenge(stream->tls)) {
        stream_close(stream);
        return len;
    }
    stream->protocol = &http1_protocol;
    http1_start(connection_of(stream));
    return 0;
}

static void on_written(struct stream *stream UNUSED)
{
}

static void on_due(struct stream *stream)
{
    LIMIT_HIT(limits_of(connection_of(stream)), tls_handshake_s);
    tls_count_late(stream->tls);
    stream_close(stream);
}

static void on_gone(struct stream *stream)
{
    connection_free(connection_of(stream));
}

const struct stream_protocol tls_hello_protocol = {
    .on_bytes = on_bytes,
    .on_end = stream_close,
    .on_written = on_written,
    .on_due = on_due,
    .on_too_slow = stream_close,
    .on_gone = on_gone,
};

void tls_hello_start(struct connection *connection)
{
    struct stream *stream = &connection->stream;
    stream->protocol = &tls_hello_protocol;
    stream_secure(stream);
    stream_set_timer(stream, limits_of(connection)->tls_handshake_s * 1000);
}
