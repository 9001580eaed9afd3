#include "net/timer_wheel.h"

enum { LEVEL_SHIFT = 3, SLOT_MASK = TIMER_SLOTS - 1 };

static unsigned shift_of(unsigned level)
{
    return level * LEVEL_SHIFT;
}

void timer_wheel_init(struct timer_wheel *wheel, uint64_t now_ms)
{
    wheel->tick = now_ms / TIMER_TICK_MS;
    for (unsigned level = 0; level < TIMER_LEVELS; level++) {
        wheel->occupied[level] = 0;
        for (unsigned slot = 0; slot < TIMER_SLOTS; slot++)
            list_init(&wheel->slots[level][slot]);
    }
}

/* The finest wheel in which the time lies less than one round ahead. */
static unsigned level_for(uint64_t ticks_ahead)
{
    unsigned level = 0;
    while (level < TIMER_LEVELS - 1 && ticks_ahead >= (uint64_t)SLOT_MASK << shift_of(level))
        level++;
    return level;
}

void timer_wheel_add(struct timer_wheel *wheel, struct loop_timer *timer)
{
    uint64_t due = (timer->due_ms + TIMER_TICK_MS - 1) / TIMER_TICK_MS;
    if (due <= wheel->tick)
        due = wheel->tick + 1;
    unsigned level = level_for(due - wheel->tick);
    uint64_t grain = (uint64_t)1 << shift_of(level);
    uint64_t farthest = wheel->tick + ((uint64_t)SLOT_MASK << shift_of(level)) - 1;
    if (due > farthest)
        due = farthest; /* past the last wheel: comes by early and is put in again */
    unsigned slot = (unsigned)((due + grain - 1) >> shift_of(level)) & SLOT_MASK;
    list_append(&wheel->slots[level][slot], &timer->link);
    wheel->occupied[level] |= (uint64_t)1 << slot;
}

void timer_wheel_remove(struct loop_timer *timer)
{
    if (timer->due_ms == 0)
        return;
    timer->due_ms = 0;
    list_remove(&timer->link);
}

static uint64_t rotate_right(uint64_t bits, unsigned by)
{
    return by ? bits >> by | bits << (64 - by) : bits;
}

/* When the level's next occupied slot is run. Forgets the bits of emptied slots on its way. */
static uint64_t next_tick_of(struct timer_wheel *wheel, unsigned level)
{
    uint64_t after = (wheel->tick >> shift_of(level)) + 1;
    while (wheel->occupied[level]) {
        uint64_t ahead = rotate_right(wheel->occupied[level], (unsigned)after & SLOT_MASK);
        uint64_t at = after + (unsigned)__builtin_ctzll(ahead);
        if (!list_empty(&wheel->slots[level][at & SLOT_MASK]))
            return at << shift_of(level);
        wheel->occupied[level] &= ~((uint64_t)1 << (at & SLOT_MASK));
    }
    return UINT64_MAX;
}

static uint64_t next_tick(struct timer_wheel *wheel)
{
    uint64_t next = UINT64_MAX;
    for (unsigned level = 0; level < TIMER_LEVELS; level++) {
        uint64_t of_level = next_tick_of(wheel, level);
        if (of_level < next)
            next = of_level;
    }
    return next;
}

uint64_t timer_wheel_next_ms(struct timer_wheel *wheel)
{
    uint64_t next = next_tick(wheel);
    return next == UINT64_MAX ? next : next * TIMER_TICK_MS;
}

/* Moves out what lies in the slots of this very tick: every level whose grain divides it. */
static void collect(struct timer_wheel *wheel, struct list *due)
{
    for (unsigned level = 0; level < TIMER_LEVELS; level++) {
        uint64_t at = wheel->tick >> shift_of(level);
        if (at << shift_of(level) != wheel->tick)
            return;
        list_splice(due, &wheel->slots[level][at & SLOT_MASK]);
        wheel->occupied[level] &= ~((uint64_t)1 << (at & SLOT_MASK));
    }
}

void timer_wheel_run(struct timer_wheel *wheel, uint64_t now_ms)
{
    uint64_t target = now_ms / TIMER_TICK_MS;
    while (wheel->tick < target) {
        uint64_t next = next_tick(wheel);
        wheel->tick = next < target ? next : target;

        struct list due, *link;
        list_init(&due);
        collect(wheel, &due);
        while ((link = list_pop(&due))) {
            struct loop_timer *timer = CONTAINER_OF(link, struct loop_timer, link);
            if (timer->due_ms > now_ms) {
                timer_wheel_add(wheel, timer);
                continue;
            }
            timer->due_ms = 0;
            timer->on_due(timer);
        }
    }
}
