/* What every engine promises of what people report. */
#include "store/store_hall.h"

static const struct report_place NEWEST = {.at = INT64_MAX, .id = INT64_MAX};

static struct report made(uint64_t id, int64_t at, user_id user, user_id by)
{
    return (struct report){.id = id,
                           .queue = HALL,
                           .kind = REPORT_MESSAGE,
                           .room = HALL,
                           .seq = 4,
                           .user = user,
                           .by = by,
                           .category = REPORT_SPAM,
                           .text = STR("They sell pills"),
                           .created_at = at,
                           .evidence = STR("{\"messages\":[]}")};
}

static void put(struct report report)
{
    WRITING (conn)
        assert_int_equal(store_report_put(conn, &report), 0);
}

static struct report get(uint64_t id)
{
    struct report report = {0};
    READING (conn)
        assert_int_equal(store_report_get(conn, id, &arena, &report), 0);
    return report;
}

static struct report_list list(struct report_filter filter, struct report_place before,
                               size_t limit)
{
    struct report_list list = {0};
    READING (conn)
        assert_int_equal(store_reports(conn, &filter, &before, limit, &arena, &list), 0);
    return list;
}

static size_t open_of(room_id queue, user_id except, size_t most)
{
    size_t count = 99;
    READING (conn)
        assert_int_equal(store_reports_open(conn, queue, except, most, &count), 0);
    return count;
}

static void a_report_is_kept_with_all_that_was_said_of_it(void **state)
{
    (void)state;
    put(made(7, 1000, BEN, ANNA));
    reopen_store();
    struct report report = get(7);
    assert_int_equal(report.queue.v, HALL.v);
    assert_int_equal(report.kind, REPORT_MESSAGE);
    assert_int_equal(report.room.v, HALL.v);
    assert_int_equal(report.seq, 4);
    assert_true(user_id_eq(report.user, BEN) && user_id_eq(report.by, ANNA));
    assert_int_equal(report.category, REPORT_SPAM);
    assert_str(report.text, "They sell pills");
    assert_str(report.evidence, "{\"messages\":[]}");
    assert_int_equal(report.created_at, 1000);
    assert_int_equal(report.outcome, REPORT_OPEN);
    READING (conn)
        assert_int_equal(store_report_get(conn, 8, &arena, &report), -ENOENT);
}

static void who_decided_and_why_stays_and_the_evidence_goes(void **state)
{
    (void)state;
    put(made(7, 1000, BEN, ANNA));
    struct report report = get(7);
    report.queue = (room_id){0};
    report.escalated_at = 2000;
    report.escalated_by = CARL;
    report.escalation = STR("Too much for us");
    report.resolved_at = 3000;
    report.resolved_by = BEN;
    report.resolution = STR("Gone");
    report.outcome = REPORT_ACTED;
    report.evidence = STR_NONE;
    put(report);
    reopen_store();
    report = get(7);
    assert_int_equal(report.queue.v, 0);
    assert_int_equal(report.escalated_at, 2000);
    assert_true(user_id_eq(report.escalated_by, CARL));
    assert_str(report.escalation, "Too much for us");
    assert_int_equal(report.resolved_at, 3000);
    assert_true(user_id_eq(report.resolved_by, BEN));
    assert_str(report.resolution, "Gone");
    assert_int_equal(report.outcome, REPORT_ACTED);
    assert_int_equal(report.evidence.len, 0);
    assert_int_equal(list((struct report_filter){.queue = HALL}, NEWEST, 9).count, 0);
    assert_int_equal(list((struct report_filter){0}, NEWEST, 9).count, 1);
    assert_int_equal(open_of((room_id){0}, (user_id){0}, 9), 0);
}

static void a_queue_is_paged_newest_first_and_nobody_judges_in_their_own_matter(void **state)
{
    (void)state;
    put(made(7, 1000, BEN, ANNA));
    put(made(8, 1000, CARL, ANNA));
    struct report resolved = made(9, 2000, BEN, CARL);
    resolved.resolved_at = 2500;
    put(resolved);
    struct report_list all = list((struct report_filter){.queue = HALL}, NEWEST, 9);
    REQUIRE(all.count == 3 && all.items);
    assert_int_equal(all.items[0].id, 9);
    assert_int_equal(all.items[1].id, 8);
    assert_int_equal(all.items[2].id, 7);
    assert_int_equal(all.items[2].evidence.len, 0);
    assert_int_equal(list((struct report_filter){.queue = HALL, .open = true}, NEWEST, 9).count, 2);
    struct report_list one = list((struct report_filter){.queue = HALL, .except = BEN}, NEWEST, 9);
    REQUIRE(one.count == 1 && one.items);
    assert_int_equal(one.items[0].id, 8);
    assert_int_equal(list((struct report_filter){.queue = HALL, .except = CARL}, NEWEST, 9).count,
                     1);
    struct report_list rest =
        list((struct report_filter){.queue = HALL}, (struct report_place){1000, 8}, 9);
    REQUIRE(rest.count == 1 && rest.items);
    assert_int_equal(rest.items[0].id, 7);
    assert_int_equal(list((struct report_filter){.queue = HALL}, NEWEST, 2).count, 2);
}

