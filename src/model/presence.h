/* presence.h - whether somebody is there, and what they say about it.
 * Texts are borrowed from the arena of whoever read them. */
#pragma once

#include "core/str.h"
#include "model/ids.h"

enum presence_choice { /* what a person wants; stored: never renumber */
                       PRESENCE_AUTO = 0,
                       PRESENCE_BUSY = 1,
                       PRESENCE_INVISIBLE = 2,
};

enum presence_state { /* what others see */
                      STATE_OFFLINE,
                      STATE_AWAY, /* connected, but every connection says that nobody is at it */
                      STATE_ONLINE,
                      STATE_BUSY,
};

struct presence {
    user_id user;
    enum presence_choice choice;
    struct str text, emoji; /* empty: none */
    int64_t until;          /* ms: when text and emoji end; 0: they stay */
    int64_t last_seen_at;   /* ms: when the last connection ended; 0: never, or not told */
    enum presence_state state;
};

struct presence_list {
    struct presence *items;
    size_t count;
};

/* When somebody's last connection ended. */
struct seen {
    user_id user;
    int64_t at; /* ms */
};

/* Who hears of a change: people in these rooms and those who watch, but not the hidden ones. */
struct reach {
    const room_id *rooms;
    size_t room_count;
    const user_id *hidden; /* sorted */
    size_t hidden_count;
};

static inline enum presence_state presence_state_of(enum presence_choice choice, bool is_connected,
                                                    bool is_active)
{
    if (!is_connected || choice == PRESENCE_INVISIBLE)
        return STATE_OFFLINE;
    if (choice == PRESENCE_BUSY)
        return STATE_BUSY;
    return is_active ? STATE_ONLINE : STATE_AWAY;
}

/* After its end a status says nothing; to others an invisible person is not even seen leaving. */
static inline void presence_show(struct presence *presence, int64_t now, bool to_oneself)
{
    if (presence->until && presence->until <= now) {
        presence->text = presence->emoji = STR_NONE;
        presence->until = 0;
    }
    if (presence->state != STATE_OFFLINE || (!to_oneself && presence->choice == PRESENCE_INVISIBLE))
        presence->last_seen_at = 0;
    if (!to_oneself)
        presence->choice = PRESENCE_AUTO;
}

/* To those who may not know anything. */
static inline struct presence presence_unknown(user_id user)
{
    return (struct presence){.user = user, .state = STATE_OFFLINE};
}
