#include "model/newcomers.h"

#include "core/base.h"

enum { SECONDS_BITS = 32, SLOW_BITS = 24 };

static const struct str names[NEWCOMERS_BARS] = {STR_INIT("links"), STR_INIT("mention_all"),
                                                 STR_INIT("strangers")};

uint64_t newcomers_pack(const struct newcomers *newcomers)
{
    REQUIRE(newcomers->seconds >> SECONDS_BITS == 0 && newcomers->slow_mode_s >> SLOW_BITS == 0);
    if (newcomers->seconds == 0)
        return 0;
    return newcomers->seconds | newcomers->slow_mode_s << SECONDS_BITS |
           (uint64_t)newcomers->bars << (SECONDS_BITS + SLOW_BITS);
}

struct newcomers newcomers_unpack(uint64_t packed)
{
    return (struct newcomers){
        .seconds = packed & ((UINT64_C(1) << SECONDS_BITS) - 1),
        .slow_mode_s = packed >> SECONDS_BITS & ((UINT64_C(1) << SLOW_BITS) - 1),
        .bars = (unsigned)(packed >> (SECONDS_BITS + SLOW_BITS)) & ((1u << NEWCOMERS_BARS) - 1),
    };
}

struct str newcomers_bar_name(enum newcomers_bar bar)
{
    unsigned at = 0;
    while (at < NEWCOMERS_BARS - 1 && bar >> at != 1)
        at++;
    return names[at];
}

unsigned newcomers_bar_of(struct str name)
{
    for (unsigned at = 0; at < NEWCOMERS_BARS; at++)
        if (str_eq(names[at], name))
            return 1u << at;
    return 0;
}
