/* Connections begin and end to watch people at random; a naive model says who watches whom. */
#include "api/watches.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "api/ws_session.h"

enum { SESSIONS = 40, PEOPLE = 12, TURNS = 20000 };

struct model {
    struct watches watches;
    struct ws_session sessions[SESSIONS];
    bool watching[SESSIONS][PEOPLE];
};

/* xorshift64: the same in each run */
static uint64_t next_random(void)
{
    static uint64_t state = 88172645463325252;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void expect_watchers(const struct model *model, unsigned person)
{
    bool found[SESSIONS] = {false};
    size_t count;
    const struct watcher *watchers = watches_of(&model->watches, (user_id){person + 1}, &count);
    for (size_t i = 0; i < count; i++) {
        size_t session = (size_t)(watchers[i].session - model->sessions);
        assert_false(found[session]);
        found[session] = true;
    }
    for (size_t i = 0; i < SESSIONS; i++)
        assert_int_equal(found[i], model->watching[i][person]);
}

/* Some twice, and nobody (0) now and then: both are passed over. */
static void watch_anew(struct model *model, unsigned session)
{
    user_id users[2 * PEOPLE];
    size_t count = next_random() % (2 * PEOPLE);
    memset(model->watching[session], 0, sizeof(model->watching[session]));
    for (size_t i = 0; i < count; i++) {
        users[i].v = next_random() % (PEOPLE + 1);
        if (users[i].v)
            model->watching[session][users[i].v - 1] = true;
    }
    watches_set(&model->watches, &model->sessions[session], users, count);
}

static void who_watches_whom_is_right_however_they_come_and_go(void **state)
{
    (void)state;
    struct model *model = NEW(struct model);
    for (size_t turn = 0; turn < TURNS; turn++) {
        watch_anew(model, (unsigned)(next_random() % SESSIONS));
        expect_watchers(model, (unsigned)(next_random() % PEOPLE));
    }
    for (size_t i = 0; i < SESSIONS; i++)
        watches_set(&model->watches, &model->sessions[i], NULL, 0);
    watches_deinit(&model->watches); /* requires that nobody is left */
    xfree(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_watches_whom_is_right_however_they_come_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
