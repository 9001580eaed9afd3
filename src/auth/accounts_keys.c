#include "auth/accounts_keys.h"

#include <sodium.h>

#include "auth/keys_shared.h"
#include "auth/work.h"
#include "core/clock.h"
#include "core/log.h"

/* A new key is known to all servers long before it signs: each looks several times in between. */
enum { SECOND = 1000, AHEAD_LEAST = 3 * SECOND, AHEAD_MOST = 60 * SECOND, LOOKS = 6 };

static struct key_ages ages_of(const struct auth *auth)
{
    const struct limits *limits = auth->options.limits;
    struct key_ages ages = {.age = (int64_t)limits->signing_key_s * SECOND,
                            .life = (int64_t)(limits->access_token_s + JWT_LEEWAY_S) * SECOND};
    ages.ahead = ages.age / 3;
    ages.ahead = ages.ahead < AHEAD_LEAST ? AHEAD_LEAST : ages.ahead;
    ages.ahead = ages.ahead > AHEAD_MOST ? AHEAD_MOST : ages.ahead;
    return ages;
}

/* ---- what is used now ----------------------------------------------------------------------------- */

static void use(struct auth *auth, struct signers *signers)
{
    signers->before = atomic_load(&auth->signers);
    atomic_store(&auth->signers, signers);
}

void auth_signers_alone(struct auth *auth)
{
    struct signers *signers = NEW(struct signers);
    jwt_issuer_init(&signers->issuer, auth->keys, auth->options.limits->access_token_s);
    use(auth, signers);
}

void auth_signers_load(struct auth *auth, const struct key_ring *ring)
{
    struct signers *signers = NEW(struct signers);
    for (; signers->count < ring->count; signers->count++) {
        struct keys *keys = keys_from(ring->keys[signers->count].seed, ring->mac);
        signers->keys[signers->count] = keys;
        if (signers->count == 0)
            jwt_issuer_init(&signers->issuer, keys, auth->options.limits->access_token_s);
        else
            jwt_issuer_add(&signers->issuer, keys, ring->keys[signers->count].from);
    }
    use(auth, signers);
    auth->ring_count = ring->count;
    auth->ring_newest = ring->keys[ring->count - 1].from;
}

void auth_signers_free(struct auth *auth)
{
    for (struct signers *signers = atomic_load(&auth->signers), *before; signers;
         signers = before) {
        before = signers->before;
        for (size_t i = 0; i < signers->count; i++)
            keys_free(signers->keys[i]);
        xfree(signers);
    }
}

const struct jwt_issuer *auth_issuer(const struct auth *auth)
{
    return &atomic_load_explicit(&auth->signers, memory_order_acquire)->issuer;
}

/* ---- turning ---------------------------------------------------------------------------------------- */

/* In memory of sodium_malloc, which wipes it. */
struct turn_job {
    struct store_job job;
    struct auth *auth;
    struct key_ages ages;
    struct key_ring ring;
    bool writes;
};

static int run_look(struct store_job *job, struct store_conn *conn)
{
    return keys_ring_get(conn, &CONTAINER_OF(job, struct turn_job, job)->ring);
}

static int run_turn(struct store_job *job, struct store_conn *conn)
{
    struct turn_job *turn = CONTAINER_OF(job, struct turn_job, job);
    return keys_ring_turn(conn, &turn->ages, &turn->ring);
}

static bool is_time(const struct turn_job *turn)
{
    struct key_ring ring = turn->ring;
    bool changes = key_ring_turn(&ring, clock_now_ms(), &turn->ages);
    sodium_memzero(&ring, sizeof(ring));
    return changes;
}

static void have_looked(struct store_job *job)
{
    struct turn_job *turn = CONTAINER_OF(job, struct turn_job, job);
    struct auth *auth = turn->auth;
    if (job->rc == 0 && (turn->ring.count != auth->ring_count ||
                         turn->ring.keys[turn->ring.count - 1].from != auth->ring_newest)) {
        auth_signers_load(auth, &turn->ring);
        LOG(LOG_INFO, "auth.keys_turned", KV_INT("keys", (int64_t)turn->ring.count));
    }
    if (job->rc == 0 && !turn->writes && is_time(turn)) {
        turn->writes = true;
        job->run = run_turn;
        store_write(auth->options.store, job);
        return;
    }
    auth->turns_keys = false;
    sodium_free(turn);
}

void auth_keys_sweep(struct auth *auth, struct inbox *home)
{
    struct key_ages ages = ages_of(auth);
    uint64_t now = clock_monotonic_ms();
    if (!auth->options.shares_keys || auth->turns_keys ||
        now - auth->looked_at_keys < (uint64_t)ages.ahead / LOOKS)
        return;
    struct turn_job *turn = sodium_malloc(sizeof(*turn));
    if (!turn)
        return; /* the next time */
    auth->turns_keys = true;
    auth->looked_at_keys = now;
    *turn = (struct turn_job){.auth = auth, .ages = ages};
    turn->job = (struct store_job){.home = home, .run = run_look, .done = have_looked};
    store_read(auth->options.store, &turn->job);
}
