/* Where other servers end sessions too: they say so over the bus, and what it lost is read. */
#include "auth/accounts.h"

#include <sodium.h>

#include "auth/work.h"
#include "bus/bus.h"
#include "core/clock.h"

/* A session is written down as ended by the clock of the server where the act began. Who could not read for
 * long looks back from when they last could. */
enum { LOOK_BACK_MS = 60000 };

static uint64_t token_life_ms(const struct auth *auth)
{
    return (auth->options.limits->access_token_s + JWT_LEEWAY_S) * 1000 + LOOK_BACK_MS;
}

void auth_on_session_ended(struct bus_listener *listener, session_id session)
{
    struct auth *auth = CONTAINER_OF(listener, struct auth, listener);
    uint64_t now = clock_monotonic_ms();
    revoked_add(auth->revoked, session, now, now + token_life_ms(auth));
}

struct ended_job {
    struct store_job job;
    struct auth *auth;
    struct arena arena;
    int64_t now; /* when it began */
    struct session_list ended;
};

static int run_ended(struct store_job *job, struct store_conn *conn)
{
    struct ended_job *look = CONTAINER_OF(job, struct ended_job, job);
    int64_t last = atomic_load(&look->auth->saw_ended_at);
    look->now = clock_now_ms();
    return store_sessions_ended_since(conn, (last < look->now ? last : look->now) - LOOK_BACK_MS,
                                      &look->arena, &look->ended);
}

static void ended_read(struct store_job *job)
{
    struct ended_job *look = CONTAINER_OF(job, struct ended_job, job);
    struct auth *auth = look->auth;
    for (size_t i = 0; job->rc == 0 && i < look->ended.count; i++) {
        const struct session *session = &look->ended.items[i];
        if (revoked_has(auth->revoked, session->id))
            continue;
        auth_on_session_ended(&auth->listener, session->id);
        bus_publish_session_ended(auth->options.bus, session->user, session->id);
    }
    if (job->rc == 0)
        atomic_store(&auth->saw_ended_at, look->now);
    atomic_store(&auth->looks_for_ended, false);
    arena_deinit(&look->arena);
    xfree(look);
}

void auth_sweep(struct auth *auth, struct inbox *home)
{
    auth_keys_sweep(auth, home);
    if (!auth->options.has_peers || atomic_exchange(&auth->looks_for_ended, true))
        return;
    struct ended_job *look = NEW(struct ended_job);
    look->auth = auth;
    look->arena = ARENA_INIT;
    look->job = (struct store_job){.home = home, .run = run_ended, .done = ended_read};
    store_read(auth->options.store, &look->job);
}

/* ---- one budget for guesses, sign-ins and sign-ups ------------------------------------------------- */

static void tell_tally(struct throttle_peers *peers, enum throttle_act act, uint64_t key)
{
    struct auth *auth = CONTAINER_OF(peers, struct auth, peers);
    bus_publish_tally(auth->options.bus, &(struct bus_tally){(uint8_t)act, key});
}

static void on_tally(struct bus_listener *listener, const struct bus_tally *tally)
{
    struct auth *auth = CONTAINER_OF(listener, struct auth, listener);
    throttle_hear(auth->throttle, tally->act, tally->key, clock_monotonic_ms());
}

/* Of the keys that all servers share: so all of them count the same address under the same key. */
static void derive_secret(const struct keys *keys, uint8_t secret[THROTTLE_SECRET_LEN])
{
    static const char purpose[] = "natternet throttle";
    uint8_t mac[KEYS_MAC_LEN];
    keys_mac(keys, purpose, sizeof(purpose) - 1, mac);
    memcpy(secret, mac, THROTTLE_SECRET_LEN);
    sodium_memzero(mac, sizeof(mac));
}

void auth_meet_peers(struct auth *auth)
{
    auth->peers.tell = tell_tally;
    derive_secret(auth->keys, auth->peers.secret);
    throttle_share(auth->throttle, &auth->peers);
    auth->listener =
        (struct bus_listener){.on_session_ended = auth_on_session_ended, .on_tally = on_tally};
    bus_listen(auth->options.bus, &auth->listener);
}
