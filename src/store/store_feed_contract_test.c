/* What every engine promises of the entries of a person's own feed. */
#include "store/store_contract.h"

/* ---- entries of a person's own --------------------------------------------------------------- */

static int put_with(user_id user, const char *key, const char *value, uint64_t only_at, size_t most,
                    int64_t due, uint64_t *rev)
{
    int rc = 0;
    char family[32];
    snprintf(family, sizeof(family), "%.*s:", (int)strcspn(key, ":"), key);
    WRITING (conn)
        rc = store_feed_put(conn, user, str_from_c(key), str_from_c(value), only_at,
                            str_from_c(family), most, due, rev);
    return rc;
}

static int put_entry(user_id user, const char *key, const char *value, size_t most, uint64_t *rev)
{
    return put_with(user, key, value, FEED_ANY_REV, most, 0, rev);
}

static int put_entry_at(user_id user, const char *key, const char *value, uint64_t only_at,
                        size_t most, uint64_t *rev)
{
    return put_with(user, key, value, only_at, most, 0, rev);
}

static int put_due(user_id user, const char *key, const char *value, size_t most, int64_t due,
                   uint64_t *rev)
{
    return put_with(user, key, value, FEED_ANY_REV, most, due, rev);
}

static void an_entry_has_its_newest_value_and_a_growing_rev(void **state)
{
    (void)state;
    uint64_t rev = 0;
    assert_int_equal(put_entry(USER(1), "settings:a", "{\"x\":1}", 0, &rev), 0);
    assert_int_equal(rev, 1);
    assert_int_equal(put_entry(USER(1), "settings:b", "{}", 0, &rev), 0);
    assert_int_equal(rev, 2);
    assert_int_equal(put_entry(USER(1), "settings:a", "{\"x\":1}", 0, &rev), 0);
    assert_int_equal(rev, 1); /* as it was */
    assert_int_equal(put_entry(USER(1), "settings:a", "{\"x\":2}", 0, &rev), 0);
    assert_int_equal(rev, 3);
    reopen_store();
    struct feed_entry entry;
    READING (conn) {
        assert_int_equal(store_feed_get(conn, USER(1), STR("settings:a"), &arena, &entry), 0);
        assert_str(entry.value, "{\"x\":2}");
        assert_int_equal(entry.rev, 3);
        assert_int_equal(store_feed_get(conn, USER(2), STR("settings:a"), &arena, &entry), -ENOENT);
    }
}

static void an_entry_is_put_only_where_it_has_the_rev_that_is_named(void **state)
{
    (void)state;
    uint64_t rev = 0;
    assert_int_equal(put_entry_at(USER(1), "room:a", "{}", 1, 0, &rev), -ESTALE);
    assert_int_equal(put_entry_at(USER(1), "room:a", "{}", 0, 0, &rev), 0);
    assert_int_equal(rev, 1);
    assert_int_equal(put_entry_at(USER(1), "room:a", "{\"x\":1}", 0, 0, &rev), -ESTALE);
    assert_int_equal(put_entry_at(USER(1), "room:a", "{}", 0, 0, &rev), 0); /* it is so already */
    assert_int_equal(rev, 1);
    assert_int_equal(put_entry_at(USER(1), "room:a", "{\"x\":1}", 1, 0, &rev), 0);
    assert_int_equal(rev, 2);
    assert_int_equal(put_entry_at(USER(1), "room:a", "null", 1, 0, &rev), -ESTALE);
    assert_int_equal(put_entry_at(USER(1), "room:a", "null", 2, 0, &rev), 0);
    assert_int_equal(rev, 3);
    assert_int_equal(put_entry_at(USER(1), "room:a", "{}", 3, 0, &rev), -ESTALE);
    assert_int_equal(put_entry_at(USER(1), "room:a", "{}", 0, 0, &rev), 0); /* gone is none */
    assert_int_equal(rev, 4);
}

