#include "model/poll.h"

uint64_t ballot_on(const struct ballot *ballot, const struct poll_state *state)
{
    bool replaces = ballot->choices != 0 && !state->poll.multiple;
    if (!ballot->has_base || replaces)
        return ballot->choices;
    uint64_t stays = state->own & (ballot->choices | ~ballot->base);
    uint64_t comes = ballot->choices & ~ballot->base;
    return stays | comes;
}

void tally_move(struct tally *tally, uint64_t from, uint64_t to)
{
    tally->voters += (to != 0) - (uint64_t)(from != 0);
    for (unsigned i = 0; i < POLL_OPTIONS_MAX; i++)
        tally->counts[i] += (to >> i & 1) - (from >> i & 1);
}
