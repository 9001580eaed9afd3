/* problem.h - why something was refused, in the words of the API: the members of RFC 9457's problem
 * details that depend on the case. Texts are constant or borrowed from the request's arena. */
#pragma once

#include "core/err.h"

struct problem {
    enum err err;           /* ERR_OK: nothing is wrong */
    struct str field;       /* which field is wrong; empty if none */
    struct str detail;      /* what to do about it; empty: err_detail(err) says it */
    uint64_t retry_after_s; /* 0: does not say when */
    struct str reason;      /* what a person gave as the reason; empty: none */
    int64_t until;          /* ms: how long it stays so; 0: does not say */
};

static inline struct problem problem_of(enum err err)
{
    return (struct problem){.err = err};
}

static inline struct problem problem_field(enum err err, struct str field, struct str detail)
{
    return (struct problem){.err = err, .field = field, .detail = detail};
}
