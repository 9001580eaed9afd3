#include "auth/accounts.h"

#include <sodium.h>
#include <stdio.h>

#include "auth/keys_shared.h"
#include "auth/room_link.h"
#include "auth/work.h"
#include "core/clock.h"
#include "store/store_wait.h"

_Static_assert((int)AUTH_WHY_SIZE >= (int)KEYS_WHY_SIZE, "a sentence about keys fits");

/* A session is written down as ended when the act began; the password may have waited its turn. */
enum { RECALL_MARGIN_S = 60 };

struct recall_job {
    struct store_job job;
    int64_t since;
    struct arena *arena;
    struct session_list ended;
};

static int recall(struct store_job *job, struct store_conn *conn)
{
    struct recall_job *recalled = CONTAINER_OF(job, struct recall_job, job);
    return store_sessions_ended_since(conn, recalled->since, recalled->arena, &recalled->ended);
}

/* The sessions that ended before we started, while tokens of theirs are not yet expired. */
static int recall_revoked(struct auth *auth, char *why)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    uint64_t life_ms =
        (auth->options.limits->access_token_s + JWT_LEEWAY_S + RECALL_MARGIN_S) * 1000;
    struct recall_job recalled = {
        .job.run = recall,
        .since = clock_now_ms() - (int64_t)life_ms,
        .arena = &arena,
    };
    atomic_init(&auth->saw_ended_at, clock_now_ms());
    int rc = store_read_wait(auth->options.store, &recalled.job);
    if (rc != 0) {
        snprintf(why, AUTH_WHY_SIZE, "cannot read the sessions that ended: %s", strerror(-rc));
        return rc;
    }
    uint64_t now = clock_monotonic_ms();
    for (size_t i = 0; i < recalled.ended.count; i++)
        revoked_add(auth->revoked, recalled.ended.items[i].id, now, now + life_ms);
    return 0;
}

static int open_signers(struct auth *auth, char *why)
{
    struct key_ring ring;
    if (!auth->options.shares_keys) {
        auth_signers_alone(auth);
        return 0;
    }
    int rc = keys_share(&auth->keys, auth->options.store, &ring, why);
    if (rc == 0)
        auth_signers_load(auth, &ring);
    sodium_memzero(&ring, sizeof(ring));
    return rc;
}

int auth_new(struct auth **out, const struct auth_options *options, char *why)
{
    REQUIRE(sodium_init() >= 0);
    OWN(auth_free) struct auth *auth = NEW(struct auth);
    auth->options = *options;
    int rc = keys_open(&auth->keys, options->data_dir, why);
    if (rc == 0)
        rc = open_signers(auth, why);
    if (rc != 0)
        return rc;
    auth->known = known_tokens_new(options->limits->tokens_known);
    auth->revoked = revoked_new();
    rc = recall_revoked(auth, why);
    if (rc != 0)
        return rc;
    auth->throttle = throttle_new(options->limits);
    if (options->has_peers)
        auth_meet_peers(auth);
    auth->passwords = password_pool_new(options->limits);
    *out = TAKE(auth);
    return 0;
}

void auth_free(struct auth *auth)
{
    if (!auth)
        return;
    password_pool_free(auth->passwords);
    throttle_free(auth->throttle);
    known_tokens_free(auth->known);
    revoked_free(auth->revoked);
    auth_signers_free(auth);
    keys_free(auth->keys);
    xfree(auth);
}

static bool is_valid(struct auth *auth, struct str token, struct jwt_claims *claims)
{
    int64_t now_s = clock_now_ms() / 1000;
    if (known_tokens_get(auth->known, token, claims))
        return jwt_is_current(auth_issuer(auth), claims, now_s);
    if (!jwt_verify(auth_issuer(auth), token, now_s, claims))
        return false;
    known_tokens_put(auth->known, token, claims, now_s);
    return true;
}

enum err auth_check_token(struct auth *auth, struct str token, struct identity *out)
{
    struct jwt_claims claims;
    if (!is_valid(auth, token, &claims))
        return ERR_AUTH_INVALID_TOKEN;
    if (revoked_has(auth->revoked, claims.session))
        return ERR_AUTH_SESSION_ENDED;
    *out = (struct identity){claims.user, claims.session, claims.expires_at * 1000};
    return ERR_OK;
}

void auth_jwks(const struct auth *auth, struct buf *out)
{
    const struct jwt_issuer *issuer = auth_issuer(auth);
    buf_put_lit(out, "{\"keys\":[");
    for (size_t i = 0; i < issuer->count; i++) {
        if (i > 0)
            buf_put_char(out, ',');
        keys_jwk(issuer->keys[i].keys, out);
    }
    buf_put_lit(out, "]}");
}

struct str auth_link_code(const struct auth *auth, room_id room, uint64_t seq, struct arena *arena)
{
    char code[ROOM_LINK_SIZE];
    return arena_copy(arena, room_link_print(auth->keys, room, seq, code));
}

bool auth_link_read(const struct auth *auth, struct str code, room_id *room, uint64_t *seq)
{
    return room_link_read(auth->keys, code, room, seq);
}