static void what_is_taken_away_leaves_word_of_it(void **state)
{
    (void)state;
    uint64_t rev = 0, last = 0;
    struct feed_entry entry;
    struct feed_entry_list list = {0};
    assert_int_equal(put_entry(USER(1), "settings:a", "null", 0, &rev), -ENOENT);
    assert_int_equal(put_entry(USER(1), "settings:a", "{}", 0, &rev), 0);
    assert_int_equal(put_entry(USER(1), "settings:a", "null", 0, &rev), 0);
    assert_int_equal(rev, 2);
    assert_int_equal(put_entry(USER(1), "settings:a", "null", 0, &rev), 0);
    assert_int_equal(rev, 2);
    READING (conn) {
        assert_int_equal(store_feed_get(conn, USER(1), STR("settings:a"), &arena, &entry), -ENOENT);
        assert_int_equal(store_feed(conn, USER(1), 0, 10, &arena, &list, &last), 0);
        assert_int_equal(list.count, 1);
        assert_str(list.items[0].value, "null");
        assert_int_equal(last, 2);
        assert_int_equal(
            store_feed_list(conn, USER(1), STR("settings:"), STR_NONE, 10, &arena, &list), 0);
        assert_int_equal(list.count, 0);
    }
}

static void entries_are_found_when_their_time_has_come(void **state)
{
    (void)state;
    uint64_t rev = 0;
    struct feed_due_list due = {0};
    assert_int_equal(put_due(USER(2), "scheduled:b", "{}", 0, 200, &rev), 0);
    assert_int_equal(put_due(USER(1), "scheduled:a", "{}", 0, 100, &rev), 0);
    assert_int_equal(put_due(USER(1), "scheduled:c", "{}", 0, 300, &rev), 0);
    assert_int_equal(put_entry(USER(1), "settings:a", "{}", 0, &rev), 0);
    READING (conn) {
        assert_int_equal(store_feed_due(conn, 99, 10, &arena, &due), 0);
        assert_int_equal(due.count, 0);
        assert_int_equal(store_feed_due(conn, 200, 10, &arena, &due), 0);
        assert_int_equal(due.count, 2);
        assert_int_equal(due.items[0].user.v, 1);
        assert_str(due.items[0].entry.key, "scheduled:a");
        assert_str(due.items[0].entry.value, "{}");
        assert_int_equal(due.items[1].user.v, 2);
        assert_int_equal(store_feed_due(conn, 999, 1, &arena, &due), 0);
        assert_int_equal(due.count, 1);
    }
    uint64_t before = rev;
    assert_int_equal(put_due(USER(1), "scheduled:a", "{}", 0, 400, &rev), 0);
    assert_int_equal(rev, before + 1); /* the same to be read, at another time */
    assert_int_equal(put_entry(USER(2), "scheduled:b", "null", 0, &rev), 0);
    assert_int_equal(put_entry(USER(1), "scheduled:c", "{\"problem\":1}", 0, &rev), 0);
    READING (conn) {
        assert_int_equal(store_feed_due(conn, 399, 10, &arena, &due), 0);
        assert_int_equal(due.count, 0);
        assert_int_equal(store_feed_due(conn, 400, 10, &arena, &due), 0);
        assert_int_equal(due.count, 1);
    }
}

static struct feed_due only_due(int64_t now)
{
    struct feed_due_list due = {0};
    READING (conn)
        assert_int_equal(store_feed_due(conn, now, 10, &arena, &due), 0);
    assert_int_equal(due.count, 1);
    return due.items[0];
}

static int hold(const struct feed_due *due, int64_t again, bool held)
{
    int rc = 0;
    WRITING (conn)
        rc = store_feed_hold(conn, due, again, held);
    return rc;
}

static int forget(const struct feed_due *due)
{
    int rc = 0;
    WRITING (conn)
        rc = store_feed_forget(conn, due);
    return rc;
}

