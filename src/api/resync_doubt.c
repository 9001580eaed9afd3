#include "api/resync_doubt.h"

#include "core/map.h"

void resync_doubt_deinit(struct resync_doubt *doubt)
{
    xfree(doubt->rooms);
    *doubt = (struct resync_doubt){0};
}

bool resync_doubt_holds(const struct resync_doubt *doubt, const room_id *missing, size_t count)
{
    struct map before = {0}; /* there may be thousands */
    for (size_t i = 0; i < doubt->count; i++)
        map_put(&before, doubt->rooms[i].v, doubt->rooms);
    bool holds = false;
    for (size_t i = 0; !holds && i < count; i++)
        holds = map_get(&before, missing[i].v) != NULL;
    map_deinit(&before);
    return holds;
}
