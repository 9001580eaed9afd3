/* ws_deflate.h - messages to DEFLATE and back (RFC 7692, 7.2), each for itself: no context is taken
 * over from one to the next, so the states here are a thread's, not a connection's.
 *
 * Owns:   zlib's state and a scratch buffer; results of inflating are borrowed from it.
 * Thread: any, one call at a time to one of them. */
#pragma once

#include "core/bytes.h"

struct ws_deflater;
/* What is shorter than min_bytes is not worth the time, see docs/design/net.md. */
struct ws_deflater *ws_deflater_new(size_t min_bytes) MUST_USE;
void ws_deflater_free(struct ws_deflater *deflater); /* NULL is fine */
/* The text as a compressed frame for clients; NULL if it is too short, or would not become smaller
 * by an eighth at least. */
struct bytes *ws_deflate(struct ws_deflater *deflater, struct str text) MUST_USE;

struct ws_inflater;
/* Of no message more than max_bytes come out, and no more memory than that is ever used. */
struct ws_inflater *ws_inflater_new(size_t max_bytes) MUST_USE;
void ws_inflater_free(struct ws_inflater *inflater); /* NULL is fine */
/* A whole message's payload. 0, and *out is good until the next call; or the code to close with:
 * WS_CLOSE_TOO_LARGE, WS_CLOSE_BAD_DATA if it is not DEFLATE down to its last bit. */
uint16_t ws_inflate(struct ws_inflater *inflater, struct str payload, struct str *out) MUST_USE;
/* Wipes what is left of the text: a token may have been in it. */
void ws_inflater_forget(struct ws_inflater *inflater);
