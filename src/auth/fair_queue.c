#include "auth/fair_queue.h"

struct lane {
    struct list turn;
    struct list items;
    size_t len;
    uint64_t key;
};

void fair_queue_init(struct fair_queue *queue, size_t most, size_t most_of_lane)
{
    *queue = (struct fair_queue){.most = most, .most_of_lane = most_of_lane};
    list_init(&queue->turn);
}

void fair_queue_deinit(struct fair_queue *queue)
{
    REQUIRE(queue->len == 0 && list_empty(&queue->turn));
    map_deinit(&queue->lanes);
}

/* A customer's address as a number: the IPv4 address with its fixed prefix, or the /64. */
static uint64_t lane_key(const struct ip_address *address)
{
    struct ip_address customer = address_customer(address);
    uint64_t key;
    memcpy(&key, customer.bytes + (address_is_v4(&customer) ? 8 : 0), sizeof(key));
    return key ? key : 1; /* ::/64; 0 is no key of a map */
}

static struct lane *lane_get(struct fair_queue *queue, uint64_t key)
{
    struct lane *lane = map_get(&queue->lanes, key);
    if (lane)
        return lane;
    lane = NEW(struct lane);
    lane->key = key;
    list_init(&lane->items);
    list_append(&queue->turn, &lane->turn);
    map_put(&queue->lanes, key, lane);
    return lane;
}

bool fair_queue_has_room(const struct fair_queue *queue, const struct ip_address *address)
{
    const struct lane *lane = map_get(&queue->lanes, lane_key(address));
    return queue->len < queue->most && (lane ? lane->len : 0) < queue->most_of_lane;
}

bool fair_queue_put(struct fair_queue *queue, const struct ip_address *address,
                    struct fair_item *item)
{
    if (queue->len >= queue->most || queue->most_of_lane == 0)
        return false;
    struct lane *lane = lane_get(queue, lane_key(address));
    if (lane->len >= queue->most_of_lane)
        return false;
    list_append(&lane->items, &item->link);
    lane->len++;
    queue->len++;
    return true;
}

struct fair_item *fair_queue_take(struct fair_queue *queue)
{
    struct list *turn = list_pop(&queue->turn);
    if (!turn)
        return NULL;
    struct lane *lane = CONTAINER_OF(turn, struct lane, turn);
    struct list *link = list_pop(&lane->items);
    REQUIRE(link);
    queue->len--;
    if (--lane->len > 0) {
        list_append(&queue->turn, &lane->turn); /* to the end of the round */
    } else {
        map_remove(&queue->lanes, lane->key);
        xfree(lane);
    }
    return CONTAINER_OF(link, struct fair_item, link);
}
