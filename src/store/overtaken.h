/* overtaken.h - of several events of one append, which make a write elsewhere that a later one of them makes
 * anyway, whatever engine writes. The look ahead is bounded: a write too many does no harm, as what is
 * written only grows. Private to store. */
#pragma once

#include "model/event.h"

enum { OVERTAKEN_LOOK_AHEAD = 32 };

typedef bool overtakes_fn(const struct event *later, const struct event *event);

/* Whoever writes has read what was there: an answer in a thread moves less than others. */
static inline bool overtakes_marker(const struct event *later, const struct event *event)
{
    return event_is_message(later) && (event_is_answer(event) || !event_is_answer(later)) &&
           user_id_eq(later->sender, event->sender);
}

/* Of many answers to one root the last one says it all. */
static inline bool overtakes_answer(const struct event *later, const struct event *event)
{
    return event_is_message(later) && later->thread == event->thread;
}

/* Does one close behind overtake the first? `first` points into an array of rows of `stride` bytes which begin with
 * a pointer to their event; `count` of them from there on. */
static inline bool is_overtaken(const void *first, size_t count, size_t stride,
                                overtakes_fn *overtakes)
{
    const char *row = first;
    size_t end = count > OVERTAKEN_LOOK_AHEAD ? OVERTAKEN_LOOK_AHEAD : count;
    struct event *const *event = first;
    for (size_t i = 1; i < end; i++) {
        struct event *const *later = (const void *)(row + i * stride);
        if (overtakes(*later, *event))
            return true;
    }
    return false;
}