static void what_is_held_is_put_by_nobody_until_it_is_let_go(void **state)
{
    (void)state;
    uint64_t rev = 0;
    assert_int_equal(put_due(USER(1), "scheduled:a", "{}", 0, 100, &rev), 0);
    struct feed_due due = only_due(100);
    assert_int_equal(due.at, 100);
    assert_int_equal(hold(&due, 200, true), 0);
    assert_int_equal(hold(&due, 200, true), -ESTALE); /* another had it first */
    reopen_store();
    assert_int_equal(put_due(USER(1), "scheduled:a", "{\"x\":1}", 0, 300, &rev), -EBUSY);
    assert_int_equal(put_entry(USER(1), "scheduled:a", "null", 0, &rev), -EBUSY);
    due = only_due(200); /* whoever held it may be no more */
    assert_int_equal(due.entry.rev, 1);
    assert_int_equal(hold(&due, 250, false), 0);
    assert_int_equal(put_due(USER(1), "scheduled:a", "{\"x\":1}", 0, 300, &rev), 0);
    assert_int_equal(rev, 2);
    due = only_due(300);
    assert_int_equal(put_entry(USER(1), "scheduled:a", "null", 0, &rev), 0);
    assert_int_equal(hold(&due, 400, true), -ESTALE);
}

static void word_of_what_is_gone_is_forgotten_but_for_the_newest(void **state)
{
    (void)state;
    uint64_t rev = 0, last = 0;
    struct feed_entry_list list = {0};
    assert_int_equal(put_due(USER(1), "scheduled:a", "{}", 0, 100, &rev), 0);
    struct feed_due due = only_due(100);
    assert_int_equal(forget(&due), -ESTALE); /* it is there */
    assert_int_equal(put_due(USER(1), "scheduled:a", "null", 0, 100, &rev), 0);
    assert_int_equal(put_due(USER(1), "scheduled:a", "null", 0, 150, &rev), 0); /* so it is */
    assert_int_equal(rev, 2);
    due = only_due(100);
    assert_int_equal(forget(&due), -ESTALE);
    assert_int_equal(put_entry(USER(1), "settings:a", "{}", 0, &rev), 0);
    assert_int_equal(rev, 3);
    assert_int_equal(forget(&due), 0);
    assert_int_equal(forget(&due), -ESTALE);
    READING (conn) {
        assert_int_equal(store_feed(conn, USER(1), 0, 10, &arena, &list, &last), 0);
        assert_int_equal(list.count, 1);
        assert_int_equal(last, 3);
    }
}

static void families_are_listed_and_bounded_each_by_itself(void **state)
{
    (void)state;
    uint64_t rev = 0;
    struct feed_entry_list list = {0};
    assert_int_equal(put_entry(USER(1), "saved:b", "{}", 2, &rev), 0);
    assert_int_equal(put_entry(USER(1), "saved:a", "{}", 2, &rev), 0);
    assert_int_equal(put_entry(USER(1), "saved:c", "{}", 2, &rev), -EDQUOT);
    assert_int_equal(put_entry(USER(1), "saved:a", "{\"x\":1}", 2, &rev), 0); /* is no more */
    assert_int_equal(put_entry(USER(1), "save:a", "{}", 2, &rev), 0);
    assert_int_equal(put_entry(USER(2), "saved:c", "{}", 2, &rev), 0);
    READING (conn) {
        assert_int_equal(store_feed_list(conn, USER(1), STR("saved:"), STR_NONE, 1, &arena, &list),
                         0);
        assert_int_equal(list.count, 1);
        assert_str(list.items[0].key, "saved:a");
        assert_int_equal(
            store_feed_list(conn, USER(1), STR("saved:"), STR("saved:a"), 9, &arena, &list), 0);
        assert_int_equal(list.count, 1);
        assert_str(list.items[0].key, "saved:b");
    }
    assert_int_equal(put_entry(USER(1), "saved:b", "null", 2, &rev), 0);
    assert_int_equal(put_entry(USER(1), "saved:c", "{}", 2, &rev), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(an_entry_has_its_newest_value_and_a_growing_rev),
        T(an_entry_is_put_only_where_it_has_the_rev_that_is_named),
        T(what_is_taken_away_leaves_word_of_it),
        T(entries_are_found_when_their_time_has_come),
        T(what_is_held_is_put_by_nobody_until_it_is_let_go),
        T(word_of_what_is_gone_is_forgotten_but_for_the_newest),
        T(families_are_listed_and_bounded_each_by_itself),
    };
    RUN_ON_ENGINES(tests);
}
