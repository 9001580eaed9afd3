/* Several servers write one log through a database that fails as databases do: commands are delayed
 * and land later, are carried out twice, in half, or are rolled back after they were seen by their
 * sender alone. Whatever comes: no gap, nothing twice, and what was acknowledged stays. */
#include "store/mongo/log_append.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <errno.h>

static const room_id ROOM = {7};

/* ---- what a driver says, and what it means -------------------------------------------------------- */

static void an_answer_is_believed_only_as_far_as_it_goes(void **state)
{
    (void)state;
    static const struct {
        struct insert_answer answer;
        struct insert_report report;
    } cases[] = {
        {{.sent = false}, {INSERT_UNSENT, 0, false}},
        {{.sent = true}, {INSERT_UNKNOWN, 0, false}},
        {{.sent = true, .answered = true}, {INSERT_DONE, 0, false}},
        {{.sent = true, .answered = true, .concern_failed = true}, {INSERT_UNKNOWN, 0, false}},
        {{true, true, false, true, 3, 11000}, {INSERT_STOPPED, 3, true}},
        {{true, true, false, true, 3, 121}, {INSERT_STOPPED, 3, false}},
        {{true, true, true, true, 3, 11000},
         {INSERT_UNKNOWN, 0, false}}, /* both: nothing is known */
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct insert_report report = insert_report_of(&cases[i].answer);
        assert_int_equal(report.end, cases[i].report.end);
        assert_int_equal(report.row, cases[i].report.row);
        assert_int_equal(report.duplicate, cases[i].report.duplicate);
    }
}

/* ---- appends by script ----------------------------------------------------------------------------- */

struct script {
    struct log_port port;
    const struct insert_report *reports;
    size_t inserts;
    struct log_look look;
    int look_rc;
    size_t asked_at, looks;
    size_t sent[4]; /* appends in each command */
};

static struct insert_report scripted_insert(struct log_port *port, struct append *const *appends,
                                            size_t count)
{
    (void)appends;
    struct script *script = CONTAINER_OF(port, struct script, port);
    assert_true(script->inserts < ARRAY_LEN(script->sent));
    script->sent[script->inserts] = count;
    return script->reports[script->inserts++];
}

static int scripted_look(struct log_port *port, const struct append *append, size_t at,
                         struct log_look *out)
{
    (void)append;
    struct script *script = CONTAINER_OF(port, struct script, port);
    script->asked_at = at;
    script->looks++;
    *out = script->look;
    return script->look_rc;
}

enum { PER_APPEND = 3, APPENDS = 3 };

static struct event *events[APPENDS][PER_APPEND];
static struct append appends[APPENDS];

static int make_appends(void **state)
{
    (void)state;
    for (size_t i = 0; i < APPENDS; i++) {
        for (size_t j = 0; j < PER_APPEND; j++)
            events[i][j] = event_new(&(struct event){.type = EVENT_MESSAGE_CREATED,
                                                     .room = {100 + i},
                                                     .seq = 10 + j,
                                                     .sender = {1},
                                                     .nonce = STR("n")});
        appends[i] = (struct append){.room = {100 + i}, .events = events[i], .count = PER_APPEND};
    }
    return 0;
}

static int free_appends(void **state)
{
    (void)state;
    for (size_t i = 0; i < APPENDS; i++)
        for (size_t j = 0; j < PER_APPEND; j++)
            event_unref(events[i][j]);
    return 0;
}

static void run(struct script *script)
{
    struct append *all[APPENDS] = {&appends[0], &appends[1], &appends[2]};
    script->port = (struct log_port){.insert = scripted_insert, .look = scripted_look};
    log_append(&script->port, all, APPENDS);
}

static void assert_append(size_t at, int rc, size_t stored)
{
    assert_int_equal(appends[at].job.rc, rc);
    assert_int_equal(appends[at].stored, stored);
}

static void rooms_behind_one_that_stopped_are_sent_again_as_they_are(void **state)
{
    (void)state;
    static const struct insert_report reports[] = {{INSERT_STOPPED, 4, true},
                                                   {INSERT_DONE, 0, false}};
    struct script script = {.reports = reports, .look = {.nonce_stands = true, .last_seq = 10}};
    run(&script);
    assert_append(0, 0, 3);
    assert_append(1, -EEXIST, 1);
    assert_append(2, 0, 3);
    assert_int_equal(script.asked_at, 1);
    assert_int_equal(script.inserts, 2);
    assert_int_equal(script.sent[1], 1);
}

