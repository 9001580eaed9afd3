#include "net/websocket.h"

#include "net/ws_close_code.h"
#include "net/ws_deflate.h"
#include "net/ws_extension.h"
#include "net/ws_frame.h"
#include "net/ws_inbound.h"

void *ws_user(const struct websocket *ws)
{
    return ws->user;
}

const struct ip_address *ws_peer(const struct websocket *ws)
{
    return &connection_of_ws(ws)->peer;
}

/* ---- out ---- */

static void put(struct websocket *ws, struct bytes *frames, uint32_t count)
{
    figure_add(&figures_of(ws)->frames_out, count);
    stream_put(stream_of_ws(ws), frames);
}

static void put_new(struct websocket *ws, enum ws_opcode opcode, struct str payload)
{
    OWN(bytes_unref) struct bytes *frame = ws_frame_new(opcode, payload);
    put(ws, frame, 1);
}

static void put_close(struct websocket *ws, uint16_t code, struct str reason)
{
    char payload[WS_CONTROL_MAX] = {(char)(code >> 8), (char)code};
    size_t len = reason.len < WS_CONTROL_MAX - 2 ? reason.len : WS_CONTROL_MAX - 2;
    if (len)
        memcpy(payload + 2, reason.ptr, len);
    bool empty = code == WS_CLOSE_NO_STATUS;
    put_new(ws, WS_CLOSE, empty ? STR_NONE : str_of(payload, len + 2));
}

static uint64_t close_timeout_ms(const struct websocket *ws)
{
    return limits_of_ws(ws)->close_timeout_s * 1000;
}

/* Who reads too slowly is to learn that too, and has much to read before. */
static uint64_t patience_ms(const struct websocket *ws, uint16_t code)
{
    const struct limits *limits = limits_of_ws(ws);
    return 1000 * (code == WS_CLOSE_TOO_SLOW ? limits->http_write_s : limits->close_timeout_s);
}

void ws_fail(struct websocket *ws, uint16_t code)
{
    if (ws->state == WS_CLOSED)
        return;
    if (code == WS_CLOSE_TOO_LARGE && ws->state == WS_OPEN)
        LIMIT_HIT(limits_of_ws(ws), frame_bytes);
    if (ws->state == WS_OPEN) {
        ws->code = code;
        put_close(ws, code, ws_close_code_reason(code));
    }
    ws->state = WS_CLOSED;
    stream_finish(stream_of_ws(ws), patience_ms(ws, code));
}

void ws_close(struct websocket *ws, uint16_t code, struct str reason)
{
    if (ws->state != WS_OPEN)
        return;
    ws->state = WS_CLOSE_SENT;
    ws->code = code;
    put_close(ws, code, reason);
    stream_resume(stream_of_ws(ws)); /* or the answer would not be seen */
    stream_set_timer(stream_of_ws(ws), close_timeout_ms(ws));
}

static void cut(struct websocket *ws)
{
    figure_add(&figures_of(ws)->slow_readers_cut, 1);
    stream_cut(stream_of_ws(ws));
    ws_fail(ws, WS_CLOSE_TOO_SLOW);
}

static bool is_over(const struct websocket *ws)
{
    const struct limits *limits = limits_of_ws(ws);
    const struct out_queue *out = &stream_of_ws(ws)->out;
    return out->bytes > limits->session_queue_bytes || out->count > limits->session_queue_frames;
}

/* A reader is slow only if its socket has refused bytes: what one turn alone makes too much is written at
 * once. */
void ws_put_within_limits(struct websocket *ws, struct bytes *frames, uint32_t count)
{
    struct stream *stream = stream_of_ws(ws);
    put(ws, frames, count);
    if (is_over(ws) && !stream->blocked)
        stream_flush(stream);
    if (!is_over(ws))
        return;
    const struct limits *limits = limits_of_ws(ws);
    limits_hit(limits, stream->out.bytes > limits->session_queue_bytes
                           ? LIMIT_ID_session_queue_bytes
                           : LIMIT_ID_session_queue_frames);
    cut(ws);
}

bool ws_is_deflating(const struct websocket *ws)
{
    return ws->window_bits != 0;
}

static void count_deflated(struct websocket *ws, uint32_t count, size_t plain_len, size_t len)
{
    figure_add(&figures_of(ws)->deflated, count);
    figure_add(&figures_of(ws)->deflate_saved, plain_len - len);
}

