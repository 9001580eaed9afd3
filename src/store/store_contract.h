/* store_contract.h - what the tests of the contract share beside their fixture: each begins with an empty store, of
 * whichever engine. For tests only. */
#pragma once

#if NATTERNET_MONGO
#include "store/mongo/mongo_conn.h"
#endif
#include "store/store_fixture.h"

#if NATTERNET_MONGO
/* As empty as a new one, but for its collections: to make them takes the engine of the tests longer than most tests. */
static bool empty_database(void)
{
    int rc = 0;
    READING (conn)
        for (size_t i = 0; rc == 0 && i < COLLECTION_COUNT; i++)
            rc = db_delete(conn, (enum collection)i, bson_new());
    return rc == 0;
}
#endif

/* On MongoDB the next test of the program has the same database, unless this one failed in the middle. */
static UNUSED int finish_contract(void **state)
{
#if NATTERNET_MONGO
    char kept[sizeof(mongo_database)];
    memcpy(kept, mongo_database, sizeof(kept));
    const bool is_empty = *kept && store && !visit.open && empty_database();
    int rc = finish_store(state);
    if (is_empty)
        memcpy(mongo_database, kept, sizeof(kept));
    return rc;
#else
    return finish_store(state);
#endif
}

#define T(name) cmocka_unit_test_setup_teardown(name, start_store, finish_contract)
