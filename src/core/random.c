#include "core/random.h"

#include <errno.h>
#include <sys/random.h>

void random_bytes(void *out, size_t len)
{
    char *at = out;
    while (len) {
        ssize_t n = getrandom(at, len, 0);
        if (n < 0 && errno == EINTR)
            continue;
        REQUIRE(n > 0);
        at += n;
        len -= (size_t)n;
    }
}

uint64_t random_id(void)
{
    uint64_t id;
    do {
        random_bytes(&id, sizeof(id));
        id &= INT64_MAX;
    } while (id == 0);
    return id;
}
