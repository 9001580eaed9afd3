/* ws_frame.h - WebSocket frames (RFC 6455, 5.2) to bytes and back. No I/O, no memory of its own.
 *
 * The decoder is a state machine fed by slices, cut wherever the network cut them: it yields parts
 * of frames, unmasked in place. Once it has found a fault it finds nothing else any more.
 * What is about whole messages (fragments, UTF-8, size, the handshake) is websocket.c's.
 * Thread: any, one decoder at a time in one. */
#pragma once

#include "core/bytes.h"

enum ws_opcode {
    WS_CONTINUATION = 0x0,
    WS_TEXT = 0x1,
    WS_BINARY = 0x2,
    WS_CLOSE = 0x8,
    WS_PING = 0x9,
    WS_PONG = 0xa,
};

enum {
    WS_HEAD_MAX = 14,        /* 2, extended length 8, mask 4 */
    WS_SERVER_HEAD_MAX = 10, /* the same without mask */
    WS_CONTROL_MAX = 125,    /* payload of a control frame */
    WS_RSV1 = 0x40,          /* of a head's first byte: a compressed message (RFC 7692, 6) */
};

static inline bool ws_is_control(enum ws_opcode opcode)
{
    return opcode >= WS_CLOSE;
}

/* Zeroed, it is at the beginning of a frame. */
struct ws_decoder {
    uint64_t left;      /* payload bytes still to come */
    uint8_t state;      /* of ws_frame.c; 0: at the beginning of a frame */
    uint8_t have, need; /* bytes of the head */
    uint8_t mask_at;    /* which byte of the mask is next */
    uint8_t head[WS_HEAD_MAX];
    uint8_t mask[4];
};

struct ws_part {
    enum ws_opcode opcode;
    bool fin;           /* the frame's */
    bool compressed;    /* RSV1; only on the first frame of a message, agreed on or not */
    bool begins, ends;  /* the first part of its frame, the last */
    uint64_t frame_len; /* payload of the whole frame */
    char *ptr;          /* unmasked payload; may be empty */
    size_t len;
};

enum ws_decoded {
    WS_NEED_MORE, /* all bytes are consumed */
    WS_PART,      /* *out is filled; come again for the rest */
    WS_BROKEN,    /* against the protocol: close with 1002 */
};

/* Looks at [*at, end), moves *at behind what it consumed. A frame that is there as a whole comes as
 * one part; its head is reported at once even if none of the payload is there yet. */
enum ws_decoded ws_decode(struct ws_decoder *decoder, char **at, char *end, struct ws_part *out);

static inline bool ws_decoder_between_frames(const struct ws_decoder *decoder)
{
    return decoder->state == 0 && decoder->have == 0;
}

/* Writes the head of an unmasked final frame; returns its length. */
size_t ws_frame_head(uint8_t out[WS_SERVER_HEAD_MAX], enum ws_opcode opcode, size_t len);
struct bytes *ws_frame_new(enum ws_opcode opcode, struct str payload) MUST_USE;

/* XORs `len` bytes with the mask, beginning with its byte `mask_at`; both directions. */
void ws_mask(char *bytes, size_t len, const uint8_t mask[4], unsigned mask_at);
