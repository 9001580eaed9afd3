/* What every engine promises of people, their sessions and invitations. */
#include "store/store_contract.h"

static const user_id ANNA = {11}, BEN = {12};

static void a_person_reads_as_they_were_written(void **state)
{
    (void)state;
    struct user user = {.id = ANNA,
                        .username = STR("Änna"),
                        .display_name = STR("Anna Ö."),
                        .email = STR("Anna@Example.org"),
                        .email_verified = true,
                        .locale = STR("de-AT"),
                        .created_at = 1700000000123,
                        .admin = true};
    WRITING (conn)
        assert_int_equal(store_user_create(conn, &user, STR("änna"), STR("the hash")), 0);
    reopen_store();
    READING (conn) {
        struct user got;
        assert_int_equal(store_user_get(conn, ANNA, &arena, &got), 0);
        assert_str(got.username, "Änna");
        assert_str(got.display_name, "Anna Ö.");
        assert_str(got.email, "Anna@Example.org");
        assert_str(got.locale, "de-AT");
        assert_int_equal(got.created_at, 1700000000123);
        assert_true(got.email_verified && got.admin && !got.deleted);
        assert_int_equal(store_user_get(conn, BEN, &arena, &got), -ENOENT);
    }
}

static void a_username_is_given_once(void **state)
{
    (void)state;
    WRITING (conn) {
        make_user(conn, ANNA, "anna", "anna", "Anna");
        struct user user = {.id = BEN, .username = STR("ANNA"), .created_at = 6};
        assert_int_equal(store_user_create(conn, &user, STR("anna"), STR("")), -EEXIST);
        struct user same_id = {.id = ANNA, .username = STR("else"), .created_at = 6};
        assert_int_equal(store_user_create(conn, &same_id, STR("else"), STR("")), -EEXIST);
    }
}

static void a_username_that_looks_like_another_is_taken(void **state)
{
    (void)state;
    WRITING (conn) {
        make_user(conn, ANNA, "Paul", "paul", "Paul");
        struct user user = {.id = BEN, .username = STR("P\u0430ul"), .created_at = 6};
        assert_int_equal(store_user_create(conn, &user, STR("p\u0430ul"), STR("")), -EEXIST);
        assert_int_equal(store_user_delete(conn, ANNA, 7), 0);
        assert_int_equal(store_user_create(conn, &user, STR("p\u0430ul"), STR("")), 0);
    }
}

static void people_sign_in_by_name_or_verified_address(void **state)
{
    (void)state;
    struct user anna = {.id = ANNA,
                        .username = STR("anna"),
                        .email = STR("A@X.org"),
                        .email_verified = true,
                        .created_at = 1};
    struct user ben = {.id = BEN, .username = STR("ben"), .email = STR("b@x.org"), .created_at = 1};
    WRITING (conn) {
        assert_int_equal(store_user_create(conn, &anna, STR("anna"), STR("hash a")), 0);
        assert_int_equal(store_user_create(conn, &ben, STR("ben"), STR("hash b")), 0);
    }
    READING (conn) {
        struct credentials got;
        assert_int_equal(store_credentials_by_login(conn, STR("anna"), &arena, &got), 0);
        assert_str(got.password_hash, "hash a");
        assert_int_equal(store_credentials_by_login(conn, STR("a@x.org"), &arena, &got), 0);
        assert_int_equal(got.user.id.v, ANNA.v);
        assert_int_equal(store_credentials_by_login(conn, STR("b@x.org"), &arena, &got), -ENOENT);
        assert_int_equal(store_credentials_by_login(conn, STR(""), &arena, &got), -ENOENT);
        assert_int_equal(store_credentials_get(conn, BEN, &arena, &got), 0);
        assert_str(got.password_hash, "hash b");
    }
    WRITING (conn) {
        assert_int_equal(store_user_set_password(conn, BEN, STR("new")), 0);
        assert_int_equal(store_user_set_admin(conn, BEN, true), 0);
        assert_int_equal(store_user_set_admin(conn, USER(5), true), -ENOENT);
    }
    READING (conn) {
        struct credentials got;
        assert_int_equal(store_credentials_get(conn, BEN, &arena, &got), 0);
        assert_str(got.password_hash, "new");
        assert_true(got.user.admin);
    }
}

