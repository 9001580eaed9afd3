/* found.h - a message that a search found, and the part of it to show.
 * Texts are borrowed from the arena of whoever searched. */
#pragma once

#include "model/event.h"

struct excerpt_piece {
    struct str text;
    bool match; /* it is what was looked for */
};

struct excerpt {
    struct excerpt_piece *pieces;
    size_t count;
};

struct found {
    struct event *message; /* a reference */
    struct excerpt excerpt;
};

struct found_list {
    struct found *items;
    size_t count;
};

static inline void found_list_deinit(struct found_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        event_unref(list->items[i].message);
    list->count = 0;
}