static void a_place_that_is_anothers_is_told_and_nothing_of_the_append_counts(void **state)
{
    (void)state;
    static const struct insert_report reports[] = {{INSERT_STOPPED, 8, true}};
    struct script script = {.reports = reports, .look = {.last_seq = 12}};
    run(&script);
    assert_append(2, -ESTALE, 0);
}

static void a_duplicate_of_which_the_log_shows_nothing_yet_is_no_verdict(void **state)
{
    (void)state;
    static const struct insert_report reports[] = {{INSERT_STOPPED, 6, true}};
    struct script script = {.reports = reports, .look = {.last_seq = 9}};
    run(&script);
    assert_append(2, -EALREADY, 0);
    static const struct insert_report later[] = {{INSERT_STOPPED, 7, true}};
    script = (struct script){.reports = later, .look = {.last_seq = 9}};
    run(&script);
    assert_append(2, -EAGAIN, 0); /* one of it may stand */
}

static void without_an_answer_every_append_is_looked_for(void **state)
{
    (void)state;
    static const struct insert_report reports[] = {{INSERT_UNKNOWN, 0, false}};
    struct script script = {.reports = reports, .look = {.standing = PER_APPEND}};
    run(&script);
    for (size_t i = 0; i < APPENDS; i++)
        assert_append(i, 0, PER_APPEND);
    script = (struct script){.reports = reports, .look = {.standing = PER_APPEND - 1}};
    run(&script);
    for (size_t i = 0; i < APPENDS; i++)
        assert_append(i, -EAGAIN, 0);
    script = (struct script){.reports = reports, .look_rc = -EIO, .look = {.silent = true}};
    run(&script);
    for (size_t i = 0; i < APPENDS; i++)
        assert_append(i, -EAGAIN, 0);
}

static void a_log_that_does_not_answer_is_asked_once(void **state)
{
    (void)state;
    static const struct insert_report reports[] = {{INSERT_UNKNOWN, 0, false}};
    struct script script = {.reports = reports, .look_rc = -EIO, .look = {.silent = true}};
    run(&script);
    for (size_t i = 0; i < APPENDS; i++)
        assert_append(i, -EAGAIN, 0);
    assert_int_equal(script.looks, 1);
}

static void a_look_that_fails_at_one_room_is_no_answer_about_others(void **state)
{
    (void)state;
    static const struct insert_report reports[] = {{INSERT_UNKNOWN, 0, false}};
    struct script script = {.reports = reports, .look_rc = -EIO};
    run(&script);
    for (size_t i = 0; i < APPENDS; i++)
        assert_append(i, -EAGAIN, 0);
    assert_int_equal(script.looks, APPENDS);
}

static void what_was_never_sent_does_not_stand(void **state)
{
    (void)state;
    static const struct insert_report reports[] = {{INSERT_UNSENT, 0, false}};
    struct script script = {.reports = reports};
    run(&script);
    for (size_t i = 0; i < APPENDS; i++)
        assert_append(i, -EBUSY, 0);
}

static void a_row_that_is_refused_is_no_duplicate(void **state)
{
    (void)state;
    static const struct insert_report reports[] = {{INSERT_STOPPED, 3, false},
                                                   {INSERT_STOPPED, 1, false}};
    struct script script = {.reports = reports};
    run(&script);
    assert_append(0, 0, 3);
    assert_append(1, -EBUSY, 0);
    assert_append(2, -EAGAIN, 0); /* one of it stands */
}

/* ---- a database that fails ------------------------------------------------------------------------ */

enum {
    LOG_MOST = 4096,
    SERVERS = 2,
    WISHES = 40, /* nonces that each server is asked for */
    BATCH = 4,
    LATE_MOST = 8,
};

struct row {
    uint64_t seq, sender, nonce;
};

/* An ordered insert on its way. */
struct late {
    struct row rows[BATCH];
    size_t count;
};

/* rows[0 .. majority) are a majority's; those behind it may be rolled back. */
static struct {
    struct row rows[LOG_MOST];
    size_t count, majority;
    struct late late[LATE_MOST];
    size_t late_count;
} primary;