static void several_people_come_in_the_order_asked_for(void **state)
{
    (void)state;
    WRITING (conn) {
        make_user(conn, ANNA, "anna", "anna", "Anna");
        make_user(conn, BEN, "ben", "ben", "Ben");
    }
    READING (conn) {
        struct user_list list;
        user_id ids[] = {BEN, USER(404), ANNA};
        assert_int_equal(store_users_get(conn, ids, 3, &arena, &list), 0);
        assert_int_equal(list.count, 2);
        assert_str(list.items[0].username, "ben");
        assert_str(list.items[1].username, "anna");
    }
}

/* Usernames found for `key`, all pages of `limit` joined. */
static void assert_found(const char *key, size_t limit, const char *want)
{
    OWN(buf_deinit) struct buf got = BUF_INIT;
    READING (conn) {
        struct str after = STR("");
        do {
            struct user_list list;
            struct str next;
            assert_int_equal(
                store_users_search(conn, str_from_c(key), after, limit, &arena, &list, &next), 0);
            assert_true(list.count <= limit);
            for (size_t i = 0; i < list.count; i++)
                buf_printf(&got, "%.*s ", STR_ARG(list.items[i].username));
            after = next;
        } while (after.len);
    }
    assert_str(buf_str(&got), want);
}

static void people_are_found_by_the_beginning_of_their_words(void **state)
{
    (void)state;
    WRITING (conn) {
        make_user(conn, USER(1), "zoe", "zoe", "Anna Maria Müller");
        make_user(conn, USER(2), "anna", "anna", "Anna");
        make_user(conn, USER(3), "max.muster", "max.muster", "MÜLLER, Max");
        make_user(conn, USER(4), "ωμεγα", "ωμεγα", "Ωmega");
        make_user(conn, USER(5), "100%_sure", "100%_sure", "%");
    }
    assert_found("ann", 10, "anna zoe ");
    assert_found("ann", 1, "anna zoe ");
    assert_found("maria", 10, "zoe ");
    assert_found("anna m", 10, "zoe ");
    assert_found("müll", 10, "max.muster zoe ");
    assert_found("must", 10, "max.muster ");
    assert_found("ωm", 10, "ωμεγα ");
    assert_found("ω", 10, "ωμεγα ");
    assert_found("%", 10, "100%_sure ");
    assert_found("sure", 10, "100%_sure ");
    assert_found("nna", 10, "");
    assert_found("", 2, "100%_sure anna max.muster zoe ωμεγα ");
}

static void a_first_letter_that_many_share_is_paged_in_order(void **state)
{
    (void)state;
    enum { MANY = 1500 };
    WRITING (conn)
        for (unsigned i = 0; i < MANY; i++) {
            char name[32], display_name[32];
            snprintf(name, sizeof(name), "u%04u", (i * 7919) % MANY);
            snprintf(display_name, sizeof(display_name), "%s Smith", i % 2 ? "Anna" : "Ben");
            make_user(conn, USER(1 + i), name, name, display_name);
        }
    struct str after = STR("");
    unsigned found = 0;
    READING (conn)
        do {
            struct user_list list;
            struct str next;
            assert_int_equal(store_users_search(conn, STR("smi"), after, 100, &arena, &list, &next),
                             0);
            for (size_t i = 0; i < list.count; i++) {
                char name[32];
                snprintf(name, sizeof(name), "u%04u", found++);
                assert_str(list.items[i].username, name);
            }
            after = next;
        } while (after.len);
    assert_int_equal(found, MANY);
}

static void a_changed_name_is_found_and_the_old_one_not(void **state)
{
    (void)state;
    WRITING (conn)
        make_user(conn, ANNA, "anna", "anna", "Old Name");
    WRITING (conn) {
        struct user changed = {.id = ANNA, .display_name = STR("Neue Form"), .locale = STR("de")};
        assert_int_equal(store_user_update(conn, &changed), 0);
        changed.id = BEN;
        assert_int_equal(store_user_update(conn, &changed), -ENOENT);
    }
    assert_found("old", 5, "");
    assert_found("neue", 5, "anna ");
    assert_found("anna", 5, "anna ");
}

