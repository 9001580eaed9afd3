#include "store/message_span.h"

struct message_span message_span_at(enum position position, uint64_t first, uint64_t seq,
                                    size_t limit)
{
    REQUIRE(limit > 0);
    const uint64_t end = INT64_MAX, least = first > 1 ? first : 1; /* before it all is empty */
    uint64_t from = seq > end ? end : seq < least ? least : seq;
    switch (position) {
    case POSITION_NEWEST:
        return (struct message_span){end, limit, 0};
    case POSITION_BEFORE:
        return (struct message_span){from, limit, 0};
    case POSITION_AFTER:
        return (struct message_span){seq < end ? (seq + 1 < least ? least : seq + 1) : end, 0,
                                     limit};
    case POSITION_AROUND:
        return (struct message_span){from, limit / 2, limit - limit / 2};
    default:
        REQUIRE(!"a known position");
    }
    return (struct message_span){0};
}

struct event_list message_span_join(struct event_list *older, struct event_list *newer)
{
    size_t count = older->count + newer->count;
    struct event_list list = {xcalloc(count ? count : 1, sizeof(struct event *)), count};
    for (size_t i = 0; i < older->count; i++)
        list.items[i] = older->items[older->count - 1 - i];
    for (size_t i = 0; i < newer->count; i++)
        list.items[older->count + i] = newer->items[i];
    xfree(older->items);
    xfree(newer->items);
    return list;
}
