/* http1.h - HTTP/1.1 on a stream (RFC 9112), between http1.c that reads and http_respond.c that
 * answers. Nobody outside net includes this. */
#pragma once

#include "net/connection.h"
#include "net/http_exchange.h"

/* Leaves the connection to the exchange's next protocol: the HTTP state is freed, and what came
 * behind the request is for the new protocol. The exchange is freed too. */
void http1_upgrade(struct http_exchange *exchange, const struct stream_protocol *protocol);

/* The answer is queued: goes on to the next request, or ends the connection. */
void http1_answered(struct connection *connection, bool keep);

/* Will the connection go on after this answer? */
bool http1_will_keep(const struct http_exchange *exchange, const struct http_answer *answer);
