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

static void set_version(const char *version)
{
    WRITING (conn)
        assert_int_equal(mongo_meta_put(conn, STR("schema"), str_from_c(version)), 0);
}

static void assert_version(const char *version)
{
    READING (conn) {
        struct str found;
        assert_int_equal(mongo_meta_get(conn, STR("schema"), &arena, &found), 0);
        assert_true(str_eq(found, str_from_c(version)));
    }
}

static void what_an_older_program_made_is_brought_up_to_date(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    assert_version("2");
    READING (conn)
        assert_int_equal(drop_index_of(conn, "rooms", "aging"), 0);
    set_version("1");
    reopen_store();
    assert_version("2");
    READING (conn)
        assert_int_equal(drop_index_of(conn, "rooms", "aging"), 0);
}

static void add_old_vote(struct store_conn *conn, uint64_t poll, int64_t options)
{
    struct key2 key = key2(7, poll), at = key2(7, poll + 1);
    assert_int_equal(
        db_insert(conn, POLLS, BCON_NEW("_id", KEY(key), "options", BCON_INT64(options))), 0);
    assert_int_equal(db_insert(conn, EVENTS,
                               BCON_NEW("_id", KEY(at), "room", BCON_INT64(7), "seq", U64(poll + 1),
                                        "target", U64(poll), "type", BCON_INT64(EVENT_POLL_VOTED),
                                        "sender", BCON_INT64(1), "nonce", U64(poll), "payload",
                                        BLOB(STR("{\"choices\":[1]}")), "choices", BCON_INT64(2))),
                     0);
}

static bool says_what_was_voted(struct store_conn *conn, uint64_t poll)
{
    OWN(bson_destroy) bson_t *doc = NULL;
    assert_int_equal(db_find_one(conn, EVENTS,
                                 BCON_NEW("room", BCON_INT64(7), "seq", U64(poll + 1)), NULL, &doc),
                     0);
    return doc_u64(doc, "choices") != 0 || doc_str(doc, "payload").len > 0;
}

static void votes_in_polls_that_an_older_program_deleted_go_out_of_the_log(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    READING (conn) {
        add_old_vote(conn, 4, 0);
        add_old_vote(conn, 8, 3);
    }
    set_version("1");
    reopen_store();
    READING (conn) {
        assert_false(says_what_was_voted(conn, 4));
        assert_true(says_what_was_voted(conn, 8)); /* of a poll that is there */
    }
}

/* What a newer one took away is not made again by a program that may not open it. */
static void what_a_newer_program_made_is_refused_and_left_as_it_is(void **state)
{
    (void)state;
    enum { INDEX_NOT_FOUND = 27 };
    struct store *other = NULL;
    NEEDS_DATABASE();
    set_version("3");
    READING (conn)
        assert_int_equal(drop_index_of(conn, "rooms", "aging"), 0);
    assert_int_equal(engine->open(&other, dir, why), -ENOTSUP);
    assert_null(other);
    assert_non_null(strstr(why, "newer NatterNet"));
    assert_version("3");
    READING (conn)
        assert_int_equal(drop_index_of(conn, "rooms", "aging"), INDEX_NOT_FOUND);
}

static void a_version_that_is_none_is_said_to_be_none(void **state)
{
    (void)state;
    struct store *other = NULL;
    NEEDS_DATABASE();
    set_version("many");
    assert_int_equal(engine->open(&other, dir, why), -EUCLEAN);
    assert_non_null(strstr(why, "no version"));
}

static void groups_that_an_older_server_made_are_found_after_the_next_start(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    READING (conn)
        for (int64_t id = 1; id <= 3; id++)
            assert_int_equal(db_insert(conn, ROOMS,
                                       BCON_NEW("_id", BCON_INT64(id), "kind",
                                                BCON_INT64(id == 3 ? ROOM_DIRECT : ROOM_GROUP),
                                                "name", BCON_UTF8("Old Hall"), "topic",
                                                BCON_UTF8(""), "applied", BCON_INT64(1))),
                             0);
    reopen_store();
    struct groups_question question = {.words = {.items = {STR_INIT("hall")}, .count = 1}};
    struct listing_place start = {.key = STR("")}, next;
    struct room_list found = {0};
    READING (conn)
        assert_int_equal(store_groups(conn, &question, &start, 9, &arena, &found, &next), 0);
    assert_int_equal(found.count, 2);
    assert_int_equal(found.items[0].id.v, 1);
    assert_int_equal(found.items[1].id.v, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_an_older_program_made_is_brought_up_to_date,
                                        open_database, close_database),
        cmocka_unit_test_setup_teardown(
            votes_in_polls_that_an_older_program_deleted_go_out_of_the_log, open_database,
            close_database),
        cmocka_unit_test_setup_teardown(what_a_newer_program_made_is_refused_and_left_as_it_is,
                                        open_database, close_database),
        cmocka_unit_test_setup_teardown(a_version_that_is_none_is_said_to_be_none, open_database,
                                        close_database),
        cmocka_unit_test_setup_teardown(
            an_index_that_another_one_replaced_is_gone_after_the_next_start, open_database,
            close_database),
        cmocka_unit_test_setup_teardown(
            groups_that_an_older_server_made_are_found_after_the_next_start, open_database,
            close_database),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
