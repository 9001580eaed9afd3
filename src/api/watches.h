/* watches.h - which connections of this worker want to hear when somebody comes or goes, beside those
 * who share a small room with them.
 * Thread: the worker's. Private to api. */
#pragma once

#include "core/map.h"
#include "model/ids.h"

struct ws_session;

struct watches {
    struct map watched; /* user -> struct watched */
};

struct watching { /* of one connection */
    size_t count;
    user_id users[];
};

void watches_deinit(struct watches *watches); /* nobody watches any more */
/* Instead of those whom it watched before; each of `users` once, which may be reordered. */
void watches_set(struct watches *watches, struct ws_session *session, user_id *users, size_t count);
/* Those who watch the user. */
struct ws_session *const *watches_of(const struct watches *watches, user_id user, size_t *count);
