#include "auth/known_tokens.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>

enum { HASH_LEN = 16, PLACES = 4, LOCKS = 64, SETS_LEAST = LOCKS };

/* Times fit: a token lives a day at most, and these are good until 2106. */
struct known_token {
    uint64_t hash[2]; /* 0: nothing is here */
    user_id user;
    session_id session;
    uint32_t issued_at, expires_at;
};
IS_SIZED(struct known_token, 40);

struct known_set {
    struct known_token places[PLACES];
};

struct known_tokens {
    uint8_t key[crypto_generichash_KEYBYTES];
    pthread_mutex_t locks[LOCKS]; /* each of every 64th set, whatever their number */
    size_t mask, mask_most;       /* sets less one; with any of the locks, or to change it all */
    struct known_set *sets;       /* the same */
    atomic_size_t taken;          /* places that are not empty */
};

struct known_tokens *known_tokens_new(size_t most)
{
    struct known_tokens *known = NEW(struct known_tokens);
    size_t sets = SETS_LEAST;
    while (sets * PLACES < most)
        sets *= 2;
    known->mask_most = sets - 1;
    known->mask = SETS_LEAST - 1;
    known->sets = xcalloc(SETS_LEAST, sizeof(*known->sets));
    crypto_generichash_keygen(known->key);
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_init(&known->locks[i], NULL);
    return known;
}

void known_tokens_free(struct known_tokens *known)
{
    if (!known)
        return;
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_destroy(&known->locks[i]);
    xfree(known->sets);
    xfree(known);
}

/* A token may be in either of two sets, so that a full one is seldom a loss. */
enum { CHOICES = 2 };

/* Of a hash's first word the lowest bit says that something is here, and nothing of where. */
static size_t choice_of(const uint64_t hash[2], size_t nth)
{
    return (size_t)(hash[nth] >> 1);
}

struct whereabouts {
    uint64_t hash[2];
};

static struct whereabouts find(const struct known_tokens *known, struct str token)
{
    struct whereabouts at;
    _Static_assert(sizeof(at.hash) == HASH_LEN, "a hash is two words");
    crypto_generichash((uint8_t *)at.hash, sizeof(at.hash), (const uint8_t *)token.ptr, token.len,
                       known->key, sizeof(known->key));
    at.hash[0] |= 1;
    return at;
}

static pthread_mutex_t *lock(struct known_tokens *known, size_t choice)
{
    pthread_mutex_t *held = &known->locks[choice % LOCKS];
    pthread_mutex_lock(held);
    return held;
}

static bool is_it(const struct known_token *place, const struct whereabouts *at)
{
    return place->hash[0] == at->hash[0] && place->hash[1] == at->hash[1];
}

static bool take_from(const struct known_set *set, const struct whereabouts *at,
                      struct jwt_claims *out)
{
    for (size_t i = 0; i < PLACES; i++) {
        const struct known_token *place = &set->places[i];
        if (!is_it(place, at))
            continue;
        *out =
            (struct jwt_claims){place->user, place->session, place->issued_at, place->expires_at};
        return true;
    }
    return false;
}

bool known_tokens_get(struct known_tokens *known, struct str token, struct jwt_claims *out)
{
    struct whereabouts at = find(known, token);
    bool found = false;
    for (size_t i = 0; i < CHOICES && !found; i++) {
        size_t choice = choice_of(at.hash, i);
        pthread_mutex_t *held = lock(known, choice);
        found = take_from(&known->sets[choice & known->mask], &at, out);
        pthread_mutex_unlock(held);
    }
    return found;
}

/* Where it is, else where nothing is (`expires_at` is 0 there), else where something expires first. */
static struct known_token *place_in(struct known_set *set, const struct whereabouts *at)
{
    struct known_token *into = &set->places[0];
    for (size_t i = 0; i < PLACES && !is_it(into, at); i++) {
        struct known_token *place = &set->places[i];
        if (is_it(place, at) || place->expires_at < into->expires_at)
            into = place;
    }
    return into;
}

/* ---- growing ------------------------------------------------------------------------------------ */

/* What was in a set goes, by the same one of its choices, into one of two. */
static void spread(const struct known_set *from, size_t set, size_t mask_before, size_t mask,
                   struct known_set *into)
{
    for (size_t i = 0; i < PLACES; i++) {
        const struct known_token *one = &from->places[i];
        if (!one->expires_at)
            continue;
        bool first = (choice_of(one->hash, 0) & mask_before) == set;
        struct known_set *to = &into[choice_of(one->hash, first ? 0 : 1) & mask];
        to->places[i] = *one; /* nobody else comes from that place */
    }
}

/* Twice as many sets, unless somebody else has seen to it since there were those. */
static void grow(struct known_tokens *known, size_t mask_before)
{
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_lock(&known->locks[i]);
    if (known->mask == mask_before) {
        size_t mask = mask_before * 2 + 1;
        struct known_set *sets = xcalloc(mask + 1, sizeof(*sets));
        for (size_t set = 0; set <= mask_before; set++)
            spread(&known->sets[set], set, mask_before, mask, sets);
        xfree(known->sets);
        known->sets = sets;
        known->mask = mask;
    }
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_unlock(&known->locks[i]);
}

size_t known_tokens_places(struct known_tokens *known)
{
    pthread_mutex_t *held = lock(known, 0);
    size_t places = (known->mask + 1) * PLACES;
    pthread_mutex_unlock(held);
    return places;
}

/* ---- putting ------------------------------------------------------------------------------------ */

/* Below that few find both of their sets full, one in fifty at the most. With one of the locks. */
static bool is_to_grow(const struct known_tokens *known)
{
    return known->mask < known->mask_most &&
           atomic_load_explicit(&known->taken, memory_order_relaxed) >=
               (known->mask + 1) * PLACES / 8 * 5;
}

static void take(struct known_tokens *known, struct known_token *into,
                 const struct known_token *one)
{
    if (!into->expires_at)
        atomic_fetch_add_explicit(&known->taken, 1, memory_order_relaxed);
    *into = *one;
}

/* False: both sets are full of those that have not expired, and there may be more sets than *mask says. Whom it turns
 * out finds a place in the other of their sets when they come back. */
static bool put(struct known_tokens *known, const struct known_token *one, uint32_t now,
                size_t *mask)
{
    struct whereabouts at = {{one->hash[0], one->hash[1]}};
    bool last = false;
    for (size_t i = 0; i < CHOICES && !last; i++) {
        size_t choice = choice_of(at.hash, i);
        pthread_mutex_t *held = lock(known, choice);
        struct known_token *into = place_in(&known->sets[choice & known->mask], &at);
        bool is_free = into->expires_at <= now || is_it(into, &at);
        last = is_free || (i + 1 == CHOICES && !is_to_grow(known));
        *mask = known->mask;
        if (last)
            take(known, into, one);
        pthread_mutex_unlock(held);
    }
    return last;
}

void known_tokens_put(struct known_tokens *known, struct str token, const struct jwt_claims *claims,
                      int64_t now)
{
    struct whereabouts at = find(known, token);
    const struct known_token one = {.hash = {at.hash[0], at.hash[1]},
                                    .user = claims->user,
                                    .session = claims->session,
                                    .issued_at = (uint32_t)claims->issued_at,
                                    .expires_at = (uint32_t)claims->expires_at};
    size_t mask;
    while (!put(known, &one, (uint32_t)now, &mask))
        grow(known, mask);
}
