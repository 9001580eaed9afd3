/* invite.h - a code that lets some people sign up where sign-up is by invitation. */
#pragma once

#include "core/str.h"
#include "model/ids.h"

struct invite {
    struct str code;
    user_id maker; /* 0: made on the command line */
    uint64_t uses_left;
    int64_t created_at, expires_at;
};
