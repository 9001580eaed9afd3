#include "net/websocket.h"

#include "core/buf.h"
#include "core/memory.h"
#include "net/connection.h"
#include "net/utf8.h"
#include "net/ws_close_code.h"
#include "net/ws_deflate.h"
#include "net/ws_extension.h"
#include "net/ws_frame.h"

enum { INFLATED_A_TURN = 262144 };

/* What a connection needs only in the middle of a frame or of a fragmented message, or while a
 * ping is unanswered because the peer does not read. Otherwise it is on no heap at all. */
struct ws_inbound {
    struct ws_decoder decoder;
    struct utf8 utf8;
    struct buf message; /* what has come of it */
    size_t inflated;    /* work done by inflating since the bytes at hand came, in bytes */
    bool in_message;
    bool compressed; /* the message is */
    bool pong_waits;
    uint8_t control_len;
    char control[WS_CONTROL_MAX]; /* payload of the control frame under way, or of the ping */
};

static struct connection *connection_of_ws(const struct websocket *ws)
{
    return CONTAINER_OF(ws, struct connection, ws);
}

static struct stream *stream_of_ws(const struct websocket *ws)
{
    return &connection_of_ws(ws)->stream;
}

static struct http_server *server_of_ws(const struct websocket *ws)
{
    return server_of(connection_of_ws(ws));
}

static const struct limits *limits_of_ws(const struct websocket *ws)
{
    return limits_of(connection_of_ws(ws));
}

static struct http_figures *figures_of(const struct websocket *ws)
{
    return stream_of_ws(ws)->streams->figures;
}

static uint64_t now_ms(const struct websocket *ws)
{
    return loop_now_ms(stream_of_ws(ws)->streams->loop);
}

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

/* Says why, and ends without waiting for the peer's close: it broke the protocol, or cannot keep
 * up. */
static void fail(struct websocket *ws, uint16_t code)
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
    fail(ws, WS_CLOSE_TOO_SLOW);
}

static bool is_over(const struct websocket *ws)
{
    const struct limits *limits = limits_of_ws(ws);
    const struct out_queue *out = &stream_of_ws(ws)->out;
    return out->bytes > limits->session_queue_bytes || out->count > limits->session_queue_frames;
}

/* Puts frames, one piece, and keeps to the limits. A reader is slow only if its socket has refused bytes: what
 * one turn alone makes too much is written at once. */
static void put_within_limits(struct websocket *ws, struct bytes *frames, uint32_t count)
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
    put_within_limits(ws, frame, 1);
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
    put_within_limits(ws, frames, text->count);
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

/* ---- in ---- */

/* The peer's close: answered with the same code, unless it answers ours. 0, or what is wrong. */
static uint16_t take_close(struct websocket *ws, struct str payload)
{
    uint16_t code = WS_CLOSE_NO_STATUS;
    if (payload.len == 1)
        return WS_CLOSE_PROTOCOL;
    if (payload.len >= 2) {
        code = (uint16_t)((unsigned char)payload.ptr[0] << 8 | (unsigned char)payload.ptr[1]);
        if (!ws_close_code_may_come(code))
            return WS_CLOSE_PROTOCOL;
        if (!str_is_utf8(str_of(payload.ptr + 2, payload.len - 2)))
            return WS_CLOSE_BAD_DATA;
    }
    fail(ws, code);
    return 0;
}

/* Pings that come faster than their pongs leave are answered once, the last of them (RFC 6455,
 * 5.5.3). */
static void take_ping(struct websocket *ws, struct ws_inbound *in)
{
    if (ws->state != WS_OPEN)
        return;
    if (stream_of_ws(ws)->blocked) {
        in->pong_waits = true;
        return;
    }
    OWN(bytes_unref)
    struct bytes *frame = ws_frame_new(WS_PONG, str_of(in->control, in->control_len));
    put_within_limits(ws, frame, 1);
}

static uint16_t take_control(struct websocket *ws, struct ws_inbound *in,
                             const struct ws_part *part)
{
    if (part->opcode == WS_PONG)
        return 0; /* that it came is all there is to it */
    if (part->begins) {
        in->control_len = 0;
        in->pong_waits = false; /* for an older ping */
    }
    REQUIRE(in->control_len + part->len <= WS_CONTROL_MAX);
    memcpy(in->control + in->control_len, part->ptr, part->len);
    in->control_len += (uint8_t)part->len;
    if (!part->ends)
        return 0;
    if (part->opcode == WS_CLOSE)
        return take_close(ws, str_of(in->control, in->control_len));
    if (part->opcode == WS_PING)
        take_ping(ws, in);
    return 0;
}

/* What a message may have on the wire. What cannot be compressed grows by trying; a quarter is more
 * than any sensible compressor needs. */
static uint64_t most_payload(const struct websocket *ws, bool compressed)
{
    uint64_t limit = limits_of_ws(ws)->frame_bytes;
    return compressed ? limit + limit / 4 : limit;
}

/* Is this data frame one that may come now? */
static uint16_t begin_data_frame(const struct websocket *ws, struct ws_inbound *in,
                                 const struct ws_part *part)
{
    if (in->in_message != (part->opcode == WS_CONTINUATION))
        return WS_CLOSE_PROTOCOL;
    if (part->compressed && !ws_is_deflating(ws))
        return WS_CLOSE_PROTOCOL;
    if (part->opcode == WS_BINARY)
        return WS_CLOSE_UNSUPPORTED;
    if (!in->in_message)
        in->compressed = part->compressed;
    in->in_message = true;
    uint64_t most = most_payload(ws, in->compressed);
    if (part->frame_len > most || in->message.len > most - part->frame_len)
        return WS_CLOSE_TOO_LARGE;
    if (!part->ends && memory_is_tight()) {
        LIMIT_HIT(limits_of_ws(ws), memory_mib);
        return WS_CLOSE_TRY_LATER; /* it would have to be kept until it is whole */
    }
    return 0;
}

