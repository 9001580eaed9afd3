/* timer_wheel.h - where a loop's timers wait: eight wheels of 64 slots, each eight times coarser
 * than the one before, and no cascading (the design of Linux's timers since 4.8).
 *
 * A timer is put into the finest wheel that reaches its time, into the slot at or after it, and
 * stays there: adding and removing are a list operation each. The price is lateness, at most an
 * eighth of the time asked for (8 ms within half a second, 0.5 s within half a minute), which is
 * nothing to a timeout. Never early.
 * Owns:   nothing; timers embed their links.
 * Thread: the loop's. */
#pragma once

#include "net/loop.h"

enum { TIMER_TICK_MS = 8, TIMER_LEVELS = 8, TIMER_SLOTS = 64 };

struct timer_wheel {
    uint64_t tick;                   /* all slots up to here have been run */
    uint64_t occupied[TIMER_LEVELS]; /* a bit a slot; set for empty ones too after a removal */
    struct list slots[TIMER_LEVELS][TIMER_SLOTS];
};

void timer_wheel_init(struct timer_wheel *wheel, uint64_t now_ms);
void timer_wheel_add(struct timer_wheel *wheel, struct loop_timer *timer); /* at timer->due_ms */
void timer_wheel_remove(struct loop_timer *timer);                         /* also if stopped */
uint64_t timer_wheel_next_ms(struct timer_wheel *wheel); /* UINT64_MAX when there is none */
void timer_wheel_run(struct timer_wheel *wheel, uint64_t now_ms); /* calls what is due */
