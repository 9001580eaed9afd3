#include "auth/revoked.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "core/map.h"

enum {
    BUCKET_IDS = 8,      /* one cache line */
    FIRST_BUCKETS = 128, /* 1,024 sessions; each table has twice the buckets of the one before */
    TABLES_MAX = 24,
};

struct bucket {
    _Alignas(64) atomic_uint_least64_t ids[BUCKET_IDS]; /* 0: free */
};

struct table {
    struct bucket *buckets;
    uint64_t (*until)[BUCKET_IDS]; /* monotonic ms, of the ids; writers only */
    size_t mask;
};

struct revoked {
    struct table tables[TABLES_MAX]; /* constant once counted */
    atomic_size_t count;
    pthread_mutex_t writers;
};

static void add_table(struct revoked *revoked)
{
    size_t count = atomic_load_explicit(&revoked->count, memory_order_relaxed);
    REQUIRE(count < TABLES_MAX);
    size_t buckets = (size_t)FIRST_BUCKETS << count;
    struct table *table = &revoked->tables[count];
    table->buckets = aligned_alloc(_Alignof(struct bucket), buckets * sizeof(struct bucket));
    REQUIRE(table->buckets);
    for (size_t i = 0; i < buckets; i++)
        for (size_t j = 0; j < BUCKET_IDS; j++)
            atomic_init(&table->buckets[i].ids[j], 0);
    table->until = xcalloc(buckets, sizeof(*table->until));
    table->mask = buckets - 1;
    atomic_store_explicit(&revoked->count, count + 1, memory_order_release);
}

struct revoked *revoked_new(void)
{
    struct revoked *revoked = NEW(struct revoked);
    pthread_mutex_init(&revoked->writers, NULL);
    add_table(revoked);
    return revoked;
}

void revoked_free(struct revoked *revoked)
{
    if (!revoked)
        return;
    size_t count = atomic_load(&revoked->count);
    for (size_t i = 0; i < count; i++) {
        free(revoked->tables[i].buckets);
        xfree(revoked->tables[i].until);
    }
    pthread_mutex_destroy(&revoked->writers);
    xfree(revoked);
}

/* Into a free slot, its own old one, or one whose time is over; false if there is none. */
static bool put_in_table(struct table *table, session_id session, uint64_t now_ms,
                         uint64_t until_ms)
{
    size_t at = map_hash(session.v) & table->mask;
    struct bucket *bucket = &table->buckets[at];
    uint64_t *until = table->until[at];
    for (size_t i = 0; i < BUCKET_IDS; i++) {
        uint64_t id = atomic_load_explicit(&bucket->ids[i], memory_order_relaxed);
        if (id != 0 && id != session.v && until[i] > now_ms)
            continue;
        until[i] = until_ms;
        atomic_store_explicit(&bucket->ids[i], session.v, memory_order_seq_cst);
        return true;
    }
    return false;
}

void revoked_add(struct revoked *revoked, session_id session, uint64_t now_ms, uint64_t until_ms)
{
    pthread_mutex_lock(&revoked->writers);
    for (size_t i = 0;; i++) {
        if (i == atomic_load_explicit(&revoked->count, memory_order_relaxed))
            add_table(revoked);
        if (put_in_table(&revoked->tables[i], session, now_ms, until_ms))
            break;
    }
    pthread_mutex_unlock(&revoked->writers);
}

bool revoked_has(const struct revoked *revoked, session_id session)
{
    uint64_t hash = map_hash(session.v);
    size_t count = atomic_load_explicit(&revoked->count, memory_order_acquire);
    for (size_t i = 0; i < count; i++) {
        const struct table *table = &revoked->tables[i];
        const struct bucket *bucket = &table->buckets[hash & table->mask];
        for (size_t j = 0; j < BUCKET_IDS; j++)
            if (atomic_load_explicit(&bucket->ids[j], memory_order_relaxed) == session.v)
                return true;
    }
    return false;
}
