#include "model/permission.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const enum role descending[] = {ROLE_OWNER, ROLE_ADMIN, ROLE_MODERATOR, ROLE_MEMBER,
                                       ROLE_GUEST};

static void roles_have_names_and_an_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(descending); i++) {
        assert_int_equal(role_of(role_name(descending[i])), descending[i]);
        for (size_t j = 0; j < ARRAY_LEN(descending); j++)
            assert_int_equal(role_is_above(descending[i], descending[j]), i < j);
        assert_true(role_is_above(descending[i], ROLE_NONE));
    }
    assert_int_equal(role_of(STR("king")), ROLE_NONE);
    assert_int_equal(role_of(STR("")), ROLE_NONE);
}

static void a_default_is_one_that_can_be_set(void **state)
{
    (void)state;
    for (int i = 0; i < PERMISSION_COUNT; i++) {
        enum permission permission = (enum permission)i;
        assert_int_equal(permission_set(0, permission), ROLE_NONE);
        assert_true(permission_can_be(permission, permission_role(0, permission)));
        assert_true(permission_can_be(permission, ROLE_OWNER));
        assert_false(permission_can_be(permission, ROLE_NONE));
    }
    assert_false(permission_can_be(PERMISSION_PERMISSIONS, ROLE_MODERATOR));
    assert_true(permission_can_be(PERMISSION_PERMISSIONS, ROLE_ADMIN));
}

static void each_is_set_without_touching_another(void **state)
{
    (void)state;
    for (int i = 0; i < PERMISSION_COUNT; i++)
        for (size_t r = 0; r < ARRAY_LEN(descending); r++) {
            uint64_t set = permission_put(0, (enum permission)i, ROLE_ADMIN);
            set = permission_put(set, (enum permission)i, descending[r]);
            for (int j = 0; j < PERMISSION_COUNT; j++)
                assert_int_equal(permission_set(set, (enum permission)j),
                                 i == j ? descending[r] : ROLE_NONE);
            assert_true(set < (uint64_t)1 << 63);
        }
}

static void a_change_leaves_what_it_does_not_name(void **state)
{
    (void)state;
    uint64_t set = permission_put(0, PERMISSION_WRITE, ROLE_MODERATOR);
    set = permission_put(set, PERMISSION_PIN, ROLE_OWNER);
    uint64_t change = permission_put(0, PERMISSION_PIN, ROLE_MEMBER);
    set = permission_merge(set, change);
    assert_int_equal(permission_set(set, PERMISSION_WRITE), ROLE_MODERATOR);
    assert_int_equal(permission_set(set, PERMISSION_PIN), ROLE_MEMBER);
    assert_int_equal(permission_merge(set, 0), set);
}

static void a_room_permits_from_the_role_on_that_it_says(void **state)
{
    (void)state;
    struct room room = {.kind = ROOM_GROUP};
    for (size_t least = 0; least < ARRAY_LEN(descending); least++) {
        room.permissions = permission_put(0, PERMISSION_WRITE, descending[least]);
        for (size_t i = 0; i < ARRAY_LEN(descending); i++)
            assert_int_equal(room_permits(&room, descending[i], PERMISSION_WRITE), i <= least);
        assert_false(room_permits(&room, ROLE_NONE, PERMISSION_WRITE));
    }
}

static void in_a_direct_room_both_may_do_what_the_table_says(void **state)
{
    (void)state;
    struct room room = {.kind = ROOM_DIRECT};
    assert_true(room_permits(&room, ROLE_MEMBER, PERMISSION_WRITE));
    assert_true(room_permits(&room, ROLE_MEMBER, PERMISSION_PIN));
    assert_false(room_permits(&room, ROLE_MEMBER, PERMISSION_DELETE));
    assert_false(room_permits(&room, ROLE_MEMBER, PERMISSION_INVITE));
    assert_false(room_permits(&room, ROLE_NONE, PERMISSION_WRITE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roles_have_names_and_an_order),
        cmocka_unit_test(a_default_is_one_that_can_be_set),
        cmocka_unit_test(each_is_set_without_touching_another),
        cmocka_unit_test(a_change_leaves_what_it_does_not_name),
        cmocka_unit_test(a_room_permits_from_the_role_on_that_it_says),
        cmocka_unit_test(in_a_direct_room_both_may_do_what_the_table_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
