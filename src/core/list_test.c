#include "core/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct item {
    int number;
    struct list link;
};

static int number_of(struct list *link)
{
    return CONTAINER_OF(link, struct item, link)->number;
}

static void assert_order(struct list *list, const int *expected, size_t count)
{
    size_t seen = 0;
    LIST_EACH (link, list) {
        assert_true(seen < count);
        assert_int_equal(number_of(link), expected[seen++]);
    }
    assert_int_equal(seen, count);
    assert_int_equal(list_empty(list), count == 0);
}

static void items_stand_as_appended_and_prepended(void **state)
{
    (void)state;
    struct list list;
    struct item a = {1, {0}}, b = {2, {0}}, c = {3, {0}};
    list_init(&list);
    assert_order(&list, NULL, 0);
    list_append(&list, &b.link);
    list_append(&list, &c.link);
    list_prepend(&list, &a.link);
    assert_order(&list, (int[]){1, 2, 3}, 3);
    list_remove(&b.link);
    list_remove(&b.link); /* harmless */
    assert_order(&list, (int[]){1, 3}, 2);
    assert_int_equal(number_of(list_pop(&list)), 1);
    assert_int_equal(number_of(list_pop(&list)), 3);
    assert_null(list_pop(&list));
}

static void the_visited_item_may_be_removed(void **state)
{
    (void)state;
    struct list list;
    struct item items[4] = {{0, {0}}, {1, {0}}, {2, {0}}, {3, {0}}};
    list_init(&list);
    for (size_t i = 0; i < 4; i++)
        list_append(&list, &items[i].link);
    LIST_EACH (link, &list)
        if (number_of(link) % 2 == 0)
            list_remove(link);
    assert_order(&list, (int[]){1, 3}, 2);
}

static void a_splice_moves_all_in_order(void **state)
{
    (void)state;
    struct list to, from;
    struct item a = {1, {0}}, b = {2, {0}}, c = {3, {0}};
    list_init(&to);
    list_init(&from);
    list_append(&to, &a.link);
    list_splice(&to, &from); /* of nothing */
    assert_order(&to, (int[]){1}, 1);
    list_append(&from, &b.link);
    list_append(&from, &c.link);
    list_splice(&to, &from);
    assert_order(&to, (int[]){1, 2, 3}, 3);
    assert_order(&from, NULL, 0);
    list_splice(&from, &to); /* into nothing */
    assert_order(&from, (int[]){1, 2, 3}, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_stand_as_appended_and_prepended),
        cmocka_unit_test(the_visited_item_may_be_removed),
        cmocka_unit_test(a_splice_moves_all_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
