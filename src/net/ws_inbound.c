#include "net/ws_inbound.h"

#include "core/buf.h"
#include "core/memory.h"
#include "net/utf8.h"
#include "net/ws_close_code.h"
#include "net/ws_deflate.h"
#include "net/ws_frame.h"

enum { INFLATED_A_TURN = 262144 };

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
    ws_fail(ws, code);
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
    ws_put_within_limits(ws, frame, 1);
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

/* Everything in [at, end). Returns where it stopped. */
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
            ws_fail(ws, wrong);
    }
    return at;
}

size_t ws_inbound_take(struct websocket *ws, char *bytes, size_t len)
{
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

void ws_inbound_written(struct websocket *ws)
{
    struct ws_inbound *in = ws->inbound;
    if (!in || !in->pong_waits || stream_of_ws(ws)->blocked)
        return;
    in->pong_waits = false;
    take_ping(ws, in);
    if (is_idle(in))
        ws_inbound_drop(ws);
}

void ws_inbound_drop(struct websocket *ws)
{
    inbound_free(TAKE(ws->inbound));
}
