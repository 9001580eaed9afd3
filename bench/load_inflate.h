/* load_inflate.h - messages that the server compressed (RFC 7692), each for itself.
 * Owns: one inflater and what it made last, for the whole program. Thread: one. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* What goes into the upgrade. */
#define LOAD_DEFLATE_OFFER                                                                         \
    "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover; "                   \
    "server_no_context_takeover"

/* The message, good until the next call; NULL if it is no DEFLATE or longer than any frame may be. */
const uint8_t *load_inflate(const uint8_t *from, size_t count, size_t *length);
