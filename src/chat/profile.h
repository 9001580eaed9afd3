/* profile.h - what people tell of themselves reaches those who see them.
 *
 * Told (`user.updated`) to who shares a room of at most limits.presence_push_members with them, to who
 * watches them, and to their own connections; all others ask. Who is blocked is told too: the profile
 * is everybody's to read, so silence would tell them.
 * Thread: any. */
#pragma once

#include "model/ids.h"

struct chat;

/* It has changed in the store: tells what stands there now. Where the store
 * cannot be read nobody is told, and who asks sees it. */
void profile_tell(struct chat *chat, user_id user);
/* The account is gone: the same, and then the person leaves their groups, whose people are told before. */
void profile_tell_last(struct chat *chat, user_id user);