static unsigned long dice;

static unsigned roll(unsigned sides)
{
    dice = dice * 6364136223846793005ul + 1442695040888963407ul;
    return (unsigned)(dice >> 33) % sides;
}

static bool is_taken(const struct row *row)
{
    for (size_t i = 0; i < primary.count; i++)
        if (primary.rows[i].seq == row->seq ||
            (primary.rows[i].sender == row->sender && primary.rows[i].nonce == row->nonce))
            return true;
    return false;
}

/* In order, up to the first that is taken: how many. */
static size_t carry_out(const struct late *insert, size_t most)
{
    for (size_t i = 0; i < insert->count && i < most; i++) {
        if (is_taken(&insert->rows[i]))
            return i;
        assert_true(primary.count < LOG_MOST);
        primary.rows[primary.count++] = insert->rows[i];
    }
    return insert->count < most ? insert->count : most;
}

/* What may happen at any time. */
static void let_time_pass(void)
{
    if (primary.late_count && roll(3) == 0)
        (void)carry_out(&primary.late[--primary.late_count], BATCH);
    if (roll(4) == 0)
        primary.majority = primary.count;
    if (roll(8) == 0)
        primary.count = primary.majority; /* a failover: the new primary never had them */
}

struct fake_server {
    struct log_port port;
    uint64_t id;               /* the sender of all its rows */
    uint64_t last;             /* of the log, as it knows it: moved only by reading */
    uint64_t acknowledged[64]; /* by nonce: the seq that its client was told */
};

static struct insert_report fake_insert(struct log_port *port, struct append *const *all,
                                        size_t count)
{
    (void)port;
    assert_int_equal(count, 1);
    struct late insert = {.count = all[0]->count};
    for (size_t i = 0; i < insert.count; i++) {
        const struct event *event = all[0]->events[i];
        insert.rows[i] = (struct row){event->seq, event->sender.v, event->target};
    }
    switch (roll(8)) {
    case 0: /* delayed: lands when nobody waits for it any more */
        if (primary.late_count < LATE_MOST)
            primary.late[primary.late_count++] = insert;
        return (struct insert_report){.end = INSERT_UNKNOWN};
    case 1: /* carried out, its answer lost, and a copy of it under way */
        (void)carry_out(&insert, BATCH);
        if (primary.late_count < LATE_MOST)
            primary.late[primary.late_count++] = insert;
        return (struct insert_report){.end = INSERT_UNKNOWN};
    case 2: /* in half */
        (void)carry_out(&insert, 1 + roll(BATCH));
        return (struct insert_report){.end = INSERT_UNKNOWN};
    case 3: /* repeated by somebody on the way: the answer is that of the second time */
        (void)carry_out(&insert, BATCH);
        break;
    case 4:
        return (struct insert_report){.end = INSERT_UNSENT};
    default:
        break;
    }
    size_t stood = carry_out(&insert, BATCH);
    if (roll(4) == 0)
        return (struct insert_report){.end = INSERT_UNKNOWN}; /* no majority in time */
    primary.majority = primary.count;
    if (stood < insert.count)
        return (struct insert_report){INSERT_STOPPED, stood, true};
    return (struct insert_report){.end = INSERT_DONE};
}

static uint64_t seq_of(uint64_t sender, uint64_t nonce)
{
    for (size_t i = 0; i < primary.majority; i++)
        if (primary.rows[i].sender == sender && primary.rows[i].nonce == nonce)
            return primary.rows[i].seq;
    return 0;
}

static int fake_look(struct log_port *port, const struct append *append, size_t at,
                     struct log_look *out)
{
    (void)port;
    *out = (struct log_look){.silent = roll(6) == 0};
    if (out->silent)
        return -EIO;
    for (size_t i = 0; i < primary.majority; i++)
        if (primary.rows[i].seq > out->last_seq)
            out->last_seq = primary.rows[i].seq;
    const struct event *asked = append->events[at];
    out->nonce_stands = seq_of(asked->sender.v, asked->target) != 0;
    while (out->standing < append->count) {
        const struct event *event = append->events[out->standing];
        if (seq_of(event->sender.v, event->target) != event->seq)
            break;
        out->standing++;
    }
    return 0;
}

