/* What every engine promises of who may not use the server, and of who runs it. */
#include "store/store_contract.h"

static const user_id ANNA = {11}, BEN = {12}, CARL = {13};

enum { NOW = 5000 };

static void make_people(void)
{
    WRITING (conn) {
        make_user(conn, ANNA, "anna", "anna", "Anna");
        make_user(conn, BEN, "ben", "ben", "Ben");
        make_user(conn, CARL, "carl", "carl", "Carl");
    }
}

static void suspend(user_id user, int64_t until, const char *reason)
{
    struct suspension suspension = {
        .user = user, .by = ANNA, .at = NOW, .until = until, .reason = str_from_c(reason)};
    WRITING (conn)
        assert_int_equal(store_suspension_put(conn, &suspension), 0);
}

static struct suspension_list of(const user_id *ids, size_t count, int64_t now)
{
    struct suspension_list list = {0};
    READING (conn)
        assert_int_equal(store_suspensions_get(conn, ids, count, now, &arena, &list), 0);
    return list;
}

static struct suspension_list all(user_id after, int64_t now, size_t limit)
{
    struct suspension_list list = {0};
    READING (conn)
        assert_int_equal(store_suspensions(conn, after, now, limit, &arena, &list), 0);
    return list;
}

static void a_suspension_reads_as_it_was_written_and_holds_until_its_time(void **state)
{
    (void)state;
    make_people();
    suspend(BEN, NOW + 10, "shouts");
    reopen_store();
    const user_id asked[] = {ANNA, BEN};
    struct suspension_list list = of(asked, 2, NOW);
    REQUIRE(list.count == 1 && list.items);
    assert_true(user_id_eq(list.items[0].user, BEN) && user_id_eq(list.items[0].by, ANNA));
    assert_int_equal(list.items[0].at, NOW);
    assert_int_equal(list.items[0].until, NOW + 10);
    assert_str(list.items[0].reason, "shouts");
    assert_int_equal(of(asked, 2, NOW + 10).count, 0);
    assert_int_equal(of(asked, 0, NOW).count, 0);
}

static void a_second_one_takes_the_place_of_the_first(void **state)
{
    (void)state;
    make_people();
    suspend(BEN, NOW + 10, "shouts");
    suspend(BEN, SUSPENDED_FOR_GOOD, "");
    struct suspension_list list = of(&BEN, 1, NOW + 1000);
    REQUIRE(list.count == 1 && list.items);
    assert_int_equal(list.items[0].until, SUSPENDED_FOR_GOOD);
    assert_str(list.items[0].reason, "");
}

static void one_is_lifted_once_and_goes_with_its_person(void **state)
{
    (void)state;
    make_people();
    suspend(BEN, SUSPENDED_FOR_GOOD, "");
    suspend(CARL, SUSPENDED_FOR_GOOD, "");
    WRITING (conn) {
        assert_int_equal(store_suspension_lift(conn, BEN), 0);
        assert_int_equal(store_suspension_lift(conn, BEN), -ENOENT);
        assert_int_equal(store_user_delete(conn, CARL, NOW), 0);
        struct suspension gone = {.user = CARL, .by = ANNA, .at = NOW, .until = NOW + 1};
        assert_int_equal(store_suspension_put(conn, &gone), -ENOENT);
    }
    assert_int_equal(all((user_id){0}, NOW, 9).count, 0);
}

static void they_are_paged_by_person(void **state)
{
    (void)state;
    make_people();
    suspend(CARL, SUSPENDED_FOR_GOOD, "");
    suspend(ANNA, NOW, "over");
    suspend(BEN, NOW + 1, "");
    struct suspension_list first = all((user_id){0}, NOW, 1);
    REQUIRE(first.count == 1 && first.items);
    assert_true(user_id_eq(first.items[0].user, BEN));
    struct suspension_list rest = all(BEN, NOW, 9);
    REQUIRE(rest.count == 1 && rest.items);
    assert_true(user_id_eq(rest.items[0].user, CARL));
}

static void administrators_are_listed_as_long_as_they_are_some(void **state)
{
    (void)state;
    make_people();
    WRITING (conn) {
        assert_int_equal(store_user_set_admin(conn, ANNA, true), 0);
        assert_int_equal(store_user_set_admin(conn, BEN, true), 0);
        assert_int_equal(store_user_set_admin(conn, CARL, true), 0);
        assert_int_equal(store_user_set_admin(conn, BEN, false), 0);
        assert_int_equal(store_user_delete(conn, CARL, NOW), 0);
    }
    READING (conn) {
        struct user_list list = {0};
        assert_int_equal(store_admins(conn, (user_id){0}, 9, &arena, &list), 0);
        REQUIRE(list.count == 1 && list.items);
        assert_true(user_id_eq(list.items[0].id, ANNA) && list.items[0].admin);
        assert_int_equal(store_admins(conn, ANNA, 9, &arena, &list), 0);
        assert_int_equal(list.count, 0);
    }
}

static void what_is_done_to_the_server_is_in_the_audit_log_of_all(void **state)
{
    (void)state;
    make_people();
    struct audit_entry entry = {.seq = 77,
                                .at = NOW,
                                .type = AUDIT_USER_SUSPENDED,
                                .by = ANNA,
                                .user = BEN,
                                .payload = STR("{\"reason\":\"shouts\"}")};
    WRITING (conn)
        assert_int_equal(store_audit_put(conn, &entry), 0);
    READING (conn) {
        struct audit_list list = {0};
        struct audit_filter filter = {.type = AUDIT_USER_SUSPENDED};
        struct audit_place newest = {INT64_MAX, {INT64_MAX}, INT64_MAX};
        assert_int_equal(store_audits(conn, (room_id){0}, &filter, &newest, 9, &arena, &list), 0);
        REQUIRE(list.count == 1 && list.items);
        assert_int_equal(list.items[0].room.v, 0);
        assert_true(user_id_eq(list.items[0].user, BEN));
        assert_str(list.items[0].payload, "{\"reason\":\"shouts\"}");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_suspension_reads_as_it_was_written_and_holds_until_its_time),
        T(a_second_one_takes_the_place_of_the_first),
        T(one_is_lifted_once_and_goes_with_its_person),
        T(they_are_paged_by_person),
        T(administrators_are_listed_as_long_as_they_are_some),
        T(what_is_done_to_the_server_is_in_the_audit_log_of_all),
    };
    RUN_ON_ENGINES(tests);
}
