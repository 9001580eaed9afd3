#include "auth/throttle.h"

#include <pthread.h>
#include <sodium.h>

#include "core/list.h"
#include "core/map.h"

enum { HOUR_MS = 3600 * 1000, MINUTE_MS = 60 * 1000, FIRST_WAIT_MS = 1000 };

struct entry {
    struct list used; /* in throttle.oldest */
    uint64_t key;
    uint64_t free_at; /* sign-ups, sign-ins: when the bucket is full again. Guesses: the next one */
    uint64_t failures, healed_at; /* guesses: how many count now, and since when they fade */
};

struct rate {
    uint64_t burst, interval_ms; /* at once; between two in the long run */
};

struct throttle {
    struct limits limits;
    struct rate signup, signin, guess;
    size_t most;
    struct throttle_peers *peers; /* or NULL */
    uint8_t secret[crypto_shorthash_KEYBYTES];
    pthread_mutex_t lock; /* of what follows */
    struct map entries;
    struct list oldest; /* in order of use */
};

/* 0 would let everything through, so even the fastest rate costs a millisecond. */
static struct rate rate_of(uint64_t burst, uint64_t per_span, uint64_t span_ms)
{
    uint64_t interval = span_ms / per_span;
    return (struct rate){burst, interval > 0 ? interval : 1};
}

struct throttle *throttle_new(const struct limits *limits)
{
    REQUIRE(sodium_init() >= 0);
    struct throttle *throttle = NEW(struct throttle);
    throttle->limits = *limits;
    throttle->signup = rate_of(limits->signup_burst, limits->signup_per_hour, HOUR_MS);
    throttle->signin = rate_of(limits->signin_burst, limits->signin_per_minute, MINUTE_MS);
    throttle->guess =
        rate_of(limits->signin_failure_burst, limits->signin_failures_per_hour, HOUR_MS);
    throttle->most = limits->rate_entries;
    crypto_shorthash_keygen(throttle->secret);
    pthread_mutex_init(&throttle->lock, NULL);
    list_init(&throttle->oldest);
    return throttle;
}

static void forget(struct throttle *throttle, struct entry *entry)
{
    list_remove(&entry->used);
    map_remove(&throttle->entries, entry->key);
    xfree(entry);
}

void throttle_free(struct throttle *throttle)
{
    if (!throttle)
        return;
    while (!list_empty(&throttle->oldest))
        forget(throttle, CONTAINER_OF(throttle->oldest.next, struct entry, used));
    map_deinit(&throttle->entries);
    pthread_mutex_destroy(&throttle->lock);
    xfree(throttle);
}

void throttle_share(struct throttle *throttle, struct throttle_peers *peers)
{
    _Static_assert((int)THROTTLE_SECRET_LEN == (int)crypto_shorthash_KEYBYTES, "one secret");
    throttle->peers = peers;
    memcpy(throttle->secret, peers->secret, sizeof(throttle->secret));
}

/* Without the lock: it is counted here, and the others are to count it. */
static void tell(const struct throttle *throttle, enum throttle_act act, uint64_t key)
{
    if (throttle->peers)
        throttle->peers->tell(throttle->peers, act, key);
}

static uint64_t make_key(const struct throttle *throttle, enum throttle_act kind,
                         const struct ip_address *peer, struct str name)
{
    struct {
        struct ip_address customer;
        uint64_t kind, name;
    } about = {.customer = address_customer(peer), .kind = kind};
    crypto_shorthash((uint8_t *)&about.name, (const uint8_t *)(name.ptr ? name.ptr : ""), name.len,
                     throttle->secret);
    uint64_t key;
    crypto_shorthash((uint8_t *)&key, (const uint8_t *)&about, sizeof(about), throttle->secret);
    return key ? key : 1;
}

/* The entry, now the one used last; a new one may cost the oldest its place. */
static struct entry *use(struct throttle *throttle, uint64_t key, uint64_t now_ms)
{
    struct entry *entry = map_get(&throttle->entries, key);
    if (!entry) {
        if (throttle->entries.len >= throttle->most)
            forget(throttle, CONTAINER_OF(throttle->oldest.next, struct entry, used));
        entry = NEW(struct entry);
        entry->key = key;
        entry->healed_at = now_ms;
        list_init(&entry->used);
        map_put(&throttle->entries, key, entry);
    }
    list_remove(&entry->used);
    list_append(&throttle->oldest, &entry->used);
    return entry;
}

static uint64_t seconds_up(uint64_t ms)
{
    return (ms + 999) / 1000;
}

/* The generic cell rate algorithm (ITU-T I.371): a token bucket kept as one point in time. */
static uint64_t take_one(struct entry *entry, struct rate rate, uint64_t now_ms)
{
    uint64_t start = entry->free_at > now_ms ? entry->free_at : now_ms;
    uint64_t most = now_ms + (rate.burst - 1) * rate.interval_ms;
    if (start > most)
        return seconds_up(start - most);
    entry->free_at = start + rate.interval_ms;
    return 0;
}

static uint64_t throttle_rate(struct throttle *throttle, enum throttle_act kind, struct rate rate,
                              const struct ip_address *peer, uint64_t now_ms)
{
    uint64_t key = make_key(throttle, kind, peer, STR_NONE);
    pthread_mutex_lock(&throttle->lock);
    uint64_t wait = take_one(use(throttle, key, now_ms), rate, now_ms);
    pthread_mutex_unlock(&throttle->lock);
    if (wait == 0)
        tell(throttle, kind, key);
    return wait;
}

