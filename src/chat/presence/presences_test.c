#include "chat/presence/presences.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bus/bus.h"
#include "chat/chat_internal.h"
#include "core/clock.h"

enum { PEOPLE = 1000, MOST = 100 };

static const struct limits at_once = {.presence_coalesce_ms = 0, .presence_leave_ms = 0};

static struct chat *chat_of(unsigned workers, bool has_peers)
{
    struct chat *chat = NEW(struct chat);
    chat->limits = &at_once;
    chat->workers = workers;
    chat->presences = presences_new(&at_once, has_peers);
    for (uint64_t id = 1; id <= PEOPLE; id++)
        presence_connect(chat, (user_id){id});
    return chat;
}

static void chat_end(struct chat *chat)
{
    presences_free(chat->presences);
    xfree(chat);
}

static size_t take(struct chat *chat, unsigned worker, struct due *out)
{
    return presences_take_due(chat->presences, worker, chat->workers, clock_monotonic_ms(), out,
                              MOST);
}

static void everybodys_turn_comes_though_the_first_ones_change_again_and_again(void **state)
{
    (void)state;
    struct chat *chat = chat_of(1, false);
    struct due taken[MOST];
    bool seen[PEOPLE + 1] = {false};
    size_t different = 0;
    for (int i = 0; i < 10 * PEOPLE / MOST; i++) {
        size_t count = take(chat, 0, taken);
        assert_int_equal(count, MOST);
        for (size_t k = 0; k < count; k++) {
            different += !seen[taken[k].user.v];
            seen[taken[k].user.v] = true;
            presence_renew(chat, taken[k].user);
        }
    }
    assert_int_equal(different, PEOPLE);
    chat_end(chat);
}

static void the_workers_share_all_of_them(void **state)
{
    (void)state;
    for (unsigned workers = 1; workers <= BUS_WORKERS_MAX; workers++) {
        struct chat *chat = chat_of(workers, false);
        struct due taken[MOST];
        size_t count, all = 0;
        for (unsigned worker = 0; worker < workers; worker++)
            while ((count = take(chat, worker, taken)) > 0)
                all += count;
        assert_int_equal(all, PEOPLE);
        chat_end(chat);
    }
}

/* They say something while a round that was read before is still on its way: to it nothing is news, and what they
 * said is told by the next one. */
static void what_somebody_says_meanwhile_is_not_lost_to_a_round_that_was_read_before(void **state)
{
    (void)state;
    struct chat *chat = chat_of(1, false);
    const user_id ann = {PEOPLE + 1};
    struct due before[MOST], after[MOST];
    while (take(chat, 0, before) > 0)
        ;
    presence_connect(chat, ann);
    assert_int_equal(take(chat, 0, before), 1);
    presence_renew(chat, ann);
    assert_false(presences_tell(chat->presences, before[0], PRESENCE_AUTO, 0).is_news);
    assert_int_equal(take(chat, 0, after), 1);
    assert_true(presences_tell(chat->presences, after[0], PRESENCE_AUTO, 0).is_news);
    assert_false(presences_tell(chat->presences, before[0], PRESENCE_AUTO, 0).is_news);
    chat_end(chat);
}

/* Other servers hear of somebody who is not there while it is on its way that they said something. */
static void of_whom_something_is_to_be_told_something_is_remembered(void **state)
{
    (void)state;
    struct chat *chat = chat_of(1, true);
    const user_id ann = {PEOPLE + 1};
    struct due taken[MOST];
    struct bus_present heard[MOST];
    while (take(chat, 0, taken) > 0)
        ;
    presence_connect(chat, ann);
    presence_disconnect(chat, ann, true);
    presence_renew(chat, ann);
    assert_int_equal(take(chat, 0, taken), 1);
    while (presences_take_noted(chat->presences, 0, 1, heard, MOST) > 0)
        ;
    assert_true(presences_tell(chat->presences, taken[0], PRESENCE_AUTO, 0).is_news);
    assert_int_equal(presences_remembered(chat->presences), PEOPLE);
    chat_end(chat);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybodys_turn_comes_though_the_first_ones_change_again_and_again),
        cmocka_unit_test(the_workers_share_all_of_them),
        cmocka_unit_test(what_somebody_says_meanwhile_is_not_lost_to_a_round_that_was_read_before),
        cmocka_unit_test(of_whom_something_is_to_be_told_something_is_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
