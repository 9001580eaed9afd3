/* websocket.h - a WebSocket connection (RFC 6455), server side, after its upgrade.
 *
 * Whole messages come in and go out. Fragments, control frames, masking, compression, UTF-8, ping
 * and the close handshake are dealt with inside; dead peers are found by ping (limits.ping_after_s,
 * dead_after_s of silence).
 * Owns:   ws_accept() makes one; it is gone after on_close returned. Frames are taken by reference.
 *         on_close comes at the end of a turn, never from within ws_send(), ws_close() or another
 *         function here, so lists of connections may be walked while sending to them.
 * Thread: the worker's. */
#pragma once

#include "core/bytes.h"
#include "net/http.h"
#include "net/ws_text.h"

struct websocket;

enum ws_close_code {
    WS_CLOSE_NORMAL = 1000,
    WS_CLOSE_PROTOCOL = 1002,
    WS_CLOSE_UNSUPPORTED = 1003,
    WS_CLOSE_NO_STATUS = 1005, /* never on the wire */
    WS_CLOSE_ABNORMAL = 1006,  /* never on the wire */
    WS_CLOSE_BAD_DATA = 1007,
    WS_CLOSE_TOO_LARGE = 1009,
    WS_CLOSE_RESTARTING = 1012,
    WS_CLOSE_TRY_LATER = 1013,
    WS_CLOSE_NOT_SIGNED_IN = 4001,
    WS_CLOSE_TOO_SLOW = 4002,
    WS_CLOSE_SESSION_ENDED = 4003,
};

struct ws_handler {
    /* A whole text message, valid UTF-8, good until the call returns. */
    void (*on_text)(struct websocket *ws, struct str text);
    /* Once for every accepted connection, whoever ended it; no call comes after it. The code is
     * ours if we closed, else the peer's; 1005 if it gave none, 1006 if it just went. */
    void (*on_close)(struct websocket *ws, uint16_t code);
};

/* Is this a correct upgrade request for version 13? Otherwise what to answer: 400, 426, or 0 yes. */
int ws_check_upgrade(const struct http_request *request);
/* Answers one that is with 101 (and Sec-WebSocket-Protocol if not empty), and ends the exchange. NULL when the peer
 * is already gone. `user` is whatever the handler wants. */
struct websocket *ws_accept(struct http_exchange *exchange, struct str protocol,
                            const struct ws_handler *handler, void *user);

void *ws_user(const struct websocket *ws);                    /* as it was given to ws_accept() */
const struct ip_address *ws_peer(const struct websocket *ws); /* borrowed from the connection */

/* Whether it agreed to permessage-deflate (RFC 7692), so that compressed frames are of use. */
bool ws_is_deflating(const struct websocket *ws);

/* Queues a text message, compressed if that was agreed on and is worth it. It leaves at the end of
 * the turn, together with everything else due to this connection, in one system call. Past
 * limits.session_queue_bytes or _frames the connection is cut with 4002. Nothing happens on one
 * that is closing. */
void ws_send(struct websocket *ws, struct str text);
/* The same with what was framed for many; takes references of its own. */
void ws_send_shared(struct websocket *ws, const struct ws_text *text);
/* The answer to its upgrade leaves with the first that is sent, in one system call: for who will send as soon
 * as it has been read. */
void ws_hold(struct websocket *ws);
/* It will be sent to in a moment: fetches it into the cache. */
void ws_fetch(const struct websocket *ws);

/* Starts the close handshake; on_close comes when it ended or timed out. */
void ws_close(struct websocket *ws, uint16_t code, struct str reason);
/* Stops reading, for back-pressure (limits.commands_in_flight): what the peer sends waits in its own buffers. */
void ws_pause(struct websocket *ws);
/* Reads again. The peer was silent by our doing, so its time of silence begins anew. */
void ws_resume(struct websocket *ws);