static void what_somebody_tells_of_themselves_stays_until_it_changes_or_they_go(void **state)
{
    (void)state;
    struct user user;
    WRITING (conn)
        make_user(conn, ANNA, "anna", "anna", "Anna");
    WRITING (conn) {
        assert_int_equal(store_user_get(conn, ANNA, &arena, &user), 0);
        assert_true(!user.about.len && !user.pronouns.len && !user.time_zone.len);
        user.about = STR("Sailor.\nGardener.");
        user.pronouns = STR("she/her");
        user.time_zone = STR("Europe/Vienna");
        assert_int_equal(store_user_update(conn, &user), 0);
    }
    reopen_store();
    READING (conn)
        assert_int_equal(store_user_get(conn, ANNA, &arena, &user), 0);
    assert_true(str_eq(user.about, STR("Sailor.\nGardener.")));
    assert_true(str_eq(user.pronouns, STR("she/her")) &&
                str_eq(user.time_zone, STR("Europe/Vienna")));
    WRITING (conn) {
        user.pronouns = STR_NONE;
        assert_int_equal(store_user_update(conn, &user), 0);
        assert_int_equal(store_user_get(conn, ANNA, &arena, &user), 0);
        assert_true(user.about.len && !user.pronouns.len);
        assert_int_equal(store_user_delete(conn, ANNA, 5), 0);
        assert_int_equal(store_user_get(conn, ANNA, &arena, &user), 0);
        assert_true(!user.about.len && !user.time_zone.len);
    }
}

static struct session make_session(uint64_t id, user_id user)
{
    return (struct session){.id = {id},
                            .user = user,
                            .generation = 1,
                            .salt = {1, 2, 3, (uint8_t)id},
                            .created_at = 100,
                            .rotated_at = 100,
                            .user_agent = STR("Browser/1"),
                            .address = STR("192.0.2.1")};
}

static void a_session_turns_only_from_the_generation_it_has(void **state)
{
    (void)state;
    WRITING (conn) {
        struct session session = make_session(7, ANNA);
        session_id id = session.id;
        assert_int_equal(store_session_create(conn, &session), 0);
        assert_int_equal(store_session_create(conn, &session), -EEXIST);
        assert_int_equal(store_session_rotate(conn, id, 1, 200), 0);
        assert_int_equal(store_session_rotate(conn, id, 1, 201), -ENOENT);
        assert_int_equal(store_session_rotate(conn, id, 2, 300), 0);
        assert_int_equal(store_session_rotate(conn, (session_id){8}, 1, 1), -ENOENT);
        struct session got;
        assert_int_equal(store_session_get(conn, id, &arena, &got), 0);
        assert_int_equal(got.generation, 3);
        assert_int_equal(got.rotated_at, 300);
        assert_int_equal(got.created_at, 100);
        assert_memory_equal(got.salt, session.salt, SESSION_SALT_LEN);
        assert_str(got.user_agent, "Browser/1");
        assert_str(got.address, "192.0.2.1");
        assert_int_equal(store_session_end(conn, id, 400), 0);
        assert_int_equal(store_session_end(conn, id, 401), -ENOENT);
        assert_int_equal(store_session_rotate(conn, id, 3, 500), -ENOENT);
        assert_int_equal(store_session_get(conn, id, &arena, &got), 0);
        assert_int_equal(got.ended_at, 400);
    }
}

