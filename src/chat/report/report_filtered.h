/* report_filtered.h - a filter reports what it let through. Private to chat. */
#pragma once

#include "chat/chat.h"

/* The message that this event made or changed lies with the moderators of the room, or (to_server) with the
 * administrators, as if somebody had reported it; of one person in one room at most one in ten minutes, so that who
 * floods the room does not flood them. Nobody waits for it. `home`: of the room. */
void report_filtered(struct chat *chat, struct inbox *home, const struct event *event,
                     bool to_server);
