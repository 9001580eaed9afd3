#include "bus/interest.h"

#include <stdatomic.h>

#include "core/map.h"

/* Untouched pages cost nothing; with all of them 12 bytes a slot, and 4 more for each worker. */
enum { SLOTS_MOST = 1 << 22 };

struct interest {
    _Atomic uint64_t *workers; /* by slot */
    atomic_uint *holds;        /* by slot: joinings that not every worker has seen */
    uint32_t **counts;         /* by worker, by slot: rooms of that worker in the slot */
    size_t slots;              /* a multiple of INTEREST_SLOTS */
    unsigned worker_count;
};

static size_t slot_of(const struct interest *interest, room_id room)
{
    return map_hash(room.v) & (interest->slots - 1);
}

unsigned interest_slot_of(room_id room)
{
    return (unsigned)(map_hash(room.v) % INTEREST_SLOTS);
}

static size_t slots_for(uint64_t connections)
{
    size_t slots = INTEREST_SLOTS;
    while (slots < SLOTS_MOST && slots * 2 <= connections)
        slots *= 2;
    return slots;
}

struct interest *interest_new(unsigned workers, uint64_t connections)
{
    struct interest *interest = NEW(struct interest);
    interest->slots = slots_for(connections);
    interest->workers = xcalloc(interest->slots, sizeof(*interest->workers));
    interest->holds = xcalloc(interest->slots, sizeof(*interest->holds));
    interest->counts = xcalloc(workers, sizeof(*interest->counts));
    interest->worker_count = workers;
    for (unsigned w = 0; w < workers; w++)
        interest->counts[w] = xcalloc(interest->slots, sizeof(**interest->counts));
    return interest;
}

void interest_free(struct interest *interest)
{
    if (!interest)
        return;
    for (unsigned w = 0; w < interest->worker_count; w++)
        xfree(interest->counts[w]);
    xfree(interest->counts);
    xfree(interest->holds);
    xfree(interest->workers);
    xfree(interest);
}

bool interest_add(struct interest *interest, unsigned worker, room_id room)
{
    size_t slot = slot_of(interest, room);
    if (interest->counts[worker][slot]++ > 0)
        return false;
    return atomic_fetch_or(&interest->workers[slot], (uint64_t)1 << worker) == 0;
}

bool interest_remove(struct interest *interest, unsigned worker, room_id room)
{
    size_t slot = slot_of(interest, room);
    REQUIRE(interest->counts[worker][slot] > 0);
    if (--interest->counts[worker][slot] > 0)
        return false;
    uint64_t own = (uint64_t)1 << worker;
    return atomic_fetch_and(&interest->workers[slot], ~own) == own;
}

bool interest_in_slot(const struct interest *interest, unsigned slot)
{
    REQUIRE(slot < INTEREST_SLOTS);
    for (size_t ours = slot; ours < interest->slots; ours += INTEREST_SLOTS)
        if (atomic_load(&interest->workers[ours]) != 0)
            return true;
    return false;
}

void interest_hold(struct interest *interest, room_id room)
{
    atomic_fetch_add(&interest->holds[slot_of(interest, room)], 1);
}

void interest_release(struct interest *interest, room_id room)
{
    atomic_fetch_sub(&interest->holds[slot_of(interest, room)], 1);
}

uint64_t interest_get(const struct interest *interest, room_id room)
{
    size_t slot = slot_of(interest, room);
    uint64_t all =
        interest->worker_count == 64 ? UINT64_MAX : ((uint64_t)1 << interest->worker_count) - 1;
    /* The hold first: once it is gone, the bits that it stood for are set. */
    if (atomic_load(&interest->holds[slot]))
        return all;
    return atomic_load(&interest->workers[slot]);
}
