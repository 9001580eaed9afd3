/* ws_close_code.h - the codes that a WebSocket is closed with (RFC 6455, 7.4).
 * Thread: any. */
#pragma once

#include "net/websocket.h"

/* May a peer say it? Codes nobody has registered, and those never on the wire, may not come. */
bool ws_close_code_may_come(unsigned code);
/* What one of ours does not say by itself; may be empty. */
struct str ws_close_code_reason(uint16_t code);
