/* proxy_intake.h - connections from trusted proxies while they have not said whom they bring
 * (--proxy-protocol).
 *
 * The header is taken from the socket byte-exactly, before anything else looks at it, so that what
 * follows may be HTTP or TLS alike. Who sends none, a malformed one, or one that takes longer than
 * limits.http_head_s is closed without a word: it is no proxy of ours.
 * Owns:   the socket until it is given on, and its place in the budget.
 * Thread: the worker's. Nobody outside net includes this. */
#pragma once

struct arrival;
struct http_server;

/* `arrival` as the socket says. */
void proxy_intake_begin(struct http_server *server, int fd, const struct arrival *arrival);
void proxy_intake_close_all(struct http_server *server);
