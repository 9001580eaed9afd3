#include "auth/keys_shared.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>

#include "core/clock.h"
#include "store/store_wait.h"

#define PLACE STR("auth_keys")

/* In memory of sodium_malloc, which wipes it. */
struct share_job {
    struct store_job job;
    struct key_ring own, agreed;
};

static int put(struct store_conn *conn, const struct key_ring *ring)
{
    uint8_t bytes[KEY_RING_SIZE];
    int rc = store_meta_put(conn, PLACE, key_ring_print(ring, bytes));
    sodium_memzero(bytes, sizeof(bytes));
    return rc;
}

int keys_ring_get(struct store_conn *conn, struct key_ring *out)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT; /* is wiped */
    struct str stored;
    int rc = store_meta_get(conn, PLACE, &arena, &stored);
    if (rc == 0 && !key_ring_read(stored, clock_now_ms(), out))
        rc = -EINVAL;
    return rc;
}

int keys_ring_turn(struct store_conn *conn, const struct key_ages *ages, struct key_ring *out)
{
    int rc = keys_ring_get(conn, out);
    if (rc == 0 && key_ring_turn(out, clock_now_ms(), ages))
        rc = put(conn, out);
    return rc;
}

/* Two that come at once write the same row: the one that is overtaken is run again, and finds it. What had
 * no times has them from now on. */
static int run_share(struct store_job *job, struct store_conn *conn)
{
    struct share_job *share = CONTAINER_OF(job, struct share_job, job);
    int rc = keys_ring_get(conn, &share->agreed);
    if (rc == -ENOENT) {
        share->agreed = share->own;
        rc = 0;
    }
    return rc == 0 ? put(conn, &share->agreed) : rc;
}

static struct keys *signing_keys(const struct key_ring *ring)
{
    size_t at = key_ring_signing(ring, clock_now_ms());
    return keys_from(ring->keys[at].seed, ring->mac);
}

static struct share_job *share_job_new(int (*run)(struct store_job *job, struct store_conn *conn))
{
    REQUIRE(sodium_init() >= 0);
    struct share_job *share = sodium_malloc(sizeof(*share));
    REQUIRE(share);
    *share = (struct share_job){.job.run = run};
    return share;
}

int keys_share(struct keys **keys, struct store *store, struct key_ring *ring, char *why)
{
    struct share_job *share = share_job_new(run_share);
    share->own.count = 1;
    share->own.keys[0].from = clock_now_ms();
    keys_secrets(*keys, share->own.keys[0].seed, share->own.mac);
    int rc = store_write_wait(store, &share->job);
    if (rc == 0) {
        keys_free(*keys);
        *keys = signing_keys(&share->agreed);
        *ring = share->agreed;
    } else {
        snprintf(why, KEYS_WHY_SIZE, "the keys in the database cannot be read or written: %.100s",
                 strerror(-rc));
    }
    sodium_free(share);
    return rc;
}

static int run_stored(struct store_job *job, struct store_conn *conn)
{
    return keys_ring_get(conn, &CONTAINER_OF(job, struct share_job, job)->agreed);
}

int keys_stored(struct keys **out, struct store *store, char *why)
{
    struct share_job *share = share_job_new(run_stored);
    int rc = store_read_wait(store, &share->job);
    if (rc == 0)
        *out = signing_keys(&share->agreed);
    else
        snprintf(why, KEYS_WHY_SIZE, "the keys in the database cannot be read: %.100s",
                 strerror(-rc));
    sodium_free(share);
    return rc;
}
