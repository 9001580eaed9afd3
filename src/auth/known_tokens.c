#include "auth/known_tokens.h"

#include <pthread.h>
#include <sodium.h>

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
    size_t mask; /* sets less one */
    pthread_mutex_t locks[LOCKS];
    struct known_set *sets;
};

struct known_tokens *known_tokens_new(size_t count)
{
    struct known_tokens *known = NEW(struct known_tokens);
    size_t sets = SETS_LEAST;
    while (sets * PLACES < count)
        sets *= 2;
    known->mask = sets - 1;
    known->sets = xcalloc(sets, sizeof(*known->sets));
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

struct whereabouts {
    uint64_t hash[2];
    size_t sets[CHOICES];
};

static struct whereabouts find(const struct known_tokens *known, struct str token)
{
    struct whereabouts at;
    _Static_assert(sizeof(at.hash) == HASH_LEN, "a hash is two words");
    crypto_generichash((uint8_t *)at.hash, sizeof(at.hash), (const uint8_t *)token.ptr, token.len,
                       known->key, sizeof(known->key));
    for (size_t i = 0; i < CHOICES; i++)
        at.sets[i] = at.hash[i] & known->mask;
    at.hash[0] |= 1; /* which place says nothing about */
    return at;
}

static pthread_mutex_t *lock(struct known_tokens *known, size_t set)
{
    pthread_mutex_t *held = &known->locks[set % LOCKS];
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
        pthread_mutex_t *held = lock(known, at.sets[i]);
        found = take_from(&known->sets[at.sets[i]], &at, out);
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

/* Whom it turns out finds a place in the other of their sets when they come back. */
void known_tokens_put(struct known_tokens *known, struct str token, const struct jwt_claims *claims)
{
    struct whereabouts at = find(known, token);
    const struct known_token one = {.hash = {at.hash[0], at.hash[1]},
                                    .user = claims->user,
                                    .session = claims->session,
                                    .issued_at = (uint32_t)claims->issued_at,
                                    .expires_at = (uint32_t)claims->expires_at};
    bool last = false;
    for (size_t i = 0; i < CHOICES && !last; i++) {
        pthread_mutex_t *held = lock(known, at.sets[i]);
        struct known_token *into = place_in(&known->sets[at.sets[i]], &at);
        last = i + 1 == CHOICES || !into->expires_at || is_it(into, &at);
        if (last)
            *into = one;
        pthread_mutex_unlock(held);
    }
}
