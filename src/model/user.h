/* user.h - a person with an account.
 * Texts are borrowed from the arena of whoever read them. */
#pragma once

#include "core/str.h"
#include "model/ids.h"

struct user {
    user_id id;
    struct str username; /* as the person writes it; empty once deleted */
    struct str display_name;
    struct str email;                      /* only ever shown to oneself; empty if none */
    struct str locale;                     /* BCP 47; empty if none */
    struct str about, pronouns, time_zone; /* what they tell of themselves; empty if nothing */
    int64_t created_at;
    bool email_verified;
    bool admin;
    bool deleted; /* the account is gone, its messages stay */
};

struct user_list {
    struct user *items;
    size_t count;
};
