/* session.h - one sign-in of one person on one device.
 * A refresh token names session and generation and is proved by a MAC over both and the salt, so
 * nothing in the database can be replayed. */
#pragma once

#include <stdbool.h>

#include "core/str.h"
#include "model/ids.h"

enum { SESSION_SALT_LEN = 16 };

struct session {
    session_id id;
    user_id user;
    uint32_t generation; /* of the refresh token that is good now */
    uint8_t salt[SESSION_SALT_LEN];
    int64_t created_at, rotated_at;
    int64_t ended_at; /* 0 while it lives */
    struct str user_agent, address;
};

/* Whether its refresh token was used too long ago to be good any more: it has ended then, though nobody wrote it
 * down. The engines look the same way at what they list: what was rotated before session_idle_since() is not there. */
static inline int64_t session_idle_since(int64_t now, uint64_t idle_s)
{
    return now - (int64_t)idle_s * 1000;
}

static inline bool session_is_idle(const struct session *session, int64_t idle_since)
{
    return session->rotated_at < idle_since;
}

struct session_list {
    struct session *items;
    size_t count;
};
