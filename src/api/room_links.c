#include "api/room_links.h"

#include "proto/moderation.h"

struct room_link room_links_made(const struct event *event, struct arena *arena)
{
    uint64_t seconds, uses;
    moderation_link_made(arena, event->payload, &seconds, &uses);
    return (struct room_link){
        .seq = event->seq,
        .by = event->sender,
        .created_at = event->created_at,
        .expires_at = seconds ? event->created_at + (int64_t)seconds * 1000 : LINK_FOR_EVER,
        .most = uses,
    };
}

struct str *room_links_codes(const struct auth *auth, room_id room,
                             const struct room_link_list *links, struct arena *arena)
{
    struct str *codes = arena_take_array(arena, links->count, sizeof(*codes));
    for (size_t i = 0; i < links->count; i++)
        codes[i] = auth_link_code(auth, room, links->items[i].seq, arena);
    return codes;
}
