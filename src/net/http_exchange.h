/* http_exchange.h - one request while it is read and until it is answered: the inside of what
 * http.h promises. Nobody outside net includes this.
 *
 * The head is collected as it comes, cut anywhere, into one buffer with the places of its parts;
 * only when it is whole do slices point into it.
 * Owns:   all of its request; it may outlive its connection.
 * Thread: the worker's. */
#pragma once

#include "core/buf.h"
#include "core/list.h"
#include "net/http.h"

struct connection;

struct http_exchange {
    struct connection *connection; /* NULL once it is gone */
    struct http_request request;
    struct http_header *headers; /* the request's */
    struct ip_address peer;
    struct arena arena;
    struct buf head, body;
    struct buf fields;        /* of struct http_field */
    size_t target_len;        /* the head begins with the target */
    enum limit_id body_limit; /* once the head is done */
    bool head_done;
    bool name_done;  /* of the last field: the next name begins another one */
    bool keep_alive; /* the client agrees */
    bool http10;
    struct list link; /* in server->reading until it is read whole */
    size_t weight;    /* bytes of it that server->reading_bytes counts */
};

struct http_exchange *http_exchange_new(struct connection *connection) MUST_USE;
void http_exchange_free(struct http_exchange *exchange); /* NULL is fine */

void http_exchange_add_target(struct http_exchange *exchange, struct str piece);
void http_exchange_add_name(struct http_exchange *exchange, struct str piece);
void http_exchange_end_name(struct http_exchange *exchange);
void http_exchange_add_value(struct http_exchange *exchange, struct str piece);
size_t http_exchange_field_count(const struct http_exchange *exchange);

/* The head is whole: makes the request's slices, and finds out who asks. 0, or the status that
 * refuses it: a bad target or Host, one that is for TLS and did not come by it, a body framed in two
 * ways or in one that we do not speak, an unknown expectation (RFC 9112, 3.2, 6.1; RFC 9110, 7.4,
 * 10.1.1). */
int http_exchange_finish_head(struct http_exchange *exchange, struct str method) MUST_USE;

bool http_exchange_expects_continue(const struct http_exchange *exchange);

/* Counts what it takes by now, among the requests that the server is reading. */
void http_exchange_weigh(struct http_exchange *exchange);
/* It is whole or refused, and counts no longer. Again is harmless. */
void http_exchange_was_read(struct http_exchange *exchange);
