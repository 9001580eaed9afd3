#include "chat/presences.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "chat/chat_internal.h"
#include "core/clock.h"

enum { PEOPLE = 1000, MOST = 100 };

static const struct limits at_once = {.presence_coalesce_ms = 0, .presence_leave_ms = 0};

static struct chat *chat_of(unsigned workers)
{
    struct chat *chat = NEW(struct chat);
    chat->limits = &at_once;
    chat->workers = workers;
    chat->presences = presences_new(&at_once, false);
    for (uint64_t id = 1; id <= PEOPLE; id++)
        presence_connect(chat, (user_id){id});
    return chat;
}

static void chat_end(struct chat *chat)
{
    presences_free(chat->presences);
    xfree(chat);
}

static size_t take(struct chat *chat, unsigned worker, user_id *out)
{
    return presences_take_due(chat->presences, worker, chat->workers, clock_monotonic_ms(), out,
                              MOST);
}

static void everybodys_turn_comes_though_the_first_ones_change_again_and_again(void **state)
{
    (void)state;
    struct chat *chat = chat_of(1);
    user_id taken[MOST];
    bool seen[PEOPLE + 1] = {false};
    size_t different = 0;
    for (int i = 0; i < 10 * PEOPLE / MOST; i++) {
        size_t count = take(chat, 0, taken);
        assert_int_equal(count, MOST);
        for (size_t k = 0; k < count; k++) {
            different += !seen[taken[k].v];
            seen[taken[k].v] = true;
            presence_renew(chat, taken[k]);
        }
    }
    assert_int_equal(different, PEOPLE);
    chat_end(chat);
}

static void the_workers_share_all_of_them(void **state)
{
    (void)state;
    for (unsigned workers = 1; workers <= BUS_WORKERS_MAX; workers++) {
        struct chat *chat = chat_of(workers);
        user_id taken[MOST];
        size_t count, all = 0;
        for (unsigned worker = 0; worker < workers; worker++)
            while ((count = take(chat, worker, taken)) > 0)
                all += count;
        assert_int_equal(all, PEOPLE);
        chat_end(chat);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybodys_turn_comes_though_the_first_ones_change_again_and_again),
        cmocka_unit_test(the_workers_share_all_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