static void all_sessions_but_one_can_be_ended(void **state)
{
    (void)state;
    WRITING (conn) {
        for (uint64_t i = 1; i <= 5; i++) {
            struct session session = make_session(i, i == 5 ? BEN : ANNA);
            assert_int_equal(store_session_create(conn, &session), 0);
        }
        assert_int_equal(store_session_end(conn, (session_id){1}, 150), 0);
    }
    WRITING (conn) {
        struct session_list list;
        assert_int_equal(store_sessions_of(conn, ANNA, (session_id){0}, 0, 2, &arena, &list), 0);
        assert_int_equal(list.count, 2);
        assert_int_equal(list.items[0].id.v, 2);
        assert_int_equal(store_sessions_of(conn, ANNA, (session_id){3}, 0, 2, &arena, &list), 0);
        assert_int_equal(list.count, 1);
        assert_int_equal(store_sessions_end(conn, ANNA, (session_id){3}, 200, &arena, &list), 0);
        assert_int_equal(list.count, 2); /* not the first, which had ended */
        assert_int_equal(list.items[0].id.v + list.items[1].id.v, 2 + 4);
        assert_int_equal(store_sessions_of(conn, ANNA, (session_id){0}, 0, 0, &arena, &list), 0);
        assert_int_equal(list.count, 1);
        assert_int_equal(list.items[0].id.v, 3);
        assert_int_equal(store_sessions_of(conn, BEN, (session_id){0}, 0, 0, &arena, &list), 0);
        assert_int_equal(list.count, 1);
        int64_t used = list.items[0].rotated_at;
        assert_int_equal(store_sessions_of(conn, BEN, (session_id){0}, used, 0, &arena, &list), 0);
        assert_int_equal(list.count, 1);
        assert_false(session_is_idle(&list.items[0], used));
        assert_int_equal(store_sessions_of(conn, BEN, (session_id){0}, used + 1, 0, &arena, &list),
                         0);
        assert_int_equal(list.count, 0);
    }
    READING (conn) {
        struct session_list list;
        assert_int_equal(store_sessions_ended_since(conn, 0, &arena, &list), 0);
        assert_int_equal(list.count, 3);
        assert_int_equal(store_sessions_ended_since(conn, 151, &arena, &list), 0);
        assert_int_equal(list.count, 2);
        assert_int_equal(store_sessions_ended_since(conn, 201, &arena, &list), 0);
        assert_int_equal(list.count, 0);
    }
}

static void a_deleted_person_leaves_a_name_free_and_nothing_personal(void **state)
{
    (void)state;
    WRITING (conn) {
        make_user(conn, ANNA, "anna", "anna", "Anna Secret");
        make_user(conn, BEN, "ben", "ben", "Ben");
        struct session session = make_session(1, ANNA);
        assert_int_equal(store_session_create(conn, &session), 0);
    }
    make_room(ROOM(5), ROOM_GROUP, "Group", (user_id[]){ANNA, BEN}, 2);
    make_room(ROOM(6), ROOM_DIRECT, "", (user_id[]){ANNA, BEN}, 2);
    say(ROOM(5), 4, 1, 1, BEN);
    WRITING (conn) {
        assert_int_equal(store_read_marker_put(conn, ROOM(5), ANNA, 4, 1), 0);
        assert_int_equal(store_user_delete(conn, ANNA, 900), 0);
        assert_int_equal(store_user_delete(conn, ANNA, 901), -ENOENT);
        assert_int_equal(store_user_set_password(conn, ANNA, STR("x")), -ENOENT);
        make_user(conn, USER(20), "anna", "anna", "Another");
    }
    READING (conn) {
        struct user user;
        assert_int_equal(store_user_get(conn, ANNA, &arena, &user), 0);
        assert_true(user.deleted);
        assert_str(user.username, "");
        assert_str(user.display_name, "");
        struct session session;
        assert_int_equal(store_session_get(conn, (session_id){1}, &arena, &session), 0);
        assert_int_equal(session.ended_at, 900);
        struct credentials credentials;
        assert_int_equal(store_credentials_by_login(conn, STR("anna"), &arena, &credentials), 0);
        assert_int_equal(credentials.user.id.v, 20);
        struct feed_entry_list feed;
        uint64_t last;
        assert_int_equal(store_feed(conn, ANNA, 0, 9, &arena, &feed, &last), 0);
        assert_int_equal(feed.count, 0);
        struct room_view view;
        assert_int_equal(store_room_view(conn, ROOM(6), BEN, &arena, &view), 0);
        assert_int_equal(view.peer.id.v, ANNA.v);
        assert_true(view.peer.deleted);
        struct user_list list;
        assert_int_equal(store_users_unfinished(conn, &arena, &list), 0);
        assert_int_equal(list.count, 1);
        assert_int_equal(list.items[0].id.v, ANNA.v);
    }
    assert_found("secret", 5, "");
    struct event *left = make_event(EVENT_USER_LEFT, ROOM(5), 5, 1, ANNA, "left");
    struct projection gone = {.kind = PROJECT_MEMBER_GONE, .user = ANNA, .seq = 5};
    assert_int_equal(append_one(left, &gone, 1), 0);
    READING (conn) {
        struct user_list list;
        assert_int_equal(store_users_unfinished(conn, &arena, &list), 0);
        assert_int_equal(list.count, 0); /* direct rooms stay */
    }
}

