/* utf8.h - is it UTF-8 (RFC 3629), asked piece by piece: a character may be cut anywhere, and a
 * byte that cannot go on is found at once (RFC 6455, 8.1, over the borders of fragments).
 * For text that is there as a whole: str_is_utf8(). */
#pragma once

#include "core/str.h"

/* Zeroed, it is at the beginning of a character. */
struct utf8 {
    uint8_t missing;   /* bytes of the character that are still to come */
    uint8_t low, high; /* between which the next of them must be */
};

bool utf8_feed(struct utf8 *utf8, struct str piece); /* false: broken, for good */

static inline bool utf8_is_complete(const struct utf8 *utf8)
{
    return utf8->missing == 0;
}
