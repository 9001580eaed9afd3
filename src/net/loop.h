/* loop.h - a thread's epoll loop: sockets, timers, its inbox, and what is due at the end of a turn.
 *
 * One turn: wait; sockets; expired timers; the inbox; then the deferred (flush of everything that
 * became due in this turn, so that it leaves in one system call a socket).
 * Owns:   nothing that is put into it; objects embed their fd, timer and deferral and take them
 *         out before they die.
 * Thread: all of it on the thread that runs the loop, except loop_stop() and posting to the inbox. */
#pragma once

#include "core/inbox.h"
#include "core/list.h"

struct loop;

struct loop_fd {
    int fd;
    uint32_t events; /* EPOLLIN | EPOLLOUT | … */
    void (*on_ready)(struct loop_fd *fd, uint32_t events);
};

struct loop_timer { /* zero-initialised is stopped */
    struct list link;
    uint64_t due_ms; /* 0: stopped */
    void (*on_due)(struct loop_timer *timer);
};

struct loop_deferred { /* zero-initialised is not queued */
    struct list link;
    bool queued;
    void (*run)(struct loop_deferred *deferred);
};

int loop_new(struct loop **out) MUST_USE; /* 0 or -errno */
void loop_free(struct loop *loop);        /* NULL is fine */
void loop_run(struct loop *loop);         /* until loop_stop() */
void loop_turn(struct loop *loop,
               int most_ms);       /* a single turn; waits most_ms, -1: as long as it takes */
void loop_stop(struct loop *loop); /* any thread; ends after the turn */
struct inbox *loop_inbox(struct loop *loop);

int loop_add(struct loop *loop, struct loop_fd *fd) MUST_USE;            /* 0 or -errno */
int loop_change(struct loop *loop, struct loop_fd *fd, uint32_t events); /* 0 or -errno */
void loop_remove(struct loop *loop, struct loop_fd *fd); /* also forgets readiness of this turn */
/* The same, and closes it; nobody else has it open. */
void loop_close(struct loop *loop, struct loop_fd *fd);

/* A wheel: starting and stopping cost the same however many there are (a million idle timeouts).
 * Late by 8 ms for near ones, by an eighth at most for far ones; never early. Starting again moves it. */
void loop_timer_start(struct loop *loop, struct loop_timer *timer, uint64_t after_ms);
void loop_timer_stop(struct loop *loop, struct loop_timer *timer);

/* Runs it once at the end of this turn, however often it is asked for; to be asked for anew in the next. */
void loop_defer(struct loop *loop, struct loop_deferred *deferred);
/* Takes it back; one that is not queued is fine. */
void loop_undefer(struct loop_deferred *deferred);

uint64_t loop_now_ms(const struct loop *loop); /* monotonic, read once a turn */
uint64_t loop_turns(const struct loop *loop);  /* so far; any thread */