static void an_invitation_lets_as_many_in_as_it_says(void **state)
{
    (void)state;
    struct invite invite = {
        .code = STR("come-in"), .maker = ANNA, .uses_left = 2, .created_at = 10, .expires_at = 100};
    WRITING (conn) {
        assert_int_equal(store_invite_create(conn, &invite), 0);
        assert_int_equal(store_invite_create(conn, &invite), -EEXIST);
        assert_int_equal(store_invite_use(conn, STR("come-in"), 50), 0);
        assert_int_equal(store_invite_use(conn, STR("come-in"), 100), -ENOENT);
        assert_int_equal(store_invite_use(conn, STR("come-in"), 99), 0);
        assert_int_equal(store_invite_use(conn, STR("come-in"), 99), -ENOENT);
        assert_int_equal(store_invite_use(conn, STR("other"), 50), -ENOENT);
    }
}

static int see(struct store_conn *conn, user_id user, int64_t at)
{
    return store_presences_seen(conn, &(struct seen){user, at}, 1);
}

static void what_people_say_of_their_presence_is_kept(void **state)
{
    (void)state;
    WRITING (conn) {
        make_user(conn, USER(1), "ann", "ann", "Ann");
        struct presence presence = {.user = USER(1),
                                    .choice = PRESENCE_BUSY,
                                    .text = STR("At lunch"),
                                    .emoji = STR("x"),
                                    .until = 99,
                                    .last_seen_at = 5};
        assert_int_equal(store_presence_put(conn, &presence), 0);
        assert_int_equal(see(conn, USER(1), 70), 0);
        assert_int_equal(see(conn, USER(1), 60), 0);
        presence.choice = PRESENCE_INVISIBLE;
        assert_int_equal(store_presence_put(conn, &presence), 0);
        assert_int_equal(see(conn, USER(1), 80), 0);
        presence.choice = PRESENCE_BUSY;
        assert_int_equal(store_presence_put(conn, &presence), 0);
        presence.user = USER(2); /* nobody */
        assert_int_equal(store_presence_put(conn, &presence), 0);
        assert_int_equal(see(conn, USER(2), 70), 0);
    }
    reopen_store();
    READING (conn) {
        struct presence_list list = {0};
        assert_int_equal(
            store_presences_get(conn, (user_id[]){USER(2), USER(1), USER(1)}, 3, &arena, &list), 0);
        assert_int_equal(list.count, 3);
        assert_str(list.items[2].text, "At lunch");
        assert_int_equal(list.items[0].user.v, 2);
        assert_int_equal(list.items[0].last_seen_at + list.items[0].choice, 0);
        assert_int_equal(list.items[1].choice, PRESENCE_BUSY);
        assert_str(list.items[1].text, "At lunch");
        assert_str(list.items[1].emoji, "x");
        assert_int_equal(list.items[1].until, 99);
        assert_int_equal(list.items[1].last_seen_at, 70);
    }
    WRITING (conn)
        assert_int_equal(store_user_delete(conn, USER(1), 100), 0);
    READING (conn) {
        struct presence_list list = {0};
        assert_int_equal(store_presences_get(conn, (user_id[]){USER(1)}, 1, &arena, &list), 0);
        assert_int_equal(list.items[0].text.len, 0);
        assert_int_equal(list.items[0].last_seen_at, 0);
    }
}

