/* router.h - which request goes where: one table of method, path, handler and what it needs.
 * Thread: the worker's. Private to api. */
#pragma once

#include "api/request.h"
#include "gen/routes.inc"

/* A request came in: finds its route, checks origin, rate, sign-in and body, calls the handler. */
void router_on_request(struct api *api, struct http_exchange *exchange);

/* How long the body may be of a request of which only the head is there. */
enum limit_id router_body_limit(const struct http_request *http);

/* The body for what net refuses by itself. */
struct str router_error_body(int status, struct arena *arena, struct str *type);

/* ---- the handlers: rest_NAME of each route in schema/rest.json ------------------------------- */
#define X(name, method, path, flags) void rest_##name(struct request *request);
ROUTE_LIST(X)
#undef X

/* Those of no document. */
void rest_websocket(struct request *request);
void rest_healthz(struct request *request);
void rest_readyz(struct request *request);
void rest_metrics(struct request *request);
void rest_jwks(struct request *request);
