/* ws_pause.h - a socket that asks again and again although it was told that it is too fast is not read
 * for a moment (limits.refusals_in_a_row): to refuse costs little, but three hundred thousand times a
 * second it would be all that the loop does. What it sends meanwhile waits in its own buffers.
 * Owns:   one for each socket that pauses now, in its worker's list; an ordinary session pays a count.
 * Thread: the worker's. Private to api. */
#pragma once

#include "api/ws_session.h"

/* A command came too fast, or in time. */
void ws_pause_refused(struct ws_session *session);
void ws_pause_served(struct ws_session *session);
void ws_pause_end(struct ws_session *session); /* its socket is gone */
