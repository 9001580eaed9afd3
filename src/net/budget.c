#include "net/budget.h"

#include "core/map.h"
#include "core/random.h"

void budget_init(struct budget *budget)
{
    memset(budget, 0, sizeof(*budget));
    budget->odometer = 1;
    budget->seed = random_id();
}

static _Atomic uint32_t *counter_of(struct budget *budget, const struct ip_address *address)
{
    struct ip_address customer = address_customer(address);
    uint64_t halves[2];
    memcpy(halves, customer.bytes, sizeof(halves));
    uint64_t hash = map_hash(map_hash(halves[0] ^ budget->seed) ^ halves[1]);
    return &budget->of_address[hash % BUDGET_ADDRESSES];
}

bool budget_enter(struct budget *budget, const struct limits *limits,
                  const struct ip_address *address)
{
    _Atomic uint32_t *of_address = address ? counter_of(budget, address) : NULL;
    if (atomic_fetch_add_explicit(&budget->connections, 1, memory_order_relaxed) <
        limits->connections) {
        if (!of_address)
            return true;
        if (atomic_fetch_add_explicit(of_address, 1, memory_order_relaxed) <
            limits->connections_per_address)
            return true;
        atomic_fetch_sub_explicit(of_address, 1, memory_order_relaxed);
    }
    atomic_fetch_sub_explicit(&budget->connections, 1, memory_order_relaxed);
    return false;
}

void budget_leave(struct budget *budget, const struct ip_address *address)
{
    if (address)
        atomic_fetch_sub_explicit(counter_of(budget, address), 1, memory_order_relaxed);
    atomic_fetch_sub_explicit(&budget->connections, 1, memory_order_relaxed);
}

void budget_hold(struct budget *budget, struct bytes *bytes)
{
    if (atomic_fetch_add_explicit(&bytes->holders, 1, memory_order_relaxed) != 0)
        return;
    uint64_t now = atomic_fetch_add_explicit(&budget->odometer, bytes->len, memory_order_relaxed);
    atomic_store_explicit(&bytes->held_since, now, memory_order_relaxed);
    atomic_fetch_add_explicit(&budget->held, bytes->len, memory_order_relaxed);
}

void budget_release(struct budget *budget, struct bytes *bytes)
{
    if (atomic_fetch_sub_explicit(&bytes->holders, 1, memory_order_relaxed) == 1)
        atomic_fetch_sub_explicit(&budget->held, bytes->len, memory_order_relaxed);
}

uint64_t budget_horizon(const struct budget *budget, uint64_t limit)
{
    uint64_t held = atomic_load_explicit(&budget->held, memory_order_relaxed);
    uint64_t now = atomic_load_explicit(&budget->odometer, memory_order_relaxed);
    /* Counted by several threads, `held` may for a moment be a wrapped-around little less than 0. */
    if (held <= limit || held > INT64_MAX || now <= limit)
        return 0;
    return now - limit;
}