static void when_many_were_last_seen_is_kept_at_once(void **state)
{
    enum { MANY = 2500, GONE = 1200, HIDDEN = 1300, NOBODY = 7000 };
    static struct seen seen[MANY];
    static user_id ids[MANY];
    (void)state;
    WRITING (conn) {
        for (uint64_t id = 1; id <= MANY; id++) {
            char name[16];
            (void)snprintf(name, sizeof(name), "seen%d", (int)id);
            make_user(conn, USER(id), name, name, "Seen");
            ids[id - 1] = USER(id);
            seen[id - 1] = (struct seen){USER(id), 1000 + (int64_t)id};
        }
        assert_int_equal(see(conn, USER(7), 5000), 0);
        assert_int_equal(store_presence_put(conn, &(struct presence){.user = USER(HIDDEN),
                                                                     .choice = PRESENCE_INVISIBLE}),
                         0);
        assert_int_equal(store_user_delete(conn, USER(GONE), 100), 0);
        seen[0].user = USER(NOBODY);
    }
    WRITING (conn) {
        assert_int_equal(store_presences_seen(conn, seen, MANY), 0);
        assert_int_equal(store_presences_seen(conn, NULL, 0), 0);
    }
    READING (conn) {
        struct presence_list list = {0};
        ids[0] = USER(NOBODY);
        assert_int_equal(store_presences_get(conn, ids, MANY, &arena, &list), 0);
        for (size_t i = 0; i < MANY; i++) {
            bool is_kept = i != 0 && i + 1 != GONE && i + 1 != HIDDEN;
            int64_t at = i + 1 == 7 ? 5000 : 1001 + (int64_t)i;
            assert_int_equal(list.items[i].last_seen_at, is_kept ? at : 0);
        }
    }
}

static void rooms_of_a_size_are_found(void **state)
{
    (void)state;
    make_room(ROOM(5), ROOM_GROUP, "a", (user_id[]){USER(1), USER(2)}, 2);
    make_room(ROOM(6), ROOM_GROUP, "b", (user_id[]){USER(1), USER(2), USER(3)}, 3);
    make_room(ROOM(7), ROOM_DIRECT, "", (user_id[]){USER(2), USER(3)}, 2);
    READING (conn) {
        room_id *rooms = NULL;
        size_t count = 0;
        assert_int_equal(store_rooms_within(conn, USER(1), 2, 10, &arena, &rooms, &count), 0);
        assert_int_equal(count, 1);
        assert_int_equal(rooms[0].v, 5);
        assert_int_equal(store_rooms_within(conn, USER(3), 3, 1, &arena, &rooms, &count), 0);
        assert_int_equal(count, 1);
        assert_int_equal(store_rooms_within(conn, USER(4), 3, 9, &arena, &rooms, &count), 0);
        assert_int_equal(count, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(what_somebody_tells_of_themselves_stays_until_it_changes_or_they_go),
        T(what_people_say_of_their_presence_is_kept),
        T(when_many_were_last_seen_is_kept_at_once),
        T(rooms_of_a_size_are_found),
        T(a_person_reads_as_they_were_written),
        T(a_username_is_given_once),
        T(a_username_that_looks_like_another_is_taken),
        T(people_sign_in_by_name_or_verified_address),
        T(several_people_come_in_the_order_asked_for),
        T(people_are_found_by_the_beginning_of_their_words),
        T(a_first_letter_that_many_share_is_paged_in_order),
        T(a_changed_name_is_found_and_the_old_one_not),
        T(a_session_turns_only_from_the_generation_it_has),
        T(all_sessions_but_one_can_be_ended),
        T(a_deleted_person_leaves_a_name_free_and_nothing_personal),
        T(an_invitation_lets_as_many_in_as_it_says),
    };
    RUN_ON_ENGINES(tests);
}