uint64_t throttle_signup(struct throttle *throttle, const struct ip_address *peer, uint64_t now_ms)
{
    uint64_t wait = throttle_rate(throttle, THROTTLE_SIGNUP, throttle->signup, peer, now_ms);
    if (wait)
        LIMIT_HIT(&throttle->limits, signup_burst);
    return wait;
}

uint64_t throttle_signin(struct throttle *throttle, const struct ip_address *peer, uint64_t now_ms)
{
    uint64_t wait = throttle_rate(throttle, THROTTLE_SIGNIN, throttle->signin, peer, now_ms);
    if (wait)
        LIMIT_HIT(&throttle->limits, signin_burst);
    return wait;
}

/* Threads and servers tell the time a moment apart: nothing fades backwards. */
static void heal(struct entry *entry, struct rate rate, uint64_t now_ms)
{
    if (now_ms <= entry->healed_at)
        return;
    uint64_t faded = (now_ms - entry->healed_at) / rate.interval_ms;
    entry->healed_at += faded * rate.interval_ms;
    entry->failures -= faded < entry->failures ? faded : entry->failures;
    if (entry->failures == 0)
        entry->healed_at = now_ms;
}

/* After the burst 1 s, 2 s, 4 s … up to the interval. More than that is not counted, so that the
 * waits get shorter again as soon as somebody pauses. */
static void count_failure(struct entry *entry, struct rate rate, uint64_t now_ms)
{
    entry->failures++;
    if (entry->failures < rate.burst)
        return;
    uint64_t wait = FIRST_WAIT_MS, doublings = 0;
    for (; doublings < entry->failures - rate.burst && wait < rate.interval_ms; doublings++)
        wait *= 2;
    entry->failures = rate.burst + doublings;
    entry->free_at = now_ms + (wait < rate.interval_ms ? wait : rate.interval_ms);
}

uint64_t throttle_guess(struct throttle *throttle, const struct ip_address *peer, struct str name,
                        uint64_t now_ms)
{
    uint64_t key = make_key(throttle, THROTTLE_GUESS, peer, name);
    uint64_t wait = 0;
    pthread_mutex_lock(&throttle->lock);
    struct entry *entry = use(throttle, key, now_ms);
    heal(entry, throttle->guess, now_ms);
    if (entry->free_at > now_ms)
        wait = seconds_up(entry->free_at - now_ms);
    else
        count_failure(entry, throttle->guess, now_ms);
    pthread_mutex_unlock(&throttle->lock);
    if (wait)
        LIMIT_HIT(&throttle->limits, signin_failure_burst);
    else
        tell(throttle, THROTTLE_GUESS, key);
    return wait;
}

static void forget_guesses(struct throttle *throttle, uint64_t key)
{
    struct entry *entry = map_get(&throttle->entries, key);
    if (entry)
        forget(throttle, entry);
}

static void take_back(struct throttle *throttle, uint64_t key)
{
    struct entry *entry = map_get(&throttle->entries, key);
    if (!entry)
        return;
    entry->failures -= entry->failures > 0;
    entry->free_at = 0;
}

void throttle_right(struct throttle *throttle, const struct ip_address *peer, struct str name)
{
    uint64_t key = make_key(throttle, THROTTLE_GUESS, peer, name);
    pthread_mutex_lock(&throttle->lock);
    forget_guesses(throttle, key);
    pthread_mutex_unlock(&throttle->lock);
    tell(throttle, THROTTLE_RIGHT, key);
}

void throttle_untried(struct throttle *throttle, const struct ip_address *peer, struct str name)
{
    uint64_t key = make_key(throttle, THROTTLE_GUESS, peer, name);
    pthread_mutex_lock(&throttle->lock);
    take_back(throttle, key);
    pthread_mutex_unlock(&throttle->lock);
    tell(throttle, THROTTLE_UNTRIED, key);
}

/* ---- other servers ------------------------------------------------------------------------------- */

/* It was allowed there: so it counts, but what two servers allowed at once is not owed for longer than a
 * burst takes. */
static void take_anyway(struct entry *entry, struct rate rate, uint64_t now_ms)
{
    uint64_t start = entry->free_at > now_ms ? entry->free_at : now_ms;
    uint64_t most = now_ms + rate.burst * rate.interval_ms;
    entry->free_at = start + rate.interval_ms < most ? start + rate.interval_ms : most;
}

static void guess_anyway(struct throttle *throttle, uint64_t key, uint64_t now_ms)
{
    struct entry *entry = use(throttle, key, now_ms);
    heal(entry, throttle->guess, now_ms);
    count_failure(entry, throttle->guess, now_ms);
}

void throttle_hear(struct throttle *throttle, unsigned act, uint64_t key, uint64_t now_ms)
{
    pthread_mutex_lock(&throttle->lock);
    switch (act) {
    case THROTTLE_SIGNUP:
        take_anyway(use(throttle, key, now_ms), throttle->signup, now_ms);
        break;
    case THROTTLE_SIGNIN:
        take_anyway(use(throttle, key, now_ms), throttle->signin, now_ms);
        break;
    case THROTTLE_GUESS:
        guess_anyway(throttle, key, now_ms);
        break;
    case THROTTLE_RIGHT:
        forget_guesses(throttle, key);
        break;
    case THROTTLE_UNTRIED:
        take_back(throttle, key);
        break;
    default: /* of a newer version */
        break;
    }
    pthread_mutex_unlock(&throttle->lock);
}

size_t throttle_entries(struct throttle *throttle)
{
    pthread_mutex_lock(&throttle->lock);
    size_t entries = throttle->entries.len;
    pthread_mutex_unlock(&throttle->lock);
    return entries;
}