static uint16_t inflate_text(struct websocket *ws, struct ws_inbound *in, struct str payload,
                             struct str *out)
{
    struct http_server *server = server_of_ws(ws);
    if (!server->inflater)
        server->inflater = ws_inflater_new(limits_of_ws(ws)->frame_bytes);
    uint16_t wrong = ws_inflate(server->inflater, payload, out);
    if (wrong)
        return wrong;
    in->inflated += payload.len + out->len;
    figure_add(&figures_of(ws)->inflated, 1);
    return str_is_utf8(*out) ? 0 : WS_CLOSE_BAD_DATA;
}

/* A whole message, as it was on the wire. */
static uint16_t deliver(struct websocket *ws, struct ws_inbound *in, struct str payload)
{
    struct str text = payload;
    in->in_message = false;
    uint16_t wrong = in->compressed ? inflate_text(ws, in, payload, &text) : 0;
    if (!wrong) {
        figure_add(&figures_of(ws)->frames_in, 1);
        ws->handler->on_text(ws, text);
    }
    if (in->compressed)
        ws_inflater_forget(server_of_ws(ws)->inflater);
    return wrong;
}

/* Looks at text as it comes; at compressed text only when it is whole, since half of it would need
 * a window of its own. */
static bool is_good_so_far(struct ws_inbound *in, const struct ws_part *part)
{
    if (in->compressed)
        return true;
    bool last = part->ends && part->fin;
    return utf8_feed(&in->utf8, str_of(part->ptr, part->len)) &&
           (!last || utf8_is_complete(&in->utf8));
}

static uint16_t take_data(struct websocket *ws, struct ws_inbound *in, const struct ws_part *part)
{
    if (ws->state != WS_OPEN)
        return 0; /* we said goodbye, only the peer's goodbye is awaited */
    uint16_t wrong = part->begins ? begin_data_frame(ws, in, part) : 0;
    if (wrong)
        return wrong;
    if (!is_good_so_far(in, part))
        return WS_CLOSE_BAD_DATA;
    bool last = part->ends && part->fin;
    if (last && in->message.len == 0) /* from where it was read, nothing copied */
        return deliver(ws, in, str_of(part->ptr, part->len));
    buf_put(&in->message, part->ptr, part->len);
    if (!last)
        return 0;
    __attribute__((cleanup(buf_deinit_p))) struct buf message = in->message;
    in->message = BUF_INIT;
    return deliver(ws, in, buf_str(&message));
}

static bool is_idle(const struct ws_inbound *in)
{
    return ws_decoder_between_frames(&in->decoder) && !in->in_message && !in->pong_waits;
}

static void inbound_free(struct ws_inbound *in)
{
    if (!in)
        return;
    buf_deinit(&in->message);
    xfree(in);
}

/* Everything in [at, end), up to a pause or the end. Returns where it stopped.
 *
 * A few bytes can be a large text when compressed, and a read is full of them: past so much of it
 * the rest waits for the next turn, so that nobody else has to. */
static char *take_all(struct websocket *ws, struct ws_inbound *in, char *at, char *end)
{
    struct stream *stream = stream_of_ws(ws);
    struct ws_part part;
    in->inflated = 0;
    while (!stream->paused && !stream->closed && ws->state != WS_CLOSED) {
        if (in->inflated >= INFLATED_A_TURN) {
            loop_defer(stream->streams->loop, &stream->turn_end);
            break;
        }
        enum ws_decoded decoded = ws_decode(&in->decoder, &at, end, &part);
        if (decoded == WS_NEED_MORE)
            break;
        uint16_t wrong = decoded == WS_BROKEN         ? WS_CLOSE_PROTOCOL
                         : ws_is_control(part.opcode) ? take_control(ws, in, &part)
                                                      : take_data(ws, in, &part);
        if (wrong)
            fail(ws, wrong);
    }
    return at;
}

static size_t on_bytes(struct stream *stream, char *bytes, size_t len)
{
    struct websocket *ws = &connection_of(stream)->ws;
    struct ws_inbound fresh; /* on the stack, until it turns out that something must be kept */
    struct ws_inbound *in = TAKE(ws->inbound);
    if (!in) {
        fresh.decoder = (struct ws_decoder){0};
        fresh.utf8 = (struct utf8){0};
        fresh.message = BUF_INIT;
        fresh.in_message = fresh.compressed = fresh.pong_waits = false;
        fresh.control_len = 0;
        in = &fresh;
    }
    ws->heard_ms = now_ms(ws);
    ws->pinged = false;
    char *at = take_all(ws, in, bytes, bytes + len);

    if (!is_idle(in)) {
        if (in == &fresh) {
            in = xmalloc(sizeof(*in));
            *in = fresh;
        }
        ws->inbound = in;
    } else if (in != &fresh) {
        inbound_free(in);
    }
    return (size_t)(at - bytes);
}

/* ---- what else happens ---- */

static void on_end(struct stream *stream)
{
    stream_close(stream); /* FIN without a close frame: abnormal, unless one of ours is out */
}

static void on_written(struct stream *stream)
{
    struct websocket *ws = &connection_of(stream)->ws;
    struct ws_inbound *in = ws->inbound;
    if (!in || !in->pong_waits || stream->blocked)
        return;
    in->pong_waits = false;
    take_ping(ws, in);
    if (is_idle(in))
        inbound_free(TAKE(ws->inbound));
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
    inbound_free(TAKE(ws->inbound));
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
