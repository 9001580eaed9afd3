/* report_pass.h - who decides of a room's reports has changed. Private to chat. */
#pragma once

#include "chat/chat_internal.h"

/* Of what nobody who is left in the room may decide the administrators do from now on; who may decide knows how
 * many are open, and who no longer may does not. `user`: whose role there changed, or who left; 0: what roles
 * permit did. From the thread of `home`; nobody waits for it. */
void report_pass(struct chat *chat, struct inbox *home, room_id room, user_id user);