static void what_is_open_is_counted_for_who_decides_and_listed_for_who_reported(void **state)
{
    (void)state;
    put(made(7, 1000, BEN, ANNA));
    put(made(8, 1001, CARL, ANNA));
    struct report of_room = made(9, 1002, (user_id){0}, ANNA);
    of_room.kind = REPORT_ROOM;
    put(of_room);
    assert_int_equal(open_of(HALL, (user_id){0}, 9), 3);
    assert_int_equal(open_of(HALL, BEN, 9), 2);
    assert_int_equal(open_of(HALL, ANNA, 9), 0);
    assert_int_equal(open_of(HALL, (user_id){0}, 2), 2);
    assert_int_equal(open_of((room_id){0}, (user_id){0}, 9), 0);
    struct report_list own = {0}, none = {0};
    READING (conn) {
        assert_int_equal(store_reports_by(conn, ANNA, 9, &arena, &own), 0);
        assert_int_equal(store_reports_by(conn, BEN, 9, &arena, &none), 0);
    }
    assert_int_equal(own.count, 3);
    assert_int_equal(none.count, 0);
}

static void give_role(uint64_t seq, user_id user, enum role role)
{
    char nonce[32];
    snprintf(nonce, sizeof(nonce), "role-%llu", (unsigned long long)seq);
    struct event *event = make_event(EVENT_USER_UPDATED, HALL, seq, 0, ANNA, nonce);
    event->target = user.v;
    event->role = (uint8_t)role;
    const struct projection projection = {
        .kind = PROJECT_MEMBER, .user = user, .role = role, .seq = seq};
    assert_int_equal(append_one(event, &projection, 1), 0);
}

static void those_who_are_more_than_members_are_found_and_so_are_administrators(void **state)
{
    (void)state;
    make_hall();
    struct member_list staff = {0};
    give_role(4, BEN, ROLE_MODERATOR);
    READING (conn)
        assert_int_equal(store_staff(conn, HALL, 9, &arena, &staff), 0);
    size_t moderators = 0;
    for (size_t i = 0; i < staff.count; i++)
        moderators += user_id_eq(staff.items[i].user, BEN) && staff.items[i].role == ROLE_MODERATOR;
    assert_int_equal(moderators, 1);
    give_role(5, BEN, ROLE_GUEST);
    struct member_list fewer = {0};
    READING (conn)
        assert_int_equal(store_staff(conn, HALL, 9, &arena, &fewer), 0);
    assert_int_equal(fewer.count, staff.count - 1);

    struct user_list admins = {0};
    WRITING (conn)
        make_user(conn, CARL, "carl", "carl", "Carl");
    WRITING (conn)
        assert_int_equal(store_user_set_admin(conn, CARL, true), 0);
    READING (conn)
        assert_int_equal(store_admins(conn, (user_id){0}, 9, &arena, &admins), 0);
    REQUIRE(admins.count == 1 && admins.items);
    assert_true(user_id_eq(admins.items[0].id, CARL));
}

static void an_act_that_is_no_event_is_in_the_audit_log(void **state)
{
    (void)state;
    const struct audit_entry entry = {.room = HALL,
                                      .seq = 7,
                                      .at = 1000,
                                      .type = AUDIT_REPORT_RESOLVED,
                                      .by = ANNA,
                                      .user = BEN,
                                      .about = 4,
                                      .payload = STR("{\"reason\":\"x\"}")};
    WRITING (conn)
        assert_int_equal(store_audit_put(conn, &entry), 0);
    struct audit_list audits = {0};
    const struct audit_place newest = {INT64_MAX, {INT64_MAX}, INT64_MAX};
    READING (conn)
        assert_int_equal(
            store_audits(conn, HALL, &(struct audit_filter){0}, &newest, 9, &arena, &audits), 0);
    REQUIRE(audits.count == 1 && audits.items);
    assert_int_equal(audits.items[0].type, AUDIT_REPORT_RESOLVED);
    assert_str(audits.items[0].payload, "{\"reason\":\"x\"}");
}

static size_t entries_read_by(room_id room, user_id reader)
{
    const struct audit_place newest = {INT64_MAX, {INT64_MAX}, INT64_MAX};
    const struct audit_filter filter = {.reader = reader};
    struct audit_list list = {0};
    READING (conn)
        assert_int_equal(store_audits(conn, room, &filter, &newest, 9, &arena, &list), 0);
    return list.count;
}

static void who_is_reported_reads_all_of_the_audit_log_but_that(void **state)
{
    (void)state;
    static const uint8_t types[] = {AUDIT_INVITE_CREATED, AUDIT_REPORT_CREATED,
                                    AUDIT_REPORT_ESCALATED, AUDIT_REPORT_RESOLVED};
    WRITING (conn)
        for (size_t i = 0; i < ARRAY_LEN(types); i++)
            assert_int_equal(store_audit_put(conn, &(struct audit_entry){.room = HALL,
                                                                         .seq = 7 + i,
                                                                         .at = 1000 + (int64_t)i,
                                                                         .type = types[i],
                                                                         .by = ANNA,
                                                                         .user = BEN}),
                             0);
    const room_id everywhere = {0};
    assert_int_equal(entries_read_by(HALL, BEN), 1);
    assert_int_equal(entries_read_by(everywhere, BEN), 1);
    assert_int_equal(entries_read_by(HALL, ANNA), 4);
    assert_int_equal(entries_read_by(everywhere, ANNA), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_report_is_kept_with_all_that_was_said_of_it),
        T(who_decided_and_why_stays_and_the_evidence_goes),
        T(a_queue_is_paged_newest_first_and_nobody_judges_in_their_own_matter),
        T(what_is_open_is_counted_for_who_decides_and_listed_for_who_reported),
        T(those_who_are_more_than_members_are_found_and_so_are_administrators),
        T(an_act_that_is_no_event_is_in_the_audit_log),
        T(who_is_reported_reads_all_of_the_audit_log_but_that),
    };
    RUN_ON_ENGINES(tests);
}
