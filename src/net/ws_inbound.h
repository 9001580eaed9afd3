/* ws_inbound.h - what comes in by a WebSocket: frames become messages, which are handed up, and control
 * frames are answered.
 *
 * It is there only in the middle of a frame or of a fragmented message, or while a ping is unanswered
 * because the peer does not read. Otherwise it is on no heap at all.
 * Owns:   websocket.inbound and what has come of a message.
 * Thread: the worker's. Private to net. */
#pragma once

#include "net/connection.h"

/* All of it, up to a pause or the end. Returns how much was taken. A few bytes can be a large text when
 * compressed, and a read is full of them: past so much of it the rest waits for the next turn. */
size_t ws_inbound_take(struct websocket *ws, char *bytes, size_t len);
void ws_inbound_written(struct websocket *ws); /* the peer reads again: the pong that waited */
void ws_inbound_drop(struct websocket *ws);

/* websocket.c: says why, and ends without waiting for the peer's close: it broke the protocol, or cannot
 * keep up. */
void ws_fail(struct websocket *ws, uint16_t code);
/* websocket.c: puts frames, one piece, and keeps to the limits. */
void ws_put_within_limits(struct websocket *ws, struct bytes *frames, uint32_t count);

static inline struct connection *connection_of_ws(const struct websocket *ws)
{
    return CONTAINER_OF(ws, struct connection, ws);
}

static inline struct stream *stream_of_ws(const struct websocket *ws)
{
    return &connection_of_ws(ws)->stream;
}

static inline struct http_server *server_of_ws(const struct websocket *ws)
{
    return server_of(connection_of_ws(ws));
}

static inline const struct limits *limits_of_ws(const struct websocket *ws)
{
    return limits_of(connection_of_ws(ws));
}

static inline struct http_figures *figures_of(const struct websocket *ws)
{
    return stream_of_ws(ws)->streams->figures;
}

static inline uint64_t now_ms(const struct websocket *ws)
{
    return loop_now_ms(stream_of_ws(ws)->streams->loop);
}
