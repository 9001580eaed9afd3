/* password_pool.h - the few threads that hash passwords, at the lowest priority, so that no loop waits
 * and a storm of sign-ins takes what nobody else wants of its cores.
 *
 * What waits is bounded, in all and from one address, and addresses are served in turn
 * (fair_queue.h): somebody who floods the pool makes another address wait for one hash a round.
 * What finds it full is told so at once; nothing piles up.
 * The queue is behind a lock, held for a few pointer moves: it is the one place where all workers
 * and all threads of the pool meet, and order among all of them is the point of it.
 * Owns:   its threads; a job is the caller's, and must stay from submit until done.
 * Thread: submit from any; `done` runs on the thread that owns `home`. */
#pragma once

#include "auth/fair_queue.h"
#include "auth/password.h"
#include "core/inbox.h"
#include "core/limits.h"

struct password_pool;

enum password_act { PASSWORD_HASH, PASSWORD_VERIFY };

struct password_job {
    struct fair_item queued;   /* private */
    struct inbox_item arrived; /* private */
    struct inbox *home;
    void (*done)(struct password_job *job);
    enum password_act act;
    struct ip_address peer;
    struct str password;           /* borrowed; who submitted it wipes it */
    char hash[PASSWORD_HASH_SIZE]; /* VERIFY: in, empty if there is none. HASH: out */
    int rc;                        /* out: as password.h */
};

/* Takes password_* of the limits. */
struct password_pool *password_pool_new(const struct limits *limits) MUST_USE;
/* When nobody submits any more: finishes what is being hashed, forgets what waits. The inboxes have
 * to be there until it returns. NULL is fine. */
void password_pool_free(struct password_pool *pool);

/* Whether one of this address would be taken now; counted as a limit that was reached if not. To be asked
 * before anything is looked up for it: by then it may be full again. */
bool password_pool_has_room(struct password_pool *pool, const struct ip_address *peer);
/* False: too many wait, done will not be called. */
bool password_pool_submit(struct password_pool *pool, struct password_job *job) MUST_USE;

/* How long what waits now will take: when to come again. */
uint64_t password_pool_wait_s(struct password_pool *pool);

struct password_cost password_pool_cost(const struct password_pool *pool);
