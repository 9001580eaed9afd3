/* judge_trial.h - a group of an owner (1), two members (2, 3) and strangers, and a batch that the judge builds.
 * For tests of the judge only. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "chat/judge/judge.h"

#define USER(n) ((user_id){(n)})
enum { OWNER = 1, MEMBER = 2, ELDER = 3, STRANGER = 9 };

struct trial {
    struct limits limits;
    struct live_room *live;
    struct batch *batch;
};

static inline void load(struct trial *trial, enum room_kind kind)
{
    struct member members[] = {
        {.user = USER(OWNER), .role = ROLE_OWNER, .joined_seq = 2, .read_seq = 2},
        {.user = USER(MEMBER), .role = ROLE_MEMBER, .joined_seq = 9, .read_seq = 9},
        {.user = USER(ELDER), .role = ROLE_MEMBER, .joined_seq = 3, .read_seq = 3},
    };
    if (kind == ROOM_DIRECT)
        members[0].role = ROLE_MEMBER;
    live_room_load(trial->live,
                   &(struct room){.id = {7}, .kind = kind, .last_seq = 12, .last_count = 6},
                   &(struct member_list){members, kind == ROOM_DIRECT ? 2 : 3});
    batch_free(trial->batch);
    trial->batch = batch_new(trial->live, 1000);
}

static inline int start(void **state)
{
    struct trial *trial = NEW(struct trial);
    limits_init(&trial->limits);
    trial->live = live_room_new(NULL, (room_id){7});
    load(trial, ROOM_GROUP);
    *state = trial;
    return 0;
}

static inline int finish(void **state)
{
    struct trial *trial = *state;
    batch_free(trial->batch);
    live_room_free(trial->live);
    xfree(trial);
    return 0;
}

static inline struct act an_act(enum act_kind kind, uint64_t self)
{
    return (struct act){
        .kind = kind, .room = {7}, .self = USER(self), .nonce = STR("n"), .payload = STR("{}")};
}

static inline enum verdict try(struct trial *trial, struct act *act)
{
    return judge(trial->live, act, trial->batch, &trial->limits);
}

static inline void assert_refused(struct trial *trial, struct act act, enum err err)
{
    assert_int_equal(try(trial, &act), VERDICT_REFUSE);
    assert_int_equal(act.problem.err, err);
    assert_int_equal(trial->batch->append.count, 0);
    assert_int_equal(trial->batch->entry_count, 0);
}

static inline struct event *nth(const struct trial *trial, size_t n)
{
    assert_true(n < trial->batch->append.count);
    return trial->batch->append.events[n];
}

static inline const struct projection *nth_projection(const struct trial *trial, size_t n)
{
    assert_true(n < trial->batch->append.projection_count);
    return &trial->batch->append.projections[n];
}

#define IN_A_ROOM(test) cmocka_unit_test_setup_teardown(test, start, finish)
