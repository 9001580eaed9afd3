/* mongo_fixture.h - a store on a real MongoDB for tests that look behind the interface. Where none runs they
 * are skipped: tests/support/mongo/with_mongo.mjs. */
#pragma once

#include "store/store_fixture.h"

static UNUSED int open_database(void **state)
{
    if (!getenv("NATTERNET_TEST_MONGO"))
        return 0;
    engine = &contract_engines[1];
    return start_store(state);
}

static UNUSED int close_database(void **state)
{
    return getenv("NATTERNET_TEST_MONGO") ? finish_store(state) : 0;
}

#define NEEDS_DATABASE()                                                                           \
    if (!getenv("NATTERNET_TEST_MONGO"))                                                           \
    skip()
