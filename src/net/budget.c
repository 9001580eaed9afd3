#include "net/budget.h"

#include "core/clock.h"
#include "core/random.h"

/* Four bytes each; pages that nobody has touched cost nothing. */
enum { SLOTS_LEAST = 1 << 14, SLOTS_MOST = 1 << 22 };

static size_t slots_for(uint64_t connections)
{
    size_t slots = SLOTS_LEAST;
    while (slots < SLOTS_MOST && slots * 2 <= connections)
        slots *= 2;
    return slots;
}

void budget_init(struct budget *budget, uint64_t connections)
{
    memset(budget, 0, sizeof(*budget));
    budget->odometer = 1;
    budget->seed = random_id();
    budget->address_slots = slots_for(connections);
    budget->of_address = xcalloc(budget->address_slots, sizeof(*budget->of_address));
}

static _Atomic uint32_t *counter_of(struct budget *budget, const struct ip_address *address)
{
    struct ip_address customer = address_customer(address);
    uint64_t halves[2];
    memcpy(halves, customer.bytes, sizeof(halves));
    uint64_t hash = map_hash(map_hash(halves[0] ^ budget->seed) ^ halves[1]);
    return &budget->of_address[hash & (budget->address_slots - 1)];
}

void budget_limit_arrivals(struct budget *budget, const struct limits *limits,
                           const struct ipnet *trust, size_t trust_count)
{
    rate_init(&budget->arrivals, limits->rate_entries, limits->connection_burst,
              limits->connection_per_second, 1);
    budget->trust = trust;
    budget->trust_count = trust_count;
}

void budget_deinit(struct budget *budget)
{
    rate_deinit(&budget->arrivals);
    xfree(TAKE(budget->of_address));
}

static bool comes_too_often(struct budget *budget, const struct ip_address *address)
{
    if (!budget->arrivals.buckets)
        return false;
    for (size_t i = 0; i < budget->trust_count; i++)
        if (ipnet_has(&budget->trust[i], address))
            return false;
    return rate_take(&budget->arrivals, rate_key_of(address), clock_monotonic_ms()) > 0;
}

/* One more, if that is within `most`. */
static bool count_up(_Atomic uint64_t *counter, uint64_t most)
{
    if (atomic_fetch_add_explicit(counter, 1, memory_order_relaxed) < most)
        return true;
    atomic_fetch_sub_explicit(counter, 1, memory_order_relaxed);
    return false;
}

static bool count_up_address(_Atomic uint32_t *counter, uint64_t most)
{
    if (atomic_fetch_add_explicit(counter, 1, memory_order_relaxed) < most)
        return true;
    atomic_fetch_sub_explicit(counter, 1, memory_order_relaxed);
    return false;
}

enum budget_entry budget_enter(struct budget *budget, const struct limits *limits,
                               const struct ip_address *address)
{
    if (address && comes_too_often(budget, address)) {
        LIMIT_HIT(limits, connection_burst);
        return BUDGET_TOO_MANY_OF;
    }
    if (!count_up(&budget->connections, limits->connections)) {
        LIMIT_HIT(limits, connections);
        return BUDGET_FULL;
    }
    if (address &&
        !count_up_address(counter_of(budget, address), limits->connections_per_address)) {
        LIMIT_HIT(limits, connections_per_address);
        atomic_fetch_sub_explicit(&budget->connections, 1, memory_order_relaxed);
        return BUDGET_TOO_MANY_OF;
    }
    return BUDGET_ENTERED;
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
