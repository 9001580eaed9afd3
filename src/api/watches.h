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

struct watcher { /* of one person */
    struct ws_session *session;
    uint32_t watch; /* which of what the session watches */
};

struct watch { /* of one connection */
    struct watched *watched;
    uint32_t place; /* of the session among the watchers */
};

struct watching { /* of one connection */
    uint32_t count;
    struct watch watches[];
};

void watches_deinit(struct watches *watches); /* nobody watches any more */
/* Instead of those whom it watched before; each of `users` once, which may be reordered. What it costs does not
 * grow with those who watch the same people. */
void watches_set(struct watches *watches, struct ws_session *session, user_id *users, size_t count);
/* Those who watch the user. */
const struct watcher *watches_of(const struct watches *watches, user_id user, size_t *count);
