/* list.h - an intrusive, doubly linked ring: the object embeds its links, nothing is allocated.
 * Owns:   nothing; an item takes itself out before it dies.
 * Thread: that of the list; nothing here is locked. */
#pragma once

#include <stdbool.h>

#include "core/base.h"

struct list {
    struct list *next, *prev;
};

static inline void list_init(struct list *list)
{
    list->next = list->prev = list;
}

static inline bool list_empty(const struct list *list)
{
    return list->next == list;
}

static inline void list_append(struct list *list, struct list *item)
{
    item->prev = list->prev;
    item->next = list;
    list->prev->next = item;
    list->prev = item;
}

static inline void list_prepend(struct list *list, struct list *item)
{
    list_append(list->next, item);
}

/* The item becomes a ring of its own, so removing it twice is harmless. */
static inline void list_remove(struct list *item)
{
    item->prev->next = item->next;
    item->next->prev = item->prev;
    list_init(item);
}

static inline struct list *list_pop(struct list *list)
{
    if (list_empty(list))
        return NULL;
    struct list *item = list->next;
    list_remove(item);
    return item;
}

/* Moves all of `from` behind `to`. */
static inline void list_splice(struct list *to, struct list *from)
{
    if (list_empty(from))
        return;
    from->next->prev = to->prev;
    to->prev->next = from->next;
    from->prev->next = to;
    to->prev = from->prev;
    list_init(from);
}

/* The item may be removed in the body; the one behind it may not. */
#define LIST_EACH(item, ring)                                                                      \
    for (struct list *item = (ring)->next, *item##_next = item->next; item != (ring);              \
         item = item##_next, item##_next = item->next)
