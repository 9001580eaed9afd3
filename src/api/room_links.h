/* room_links.h - links into rooms as both doors answer them: with the codes that are stored nowhere.
 * Owns:   nothing; what is given is in the arena.
 * Thread: a worker's. Private to api. */
#pragma once

#include "auth/accounts.h"
#include "core/arena.h"
#include "model/event.h"
#include "model/room.h"

/* The link as its event made it: whoever sends it again gets it again, whatever they sent. */
struct room_link room_links_made(const struct event *event, struct arena *arena);
/* The codes of links of one room, in their order. */
struct str *room_links_codes(const struct auth *auth, room_id room,
                             const struct room_link_list *links, struct arena *arena);
