#include "model/thread.h"

#include "core/base62.h"

static const struct str family = FEED_THREAD;
static const struct str opening = STR_INIT("{\"read\":");
static const struct str off = STR_INIT(",\"off\":true}");

void thread_view_list_deinit(struct thread_view_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        event_unref(list->items[i].root);
    *list = (struct thread_view_list){0};
}

struct str thread_key(struct arena *arena, room_id room, uint64_t root)
{
    char id[BASE62_LEN];
    base62_print(room.v, id);
    return arena_printf(arena, "%.*s%.*s.%llu", STR_ARG(family), BASE62_LEN, id,
                        (unsigned long long)root);
}

bool thread_key_read(struct str key, room_id *room, uint64_t *root)
{
    if (!str_starts(key, family))
        return false;
    struct str rest = str_of(key.ptr + family.len, key.len - family.len);
    struct str id = str_cut(&rest, '.');
    return base62_parse(id, &room->v) && rest.ptr && str_to_u64(rest, root);
}

struct str thread_marker_print(struct arena *arena, const struct thread_marker *marker)
{
    return arena_printf(arena, "%.*s%llu%s", STR_ARG(opening), (unsigned long long)marker->read,
                        marker->off ? off.ptr : "}");
}

bool thread_marker_read(struct str value, struct thread_marker *out)
{
    if (!str_starts(value, opening))
        return false;
    struct str rest = str_of(value.ptr + opening.len, value.len - opening.len);
    size_t digits = 0;
    while (digits < rest.len && rest.ptr[digits] >= '0' && rest.ptr[digits] <= '9')
        digits++;
    struct str end = str_of(rest.ptr + digits, rest.len - digits);
    out->off = str_eq(end, off);
    return str_to_u64(str_of(rest.ptr, digits), &out->read) && (out->off || str_eq(end, STR("}")));
}