/* What the client of a server is told stays so. */
static void acknowledge(struct fake_server *server, uint64_t nonce, uint64_t seq)
{
    assert_true(seq > 0);
    if (server->acknowledged[nonce])
        assert_int_equal(server->acknowledged[nonce], seq);
    server->acknowledged[nonce] = seq;
}

static void read_the_log(struct fake_server *server)
{
    for (size_t i = 0; i < primary.majority; i++)
        if (primary.rows[i].seq > server->last)
            server->last = primary.rows[i].seq;
}

/* A home's turn: what is not acknowledged is numbered behind the last known event and appended. */
static void take_a_turn(struct fake_server *server)
{
    struct event *batch[BATCH];
    size_t count = 0;
    for (uint64_t nonce = 1; nonce <= WISHES && count < 1 + roll(BATCH) && count < BATCH; nonce++)
        if (!server->acknowledged[nonce]) {
            batch[count] = event_new(&(struct event){.room = ROOM,
                                                     .seq = server->last + count + 1,
                                                     .sender = {server->id},
                                                     .target = nonce,
                                                     .nonce = STR("n")});
            count++;
        }
    if (count == 0)
        return;
    struct append append = {.room = ROOM, .events = batch, .count = count};
    struct append *one[] = {&append};
    log_append(&server->port, one, 1);
    for (size_t i = 0; i < append.stored; i++)
        acknowledge(server, batch[i]->target, batch[i]->seq);
    server->last += append.stored;
    if (append.job.rc == -EEXIST) {
        uint64_t seq = seq_of(server->id, batch[append.stored]->target);
        acknowledge(server, batch[append.stored]->target, seq);
    }
    if (append.job.rc != 0 && append.job.rc != -EEXIST)
        read_the_log(server);
    for (size_t i = 0; i < count; i++)
        event_unref(batch[i]);
}

static bool is_served(const struct fake_server *server)
{
    for (uint64_t nonce = 1; nonce <= WISHES; nonce++)
        if (!server->acknowledged[nonce])
            return false;
    return true;
}

static void assert_log_is_sound(const struct fake_server *servers)
{
    static bool seen[LOG_MOST];
    memset(seen, 0, sizeof(seen));
    for (size_t i = 0; i < primary.majority; i++) {
        uint64_t seq = primary.rows[i].seq;
        assert_in_range(seq, 1, primary.majority); /* as many numbers as rows: no gap */
        assert_false(seen[seq]);
        seen[seq] = true;
    }
    for (size_t s = 0; s < SERVERS; s++)
        for (uint64_t nonce = 1; nonce <= WISHES; nonce++)
            if (servers[s].acknowledged[nonce])
                assert_int_equal(seq_of(servers[s].id, nonce), servers[s].acknowledged[nonce]);
}

static void no_failure_loses_doubles_or_leaves_out_anything(void **state)
{
    (void)state;
    enum { RUNS = 3000, TURNS_MOST = 20000 };
    for (unsigned long seed = 1; seed <= RUNS; seed++) {
        struct fake_server servers[SERVERS] = {0};
        memset(&primary, 0, sizeof(primary));
        dice = seed;
        for (size_t s = 0; s < SERVERS; s++) {
            servers[s].port = (struct log_port){.insert = fake_insert, .look = fake_look};
            servers[s].id = s + 1;
        }
        unsigned turns = 0;
        while (!is_served(&servers[0]) || !is_served(&servers[1])) {
            take_a_turn(&servers[roll(SERVERS)]);
            let_time_pass();
            assert_log_is_sound(servers);
            assert_true(++turns < TURNS_MOST);
        }
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, make_appends, free_appends)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_believed_only_as_far_as_it_goes),
        T(rooms_behind_one_that_stopped_are_sent_again_as_they_are),
        T(a_place_that_is_anothers_is_told_and_nothing_of_the_append_counts),
        T(a_duplicate_of_which_the_log_shows_nothing_yet_is_no_verdict),
        T(without_an_answer_every_append_is_looked_for),
        T(a_log_that_does_not_answer_is_asked_once),
        T(a_look_that_fails_at_one_room_is_no_answer_about_others),
        T(what_was_never_sent_does_not_stand),
        T(a_row_that_is_refused_is_no_duplicate),
        cmocka_unit_test(no_failure_loses_doubles_or_leaves_out_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
