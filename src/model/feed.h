/* feed.h - what belongs to a person rather than a room: (user, key) -> newest value, with a
 * growing rev over all keys of the person. It syncs one person's devices. */
#pragma once

#include "core/str.h"
#include "model/ids.h"

/* Where this entry is, nobody is told how far the person has read, nor are they told of others. */
#define FEED_NO_RECEIPTS STR("settings:no-receipts")

/* Where this entry is, others are not told when the person was last there. */
#define FEED_NO_LAST_SEEN STR("settings:no-last-seen")

/* Where this entry is, only the person's contacts find them by name. */
#define FEED_UNLISTED STR("settings:unlisted")

/* As the rev that an entry must have to be put: whatever there is. */
#define FEED_ANY_REV UINT64_MAX

/* Messages to be sent later: "scheduled:ROOM.NONCE". */
#define FEED_SCHEDULED STR_INIT("scheduled:")

struct feed_entry {
    struct str key;   /* "room.read:<room id>", "draft:<room id>" ..., at most 64 bytes */
    struct str value; /* canonical JSON; null: there was one, and it was taken away */
    uint64_t rev;
};

/* An entry whose time has come. */
struct feed_due {
    user_id user;
    struct feed_entry entry;
    int64_t at; /* it came then, ms */
};

struct feed_due_list {
    struct feed_due *items;
    size_t count;
};

struct feed_entry_list {
    struct feed_entry *items;
    size_t count;
};
