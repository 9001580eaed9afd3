/* session.h - one sign-in of one person on one device.
 * A refresh token names session and generation and is proved by a MAC over both and the salt, so
 * nothing in the database can be replayed. */
#pragma once

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

struct session_list {
    struct session *items;
    size_t count;
};
