#include "model/event.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void an_event_keeps_its_own_copy_of_its_texts(void **state)
{
    (void)state;
    char nonce[] = "n-1", payload[] = "{\"type\":\"text\",\"text\":\"hi\"}";
    const struct event columns = {
        .type = EVENT_MESSAGE_CREATED,
        .room = {5},
        .seq = 3,
        .count = 2,
        .sender = {7},
        .created_at = 1,
        .nonce = str_from_c(nonce),
        .payload = str_from_c(payload),
    };
    OWN(event_unref) struct event *event = event_new(&columns);
    memset(nonce, 'x', 3);
    memset(payload, 'x', 5);
    assert_true(str_eq(event->nonce, STR("n-1")));
    assert_true(str_eq(event->payload, STR("{\"type\":\"text\",\"text\":\"hi\"}")));
    assert_int_equal(event->room.v, 5);
    assert_int_equal(event->seq, 3);
    assert_int_equal(event->count, 2);
    assert_true(event_is_message(event));
}

static void texts_may_be_empty(void **state)
{
    (void)state;
    OWN(event_unref) struct event *event = event_new(&(struct event){.type = EVENT_USER_LEFT});
    assert_int_equal(event->nonce.len, 0);
    assert_int_equal(event->payload.len, 0);
    assert_false(event_is_message(event));
}

static void an_event_lives_until_its_last_reference(void **state)
{
    (void)state;
    struct event *event = event_new(&(struct event){.seq = 1});
    assert_ptr_equal(event_ref(event), event);
    event_unref(event);
    assert_int_equal(event->seq, 1);
    event_unref(event);
    event_unref(NULL);
}

static void a_list_lets_go_of_all_it_holds(void **state)
{
    (void)state;
    struct event_list list = {xcalloc(2, sizeof(struct event *)), 2};
    OWN(event_unref) struct event *kept = event_new(&(struct event){.seq = 2});
    list.items[0] = event_new(&(struct event){.seq = 1});
    list.items[1] = event_ref(kept);
    event_list_deinit(&list);
    assert_null(list.items);
    assert_int_equal(list.count, 0);
    assert_int_equal(kept->seq, 2);
}

static void nonces_are_1_to_64_of_their_characters(void **state)
{
    (void)state;
    char longest[NONCE_MAX + 1];
    memset(longest, 'a', sizeof(longest));
    assert_true(nonce_is_valid(STR("a")));
    assert_true(nonce_is_valid(STR("AZaz09_.:-")));
    assert_true(nonce_is_valid(STR("0190a5c4-7b3e-7c7a-9d5e-3f1b2c4d5e6f")));
    assert_true(nonce_is_valid(str_of(longest, NONCE_MAX)));
    assert_false(nonce_is_valid(str_of(longest, NONCE_MAX + 1)));
    const struct str bad[] = {STR_NONE,   STR(""),    STR("a b"),      STR("a/b"), STR("a\n"),
                              STR("\0"),  STR("a;b"), STR("\xc3\xa4"), STR("a@b"), STR("a[b"),
                              STR("a`b"), STR("a{b"), STR("a^b"),      STR("+")};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(nonce_is_valid(bad[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_keeps_its_own_copy_of_its_texts),
        cmocka_unit_test(texts_may_be_empty),
        cmocka_unit_test(an_event_lives_until_its_last_reference),
        cmocka_unit_test(a_list_lets_go_of_all_it_holds),
        cmocka_unit_test(nonces_are_1_to_64_of_their_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
