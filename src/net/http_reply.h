/* http_reply.h - what another server answers (RFC 9112), read by llhttp in its strict mode: cut
 * anywhere, one reply, wrong once and for good. Of 1xx only what comes behind counts.
 *
 * Owns:   the body, until http_reply_free(); the rest lies in the arena that was lent.
 * Thread: one. */
#pragma once

#include "core/arena.h"
#include "net/http.h"

enum { HTTP_REPLY_HEAD_BYTES = 32768, HTTP_REPLY_HEADERS = 100 };

struct http_reply;

enum http_reply_state { HTTP_REPLY_MORE, HTTP_REPLY_WHOLE, HTTP_REPLY_BAD };

struct http_reply *http_reply_new(struct arena *arena, size_t body_max) MUST_USE;
void http_reply_free(struct http_reply *reply); /* NULL is fine */
OWN_DEFINE(http_reply_free, struct http_reply *)

enum http_reply_state http_reply_read(struct http_reply *reply, struct str bytes);
/* Nothing more will come, said properly: some bodies end so. */
enum http_reply_state http_reply_end(struct http_reply *reply);

/* Once it is whole. */
int http_reply_status(const struct http_reply *reply);
struct str http_reply_header(const struct http_reply *reply, struct str name); /* the first */
struct str http_reply_body(const struct http_reply *reply);
