#include "model/poll.h"

void tally_move(struct tally *tally, uint64_t from, uint64_t to)
{
    tally->voters += (to != 0) - (uint64_t)(from != 0);
    for (unsigned i = 0; i < POLL_OPTIONS_MAX; i++)
        tally->counts[i] += (to >> i & 1) - (from >> i & 1);
}
