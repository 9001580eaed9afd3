/* resync_doubt.h - rooms that somebody was found to be in and not subscribed to. What was read may be older than what
 * the worker has, or be told in this very moment: so only what is missing at two looks is missing.
 * Owns:   the list of rooms.
 * Thread: the worker's. Private to api. */
#pragma once

#include <stddef.h>

#include "core/base.h"
#include "model/ids.h"

struct resync_doubt {
    user_id user;
    room_id *rooms;
    size_t count;
};

void resync_doubt_deinit(struct resync_doubt *doubt);
/* At the next look these are missing: is it one that was missing at this one? */
bool resync_doubt_holds(const struct resync_doubt *doubt, const room_id *missing, size_t count)
    MUST_USE;
