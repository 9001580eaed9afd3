/* What opening a store makes of the indexes of a database that an older server made. Where no MongoDB runs
 * this is skipped: tests/support/mongo/with_mongo.mjs. */
#include "store/mongo/mongo_rows.h"

#include "store/mongo/mongo_fixture.h"

/* What MongoDB says to a command about the collection of events; 0: it is done. */
static uint32_t ask(struct store_conn *conn, bson_t *command)
{
    bson_t reply;
    bson_error_t error = {0};
    const char *database = strrchr(dir, '/') + 1;
    bool ok = mongoc_client_write_command_with_opts(conn->client, database, command, NULL, &reply,
                                                    &error);
    bson_destroy(&reply);
    bson_destroy(command);
    return ok ? 0 : error.code;
}

static uint32_t drop_index_of(struct store_conn *conn, const char *of, const char *name)
{
    return ask(conn, BCON_NEW("dropIndexes", BCON_UTF8(of), "index", BCON_UTF8(name)));
}

static uint32_t drop_index(struct store_conn *conn, const char *name)
{
    return drop_index_of(conn, "events", name);
}

static void an_index_that_another_one_replaced_is_gone_after_the_next_start(void **state)
{
    (void)state;
    enum { INDEX_NOT_FOUND = 27 };
    NEEDS_DATABASE();
    READING (conn) {
        bson_t *index = BCON_NEW("key", "{", "room", BCON_INT32(1), "seq", BCON_INT32(1), "}",
                                 "name", BCON_UTF8("room_messages"));
        assert_int_equal(ask(conn, BCON_NEW("createIndexes", BCON_UTF8("events"), "indexes", "[",
                                            BCON_DOCUMENT(index), "]")),
                         0);
        bson_destroy(index);
        assert_int_equal(drop_index(conn, "room_thread"), 0); /* as it was before there was one */
        assert_int_equal(drop_index_of(conn, "members", "staff"), 0);
    }
    reopen_store();
    READING (conn) {
        assert_int_equal(drop_index(conn, "room_messages"), INDEX_NOT_FOUND);
        assert_int_equal(drop_index(conn, "room_thread"), 0);
        assert_int_equal(drop_index_of(conn, "members", "staff"), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            an_index_that_another_one_replaced_is_gone_after_the_next_start, open_database,
            close_database),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
