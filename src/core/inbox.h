/* inbox.h - how one thread hands work to another: the only crossing between threads.
 *
 * A queue of many producers and one consumer without locks (D. Vyukov's intrusive MPSC queue) and
 * an eventfd that is written only when the owner may be asleep. Items of one producer arrive in
 * the order posted.
 * Owns:   nothing; an item belongs to the poster until posted, then to the owner once run is called.
 * Thread: inbox_post from any; everything else from the owner. */
#pragma once

#include <stdatomic.h>

#include "core/base.h"

struct inbox_item {
    _Atomic(struct inbox_item *) next;
    void (*run)(struct inbox_item *item); /* on the owner's thread; may free the item */
};

struct inbox {
    _Alignas(64) _Atomic(struct inbox_item *) head; /* producers push here */
    _Alignas(64) struct inbox_item *tail;           /* the consumer takes here */
    struct inbox_item stub;
    atomic_bool awake; /* the owner will look again before it sleeps */
    int fd;            /* eventfd: readable when there may be something */
};

int inbox_init(struct inbox *inbox) MUST_USE; /* 0 or -errno */
void inbox_deinit(struct inbox *inbox);       /* items still inside are the caller's loss */
void inbox_post(struct inbox *inbox, struct inbox_item *item);

/* Takes the oldest item, NULL when there is none. For owners that work in batches. */
struct inbox_item *inbox_take(struct inbox *inbox);

/* Runs what has arrived, at most `most` items; returns how many. */
size_t inbox_run(struct inbox *inbox, size_t most);

/* Says that the owner is about to sleep on fd. False: something came, do not sleep. */
bool inbox_may_sleep(struct inbox *inbox);
/* After the sleep: clears the eventfd. */
void inbox_woke(struct inbox *inbox);
/* The same for owners that watch the eventfd by edges (EPOLLET): it is never read, which saves a
 * system call a wake. */
void inbox_awake(struct inbox *inbox);
/* Ends the owner's sleep though there is nothing inside. Any thread, and signal handlers. */
void inbox_wake(struct inbox *inbox);
/* Sleeps on the eventfd alone, for owners without a loop; timeout_ms -1 waits for ever. */
void inbox_wait(struct inbox *inbox, int timeout_ms);
