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

struct whereabouts {
    uint64_t hash[2];
    struct known_set *set;
    pthread_mutex_t *lock;
};

static struct whereabouts find(struct known_tokens *known, struct str token)
{
    struct whereabouts at;
    _Static_assert(sizeof(at.hash) == HASH_LEN, "a hash is two words");
    crypto_generichash((uint8_t *)at.hash, sizeof(at.hash), (const uint8_t *)token.ptr, token.len,
                       known->key, sizeof(known->key));
    size_t nth = at.hash[0] & known->mask;
    at.hash[0] |= 1; /* which place says nothing about */
    at.set = &known->sets[nth];
    at.lock = &known->locks[nth % LOCKS];
    return at;
}

static bool is_it(const struct known_token *place, const struct whereabouts *at)
{
    return place->hash[0] == at->hash[0] && place->hash[1] == at->hash[1];
}

bool known_tokens_get(struct known_tokens *known, struct str token, struct jwt_claims *out)
{
    struct whereabouts at = find(known, token);
    bool found = false;
    pthread_mutex_lock(at.lock);
    for (size_t i = 0; i < PLACES && !found; i++) {
        const struct known_token *place = &at.set->places[i];
        found = is_it(place, &at);
        if (found)
            *out = (struct jwt_claims){place->user, place->session, place->issued_at,
                                       place->expires_at};
    }
    pthread_mutex_unlock(at.lock);
    return found;
}

void known_tokens_put(struct known_tokens *known, struct str token, const struct jwt_claims *claims)
{
    struct whereabouts at = find(known, token);
    pthread_mutex_lock(at.lock);
    struct known_token *into = &at.set->places[0];
    for (size_t i = 0; i < PLACES && !is_it(into, &at); i++) {
        struct known_token *place = &at.set->places[i];
        if (is_it(place, &at) || place->expires_at < into->expires_at)
            into = place;
    }
    *into = (struct known_token){.hash = {at.hash[0], at.hash[1]},
                                 .user = claims->user,
                                 .session = claims->session,
                                 .issued_at = (uint32_t)claims->issued_at,
                                 .expires_at = (uint32_t)claims->expires_at};
    pthread_mutex_unlock(at.lock);
}
