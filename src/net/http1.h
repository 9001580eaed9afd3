/* http1.h - HTTP/1.1 on a stream (RFC 9112), between http1.c that runs a connection, http1_parse.c
 * that reads requests and http_respond.c that answers. Nobody outside net includes this. */
#pragma once

#include <llhttp.h>

#include "net/connection.h"
#include "net/http_chunk_line.h"
#include "net/http_exchange.h"
#include "net/http_line.h"

/* What the connection waits for, and so which timeout runs. */
enum http1_phase {
    PHASE_FIRST,   /* the first request: http_head_s, silence is no excuse */
    PHASE_IDLE,    /* a next request: http_idle_s */
    PHASE_HEAD,    /* the rest of a head: http_head_s since its beginning */
    PHASE_BODY,    /* the rest of a body: http_body_s since its beginning */
    PHASE_HANDLER, /* the handler's answer: it has its own */
    PHASE_WRITE,   /* the peer to read on: http_write_s since it last did */
};

struct http1 {
    llhttp_t parser;
    struct http_line line;          /* of the request that is being read */
    struct http_chunk_line chunk;   /* before the chunk that comes */
    struct http_exchange *exchange; /* being read, or with the handler */
    uint64_t head_left;             /* of limits.http_header_bytes */
    uint64_t framing;               /* bytes of chunks that are no body, trailers included */
    int refusal;                    /* status, found in a callback */
    enum http1_phase phase;
    bool handed_out;    /* the exchange is with the handler */
    bool in_chunk_line; /* the bytes to come are of one */
    bool whole;         /* a request; the next one begins behind it */
    bool last;          /* no request after this one */
    bool owes_continue; /* the client waits for a word before it sends its body */
};

/* ---- http1_parse.c ---- */

void http1_parser_init(struct connection *connection);

enum http1_found { HTTP1_MORE, HTTP1_REQUEST, HTTP1_REFUSED };
/* Reads up to the end of a request or of the bytes. *taken: how many that were. HTTP1_REFUSED: the
 * status is http->refusal. */
enum http1_found http1_parse(struct connection *connection, struct str bytes, size_t *taken);

/* ---- http1.c ---- */

void http1_enter(struct connection *connection, enum http1_phase phase);

/* Answers the exchange, or what should have become one, with the handler's words for the status, and
 * ends the connection. */
void http1_refuse(struct connection *connection, int status);

/* Leaves the connection to the exchange's next protocol: the HTTP state is freed, and what came
 * behind the request is for the new protocol. The exchange is freed too. */
void http1_upgrade(struct http_exchange *exchange, const struct stream_protocol *protocol);

/* The answer is queued: goes on to the next request, or ends the connection. */
void http1_answered(struct connection *connection, bool keep);

/* Will the connection go on after this answer? */
bool http1_will_keep(const struct http_exchange *exchange, const struct http_answer *answer);
