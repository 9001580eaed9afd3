/* mongo_transact.h - one write job as one transaction. Private to store/mongo. */
#pragma once

#include "store/mongo/mongo_rows.h"

/* Runs job->run, again where another's transaction was in the way, and commits; its rc. `reruns`
 * counts. A majority has it when this returns 0. Once `hurried` (NULL: never) a database that does not
 * answer is not asked again. */
int mongo_transact(struct store_conn *conn, struct store_job *job, _Atomic uint64_t *reruns,
                   const atomic_bool *hurried);
