#include "server/renewal.h"

#include "core/clock.h"
#include "core/random.h"

enum { LOOK_S = 6 * 3600, LOOK_LEAST_S = 3600, LOOK_MOST_S = 86400, FIRST_LOOK_S = 5 };

static void look_in(struct renewal *renewal, uint64_t seconds)
{
    renewal->look_at_ms = clock_monotonic_ms() + seconds * 1000;
}

/* A little earlier by chance, so that not all who got one at the same time come back at the same
 * time. */
void renewal_plan(struct renewal *renewal, const struct acme_life *life)
{
    int64_t span = life->to_ms - life->from_ms;
    int64_t early = span > 48 ? (int64_t)(random_id() % (uint64_t)(span / 48)) : 0;
    *renewal = (struct renewal){.life = *life, .at_ms = life->from_ms + span / 3 * 2 - early};
    look_in(renewal, random_id() % FIRST_LOOK_S);
}

bool renewal_is_due(const struct renewal *renewal)
{
    return !renewal->looking && clock_now_ms() >= renewal->at_ms;
}

bool renewal_look(struct renewal *renewal)
{
    bool now = renewal->life.id[0] && !renewal->looking && !renewal_is_due(renewal) &&
               clock_monotonic_ms() >= renewal->look_at_ms;
    renewal->looking |= now;
    return now;
}

void renewal_forget(struct renewal *renewal)
{
    if (renewal->looking)
        look_in(renewal, LOOK_S);
    renewal->looking = false;
}

/* Any moment of the window, but never so late that a failed order could not be tried again. */
static void draw(struct renewal *renewal)
{
    const struct acme_life *life = &renewal->life;
    int64_t last_ms = life->to_ms - (life->to_ms - life->from_ms) / 10;
    renewal->at_ms =
        (int64_t)(renewal->from_s + random_id() % (renewal->to_s - renewal->from_s)) * 1000;
    if (renewal->at_ms > last_ms)
        renewal->at_ms = last_ms;
}

bool renewal_hear(struct renewal *renewal, uint32_t again_s, struct str from, struct str to)
{
    static const uint64_t latest_s = 253402300799; /* the year 9999 */
    uint64_t from_s, to_s;
    if (!renewal->looking)
        return false;
    renewal->looking = false;
    uint64_t wait_s = again_s ? again_s : LOOK_S;
    wait_s = wait_s < LOOK_LEAST_S ? LOOK_LEAST_S : wait_s;
    look_in(renewal, wait_s < LOOK_MOST_S ? wait_s : LOOK_MOST_S);
    bool sound =
        str_to_u64(from, &from_s) && str_to_u64(to, &to_s) && from_s < to_s && to_s <= latest_s;
    if (!sound || (from_s == renewal->from_s && to_s == renewal->to_s))
        return false;
    renewal->from_s = from_s;
    renewal->to_s = to_s;
    draw(renewal);
    return true;
}
