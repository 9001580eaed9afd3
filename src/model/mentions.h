/* mentions.h - whom a message speaks to by name.
 * Lists are borrowed from the arena of whoever read them. */
#pragma once

#include <stddef.h>

#include "model/ids.h"

struct mentions {
    const user_id *users; /* each once */
    size_t count;
    bool everyone, here; /* all of the room; `here` asks only those who are present to look now */
};

static inline bool mentions_all(const struct mentions *mentions)
{
    return mentions->everyone || mentions->here;
}
