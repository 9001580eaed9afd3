#include "store/mongo/mongo_transact.h"

#include <errno.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/random.h"

enum {
    GIVE_UP_MS = 5000, /* of running again */
    PAUSE_US = 5000,   /* before that, about; it grows */
    PAUSES_MOST = 10,
    COMMIT_MS = 5000, /* of asking what became of a commit */
};

static bool is_given_up(const struct store_conn *conn, const atomic_bool *hurried)
{
    return conn->lost && hurried && atomic_load_explicit(hurried, memory_order_relaxed);
}

/* The outcome of a commit may be unknown: it is asked for again, which is harmless. */
static int commit(struct store_conn *conn, const atomic_bool *hurried)
{
    uint64_t start = clock_monotonic_ms();
    for (;;) {
        bson_t reply;
        bson_error_t error;
        if (mongoc_client_session_commit_transaction(conn->session, &reply, &error)) {
            bson_destroy(&reply);
            return 0;
        }
        bool unknown = mongoc_error_has_label(&reply, "UnknownTransactionCommitResult");
        conn->again = mongoc_error_has_label(&reply, "TransientTransactionError");
        (void)mongo_errno(conn, &reply, &error);
        bson_destroy(&reply);
        if (conn->again)
            return -EBUSY;
        if (!unknown || is_given_up(conn, hurried) || clock_monotonic_ms() - start > COMMIT_MS)
            return unknown ? -EAGAIN : -EBUSY;
    }
}

static int run_once(struct store_conn *conn, struct store_job *job, const atomic_bool *hurried)
{
    bson_error_t error;
    mongo_conn_begin(conn);
    conn->session = mongoc_client_start_session(conn->client, NULL, &error);
    if (!conn->session || !mongoc_client_session_start_transaction(conn->session, NULL, &error)) {
        conn->lost = true;
        return -EBUSY;
    }
    int rc = job->run(job, conn);
    if (conn->again)
        rc = -EBUSY;
    if (rc == 0)
        rc = commit(conn, hurried);
    else
        (void)mongoc_client_session_abort_transaction(conn->session, &error);
    return rc;
}

static void pause_before(unsigned rerun)
{
    unsigned most = rerun < PAUSES_MOST ? rerun : PAUSES_MOST;
    usleep((useconds_t)(random_id() % (PAUSE_US * most + 1)));
}

int mongo_transact(struct store_conn *conn, struct store_job *job, _Atomic uint64_t *reruns,
                   const atomic_bool *hurried)
{
    uint64_t start = clock_monotonic_ms();
    for (unsigned rerun = 1;; rerun++) {
        int rc = run_once(conn, job, hurried);
        if (conn->session)
            mongoc_client_session_destroy(TAKE(conn->session));
        if (!conn->again || is_given_up(conn, hurried) || clock_monotonic_ms() - start > GIVE_UP_MS)
            return rc;
        atomic_fetch_add_explicit(reruns, 1, memory_order_relaxed);
        pause_before(rerun);
    }
}