/* The compressed frame for this connection; NULL if it is to have the plain one. */
static struct bytes *deflate_for(struct websocket *ws, struct str text)
{
    struct http_server *server = server_of_ws(ws);
    size_t min_bytes = limits_of_ws(ws)->deflate_min_bytes;
    if (text.len < min_bytes || !ws_window_holds(ws->window_bits, text.len))
        return NULL;
    if (!server->deflater)
        server->deflater = ws_deflater_new(min_bytes);
    return ws_deflate(server->deflater, text);
}

void ws_send(struct websocket *ws, struct str text)
{
    if (ws->state != WS_OPEN)
        return;
    OWN(bytes_unref) struct bytes *frame = deflate_for(ws, text);
    if (frame)
        count_deflated(ws, 1, text.len, frame->len);
    else
        frame = ws_frame_new(WS_TEXT, text);
    ws_put_within_limits(ws, frame, 1);
}

void ws_send_shared(struct websocket *ws, const struct ws_text *text)
{
    if (ws->state != WS_OPEN)
        return;
    struct bytes *frames = text->plain;
    if (text->deflated && ws_window_holds(ws->window_bits, text->longest)) {
        count_deflated(ws, text->count, frames->len, text->deflated->len);
        frames = text->deflated;
    }
    ws_put_within_limits(ws, frames, text->count);
}

void ws_hold(struct websocket *ws)
{
    if (ws->state == WS_OPEN)
        stream_hold(stream_of_ws(ws));
}

void ws_fetch(const struct websocket *ws)
{
    fetch_soon(CONTAINER_OF(ws, struct connection, ws), sizeof(struct connection));
}

void ws_pause(struct websocket *ws)
{
    if (ws->state == WS_OPEN)
        stream_pause(stream_of_ws(ws));
}

void ws_resume(struct websocket *ws)
{
    if (ws->state != WS_OPEN)
        return;
    ws->heard_ms = now_ms(ws); /* the silence was ours */
    stream_resume(stream_of_ws(ws));
}

/* ---- what else happens ---- */

static void on_end(struct stream *stream)
{
    stream_close(stream); /* FIN without a close frame: abnormal, unless one of ours is out */
}

static size_t on_bytes(struct stream *stream, char *bytes, size_t len)
{
    struct websocket *ws = &connection_of(stream)->ws;
    ws->heard_ms = now_ms(ws);
    ws->pinged = false;
    return ws_inbound_take(ws, bytes, len);
}

static void on_written(struct stream *stream)
{
    ws_inbound_written(&connection_of(stream)->ws);
}

static void on_due(struct stream *stream)
{
    struct websocket *ws = &connection_of(stream)->ws;
    const struct limits *limits = limits_of(connection_of(stream));
    uint64_t ping_ms = limits->ping_after_s * 1000, dead_ms = limits->dead_after_s * 1000;
    if (ws->state != WS_OPEN) {
        stream_close(stream);
        return;
    }
    if (stream->paused)
        ws->heard_ms = now_ms(ws);
    uint64_t silence_ms = now_ms(ws) - ws->heard_ms;
    if (silence_ms >= dead_ms) {
        LIMIT_HIT(limits, dead_after_s);
        stream_close(stream);
        return;
    }
    if (silence_ms >= ping_ms && !ws->pinged) {
        ws->pinged = true;
        put(ws, server_of(connection_of(stream))->ping, 1);
    }
    stream_set_timer(stream, (ws->pinged ? dead_ms : ping_ms) - silence_ms);
}

static void on_too_slow(struct stream *stream)
{
    struct websocket *ws = &connection_of(stream)->ws;
    LIMIT_HIT(limits_of_ws(ws), queue_total_bytes);
    if (ws->state == WS_OPEN)
        cut(ws);
    else
        stream_close(stream);
}

static void on_gone(struct stream *stream)
{
    struct websocket *ws = &connection_of(stream)->ws;
    ws_inbound_drop(ws);
    figure_add(&figures_of(ws)->websockets, (uint64_t)-1);
    ws->handler->on_close(ws, ws->code);
    connection_free(connection_of(stream));
}

const struct stream_protocol websocket_protocol = {
    .on_bytes = on_bytes,
    .on_end = on_end,
    .on_written = on_written,
    .on_due = on_due,
    .on_too_slow = on_too_slow,
    .on_gone = on_gone,
};
