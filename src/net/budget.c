#include "net/budget.h"

void budget_init(struct budget *budget)
{
    atomic_init(&budget->connections, 0);
    atomic_init(&budget->held, 0);
    atomic_init(&budget->odometer, 1);
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
