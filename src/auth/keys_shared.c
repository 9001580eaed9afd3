#include "auth/keys_shared.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>

#include "store/store_wait.h"

enum { SECRETS_LEN = KEYS_SEED_LEN + KEYS_MAC_LEN };

struct share_job {
    struct store_job job;
    struct arena arena;
    uint8_t own[SECRETS_LEN], agreed[SECRETS_LEN];
};

/* Two that come at once write the same row: the one that is overtaken is run again, and finds it. */
static int run_share(struct store_job *job, struct store_conn *conn)
{
    struct share_job *share = CONTAINER_OF(job, struct share_job, job);
    struct str stored;
    int rc = store_meta_get(conn, STR("auth_keys"), &share->arena, &stored);
    if (rc == 0 && stored.len == SECRETS_LEN) {
        memcpy(share->agreed, stored.ptr, SECRETS_LEN);
        return 0;
    }
    if (rc != -ENOENT)
        return rc == 0 ? -EINVAL : rc;
    memcpy(share->agreed, share->own, SECRETS_LEN);
    return store_meta_put(conn, STR("auth_keys"), str_of((const char *)share->own, SECRETS_LEN));
}

static int run_stored(struct store_job *job, struct store_conn *conn)
{
    struct share_job *share = CONTAINER_OF(job, struct share_job, job);
    struct str stored;
    int rc = store_meta_get(conn, STR("auth_keys"), &share->arena, &stored);
    if (rc == 0 && stored.len != SECRETS_LEN)
        return -EINVAL;
    if (rc == 0)
        memcpy(share->agreed, stored.ptr, SECRETS_LEN);
    return rc;
}

int keys_stored(struct keys **out, struct store *store, char *why)
{
    REQUIRE(sodium_init() >= 0);
    struct share_job *share = sodium_malloc(sizeof(*share));
    REQUIRE(share);
    *share = (struct share_job){.job.run = run_stored, .arena = ARENA_INIT};
    int rc = store_read_wait(store, &share->job);
    if (rc == 0)
        *out = keys_from(share->agreed, share->agreed + KEYS_SEED_LEN);
    else
        snprintf(why, KEYS_WHY_SIZE, "the keys in the database cannot be read: %.100s",
                 strerror(-rc));
    arena_deinit(&share->arena);
    sodium_free(share); /* wipes it */
    return rc;
}

int keys_share(struct keys **keys, struct store *store, char *why)
{
    struct share_job *share = sodium_malloc(sizeof(*share));
    REQUIRE(share);
    *share = (struct share_job){.job.run = run_share, .arena = ARENA_INIT};
    keys_secrets(*keys, share->own, share->own + KEYS_SEED_LEN);
    int rc = store_write_wait(store, &share->job);
    if (rc == 0 && sodium_memcmp(share->own, share->agreed, SECRETS_LEN) != 0) {
        keys_free(*keys);
        *keys = keys_from(share->agreed, share->agreed + KEYS_SEED_LEN);
    }
    if (rc != 0)
        snprintf(why, KEYS_WHY_SIZE, "the keys in the database cannot be read or written: %.100s",
                 strerror(-rc));
    arena_deinit(&share->arena);
    sodium_free(share); /* wipes it */
    return rc;
}
