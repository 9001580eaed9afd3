#include "chat/room/room_filters.h"

void room_filters_init(struct room_filters *all, size_t most)
{
    *all = (struct room_filters){.most = most};
    list_init(&all->used);
}

void room_filter_init(struct room_filter *one, struct room_filters *all)
{
    *one = (struct room_filter){.all = all};
    list_init(&one->link);
}

void room_filter_drop(struct room_filter *one, bool away)
{
    if (one->filter && one->all)
        one->all->bytes -= filter_bytes(one->filter);
    list_remove(&one->link);
    filter_unref(one->filter);
    one->filter = NULL;
    one->away = away;
}

static void make_room(struct room_filters *all)
{
    while (all->bytes > all->most && all->used.next != all->used.prev)
        room_filter_drop(CONTAINER_OF(all->used.next, struct room_filter, link), true);
}

void room_filter_set(struct room_filter *one, struct filter *filter)
{
    room_filter_drop(one, false);
    one->filter = filter;
    if (!filter || !one->all)
        return;
    one->all->bytes += filter_bytes(filter);
    list_append(&one->all->used, &one->link);
    make_room(one->all);
}

const struct filter *room_filter_use(struct room_filter *one)
{
    REQUIRE(!one->away);
    if (!one->filter || !one->all)
        return one->filter;
    list_remove(&one->link);
    list_append(&one->all->used, &one->link);
    return one->filter;
}
