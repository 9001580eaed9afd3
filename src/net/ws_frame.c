#include "net/ws_frame.h"

enum { FIN = 0x80, RSV23 = 0x30, OPCODE = 0x0f, MASKED = 0x80, LENGTH = 0x7f };
enum { LENGTH_16 = 126, LENGTH_64 = 127, MASK_LEN = 4 };

enum state { AT_HEAD, AT_LENGTH, AT_PAYLOAD, AT_FAULT, STATE_COUNT };

/* Besides what ws_decode() returns: the next state may go on with the same bytes. */
enum { GO_ON = WS_BROKEN + 1 };

typedef int step(struct ws_decoder *decoder, char **at, char *end, struct ws_part *out);

/* Collects the head up to `need` bytes. */
static bool gather(struct ws_decoder *decoder, char **at, const char *end)
{
    while (decoder->have < decoder->need && *at < end)
        decoder->head[decoder->have++] = (uint8_t) * (*at)++;
    return decoder->have == decoder->need;
}

static int fault(struct ws_decoder *decoder)
{
    decoder->state = AT_FAULT;
    return WS_BROKEN;
}

/* Whether the first two bytes may begin a frame of a client. RSV1 may stand where a message begins,
 * if that was agreed on, which is not known here. */
static bool is_allowed(uint8_t first, uint8_t second)
{
    unsigned opcode = first & OPCODE;
    if (first & RSV23 || !(second & MASKED))
        return false;
    if (opcode >= WS_CLOSE)
        return opcode <= WS_PONG && !(first & WS_RSV1) && first & FIN &&
               (second & LENGTH) <= WS_CONTROL_MAX;
    return opcode <= WS_BINARY && (opcode != WS_CONTINUATION || !(first & WS_RSV1));
}

static int step_head(struct ws_decoder *decoder, char **at, char *end, struct ws_part *out UNUSED)
{
    decoder->need = 2;
    if (!gather(decoder, at, end))
        return WS_NEED_MORE;
    if (!is_allowed(decoder->head[0], decoder->head[1]))
        return fault(decoder);
    unsigned length = decoder->head[1] & LENGTH;
    decoder->need += MASK_LEN + (length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0);
    decoder->state = AT_LENGTH;
    return GO_ON;
}

static uint64_t read_number(const uint8_t *at, size_t len)
{
    uint64_t value = 0;
    for (size_t i = 0; i < len; i++)
        value = value << 8 | at[i];
    return value;
}

/* The length must be in the shortest of the three forms, and below 2^63. */
static bool read_length(const struct ws_decoder *decoder, uint64_t *out)
{
    unsigned length = decoder->head[1] & LENGTH;
    *out = length;
    if (length == LENGTH_16) {
        *out = read_number(decoder->head + 2, 2);
        return *out >= LENGTH_16;
    }
    if (length == LENGTH_64) {
        *out = read_number(decoder->head + 2, 8);
        return *out > UINT16_MAX && *out <= INT64_MAX;
    }
    return true;
}

/* A slice of the payload, maybe empty, into *out; back to the beginning after the last. */
static int take_payload(struct ws_decoder *decoder, char **at, char *end, bool begins,
                        struct ws_part *out)
{
    size_t here = (size_t)(end - *at);
    size_t len = decoder->left < here ? (size_t)decoder->left : here;
    uint64_t frame_len;
    (void)read_length(decoder, &frame_len);
    ws_mask(*at, len, decoder->mask, decoder->mask_at);
    *out = (struct ws_part){
        .opcode = (enum ws_opcode)(decoder->head[0] & OPCODE),
        .fin = decoder->head[0] & FIN,
        .compressed = decoder->head[0] & WS_RSV1,
        .begins = begins,
        .ends = decoder->left == len,
        .frame_len = frame_len,
        .ptr = *at,
        .len = len,
    };
    *at += len;
    decoder->left -= len;
    decoder->mask_at = (uint8_t)((decoder->mask_at + len) % MASK_LEN);
    if (out->ends)
        *decoder = (struct ws_decoder){0};
    return WS_PART;
}

static int step_length(struct ws_decoder *decoder, char **at, char *end, struct ws_part *out)
{
    if (!gather(decoder, at, end))
        return WS_NEED_MORE;
    if (!read_length(decoder, &decoder->left))
        return fault(decoder);
    memcpy(decoder->mask, decoder->head + decoder->need - MASK_LEN, MASK_LEN);
    decoder->state = AT_PAYLOAD;
    return take_payload(decoder, at, end, true, out);
}

static int step_payload(struct ws_decoder *decoder, char **at, char *end, struct ws_part *out)
{
    return *at == end ? WS_NEED_MORE : take_payload(decoder, at, end, false, out);
}

static int step_fault(struct ws_decoder *decoder UNUSED, char **at UNUSED, char *end UNUSED,
                      struct ws_part *out UNUSED)
{
    return WS_BROKEN;
}

static step *const steps[STATE_COUNT] = {
    [AT_HEAD] = step_head,
    [AT_LENGTH] = step_length,
    [AT_PAYLOAD] = step_payload,
    [AT_FAULT] = step_fault,
};

enum ws_decoded ws_decode(struct ws_decoder *decoder, char **at, char *end, struct ws_part *out)
{
    int result;
    do
        result = steps[decoder->state](decoder, at, end, out);
    while (result == GO_ON);
    return (enum ws_decoded)result;
}

void ws_mask(char *bytes, size_t len, const uint8_t mask[4], unsigned mask_at)
{
    uint8_t turned[8];
    for (unsigned i = 0; i < sizeof(turned); i++)
        turned[i] = mask[(mask_at + i) % MASK_LEN];
    uint64_t word_mask;
    memcpy(&word_mask, turned, sizeof(word_mask));

    size_t at = 0;
    for (; at + sizeof(word_mask) <= len; at += sizeof(word_mask)) {
        uint64_t word;
        memcpy(&word, bytes + at, sizeof(word));
        word ^= word_mask;
        memcpy(bytes + at, &word, sizeof(word));
    }
    for (; at < len; at++)
        bytes[at] = (char)((uint8_t)bytes[at] ^ turned[at % sizeof(turned)]);
}

static void write_number(uint8_t *at, size_t len, uint64_t value)
{
    for (size_t i = len; i-- > 0; value >>= 8)
        at[i] = (uint8_t)value;
}

size_t ws_frame_head(uint8_t out[WS_SERVER_HEAD_MAX], enum ws_opcode opcode, size_t len)
{
    out[0] = (uint8_t)(FIN | opcode);
    if (len < LENGTH_16) {
        out[1] = (uint8_t)len;
        return 2;
    }
    if (len <= UINT16_MAX) {
        out[1] = LENGTH_16;
        write_number(out + 2, 2, len);
        return 4;
    }
    out[1] = LENGTH_64;
    write_number(out + 2, 8, len);
    return 10;
}

struct bytes *ws_frame_new(enum ws_opcode opcode, struct str payload)
{
    uint8_t head[WS_SERVER_HEAD_MAX];
    size_t head_len = ws_frame_head(head, opcode, payload.len);
    struct bytes *frame = bytes_new(head_len + payload.len);
    memcpy(frame->data, head, head_len);
    if (payload.len)
        memcpy(frame->data + head_len, payload.ptr, payload.len);
    return frame;
}
