/* ws_extension.h - what a client offers in Sec-WebSocket-Extensions, and which of it is taken
 * (RFC 6455, 9.1; RFC 7692, 7.1).
 *
 * permessage-deflate is the one extension there is. Its offers come in order of preference; the
 * first that is valid is taken, all others are passed over, and with none the handshake goes on
 * without. Both `..._no_context_takeover` are always answered, offered or not, so that what is
 * compressed can be shared and nobody holds a window between messages. A `server_max_window_bits`
 * is agreed to and kept by sending plain what is longer than that window (ws_window_holds()).
 * `client_max_window_bits` may be offered and is not answered: any window can be inflated.
 * Fails:  only on what is no list of extensions at all; RFC 6455, 9.1 wants no connection then.
 * Thread: any; no memory of its own. */
#pragma once

#include "core/buf.h"
#include "net/http.h"

enum { WS_WINDOW_BITS_MIN = 8, WS_WINDOW_BITS_MAX = 15 };

struct ws_agreement {
    uint8_t window_bits; /* of the server; 0: nothing was agreed on */
    bool window_asked;   /* so the answer must name it */
};

/* False if a header is malformed. */
bool ws_extension_agree(const struct http_request *request, struct ws_agreement *out);
/* The header of the answer, if anything was agreed on. */
void ws_extension_put(struct buf *out, const struct ws_agreement *agreement);

/* Whether no distance in a text of this length can leave the window. */
static inline bool ws_window_holds(unsigned window_bits, size_t len)
{
    return window_bits == WS_WINDOW_BITS_MAX || (window_bits && len <= (size_t)1 << window_bits);
}
