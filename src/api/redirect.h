/* redirect.h - from the plain door to the one with TLS (308, RFC 9110, 15.4.9); and the one thing
 * that is answered there, the proof that a certificate authority asks for.
 * Thread: the worker's. Private to api. */
#pragma once

#include "api/worker.h"

/* Answers if the request did not come by TLS though the server speaks it; else false. */
bool redirect_to_https(struct api *api, struct http_exchange *exchange);
