/* The embedded engine's own: opening, what is refused and why, migration, the check. */
#include "store/store_fixture.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "core/clock.h"
#include "store/sqlite/sqlite_files.h"
#include "store/sqlite/sqlite_migrate.h"

static const user_id ANNA = {11}, BEN = {12};
static const room_id HALL = {77};

/* Past the engine, as another program would. */
static void raw(const char *text)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(file_in_dir(SQLITE_FILE), &db), SQLITE_OK);
    char *error = NULL;
    if (sqlite3_exec(db, text, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s: %s", text, error);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void assert_refused(int rc, const char *because)
{
    struct store *none = NULL;
    assert_int_equal(engine->open(&none, dir, why), rc);
    if (!strstr(why, because))
        fail_msg("\"%s\" does not say \"%s\"", why, because);
}

static unsigned mode_of(const char *name)
{
    struct stat info;
    assert_int_equal(stat(file_in_dir(name), &info), 0);
    return info.st_mode & 0777;
}

/* ---- opening --------------------------------------------------------------------------------- */

static void files_are_for_their_owner_alone(void **state)
{
    (void)state;
    rmdir(dir);
    mode_t before = umask(0);
    open_store();
    make_room(HALL, ROOM_GROUP, "Hall", (user_id[]){ANNA}, 1);
    umask(before);
    assert_int_equal(mode_of("."), 0700);
    assert_int_equal(mode_of("natternet.db"), 0600);
    assert_int_equal(mode_of("natternet.db-wal"), 0600);
    assert_int_equal(mode_of("natternet.db-shm"), 0600);
    assert_int_equal(mode_of("natternet.lock"), 0600);
    store_close(TAKE(store));
    assert_int_equal(chmod(file_in_dir(SQLITE_FILE), 0644), 0);
    open_store();
    assert_int_equal(mode_of("natternet.db"), 0600);
}

static void a_directory_has_one_server(void **state)
{
    (void)state;
    open_store();
    assert_refused(-EBUSY, "another NatterNet server (process ");
    store_close(TAKE(store));
    open_store();
}

static void a_directory_that_cannot_be_made_is_named(void **state)
{
    (void)state;
    struct store *none;
    struct sqlite_options options = {.data_dir = "/nowhere/at/all", .readers = 1};
    assert_int_equal(sqlite_store_open(&none, &options, why), -ENOENT);
    assert_non_null(strstr(why, "cannot make the data directory /nowhere/at/all"));
    options.data_dir = "/dev/null";
    assert_int_equal(sqlite_store_open(&none, &options, why), -ENOTDIR);
}

static void a_newer_file_is_refused(void **state)
{
    (void)state;
    open_store();
    store_close(TAKE(store));
    raw("PRAGMA user_version = 1000");
    assert_refused(-ENOTSUP, "was written by a newer NatterNet");
}

static void a_stranger_s_database_is_refused(void **state)
{
    (void)state;
    raw("CREATE TABLE theirs (x)");
    assert_refused(-EINVAL, "some other program");
}

static void what_is_no_database_is_refused(void **state)
{
    (void)state;
    FILE *file = fopen(file_in_dir(SQLITE_FILE), "w");
    for (int i = 0; i < 1000; i++)
        fputs("these are not the pages you are looking for\n", file);
    fclose(file);
    assert_refused(-EUCLEAN, "is damaged, or no database at all");
}

/* What a killed server leaves: a log that was not moved into the file. */
static void after_a_kill_everything_acknowledged_is_there(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        open_store();
        make_room(HALL, ROOM_GROUP, "Hall", (user_id[]){ANNA, BEN}, 2);
        say(HALL, 4, 1, 100, ANNA);
        _exit(7);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 7);
    struct stat info;
    assert_int_equal(stat(file_in_dir("natternet.db-wal"), &info), 0);
    open_store();
    READING (conn) {
        uint64_t count;
        assert_int_equal(store_event_count(conn, HALL, 103, &count), 0);
        assert_int_equal(count, 100);
    }
    store_close(TAKE(store));
    assert_int_equal(stat(file_in_dir("natternet.db-wal"), &info), -1); /* closed cleanly */
}

static void damage_is_noticed_after_a_kill(void **state)
{
    (void)state;
    open_store();
    make_room(HALL, ROOM_GROUP, "Hall", (user_id[]){ANNA}, 1);
    say(HALL, 3, 1, 500, ANNA);
    store_close(TAKE(store));
    int fd = open(file_in_dir(SQLITE_FILE), O_RDWR);
    struct stat info;
    assert_int_equal(fstat(fd, &info), 0);
    char garbage[4096];
    memset(garbage, 0x5a, sizeof(garbage));
    assert_int_equal(pwrite(fd, garbage, 4096, info.st_size - 4096), 4096);
    close(fd);
    FILE *log = fopen(file_in_dir("natternet.db-wal"), "w");
    fputs("half a frame", log);
    fclose(log);
    assert_refused(-EUCLEAN, "is damaged");
}

/* ---- migration ------------------------------------------------------------------------------- */

static const struct migration steps[] = {
    {1,
     "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO thing VALUES (1, 'a')"},
    {2, "ALTER TABLE thing ADD COLUMN colour TEXT; UPDATE thing SET colour = 'red'"},
    {3, "CREATE INDEX thing_colour ON thing (colour)"},
};

static int migrate_to(size_t version)
{
    assert_int_equal(data_file_make(dir, SQLITE_FILE, why), 0);
    return sqlite_migrate(dir, steps, version, why);
}

static void an_older_file_is_brought_up_by_way_of_a_copy(void **state)
{
    (void)state;
    assert_int_equal(migrate_to(1), 0);
    raw("PRAGMA journal_mode = WAL; INSERT INTO thing VALUES (2, 'b')");
    assert_int_equal(migrate_to(3), 0);
    raw("SELECT colour FROM thing INDEXED BY thing_colour WHERE colour = 'red'");
    raw("CREATE TEMP TABLE t (n CHECK (n = 2)); INSERT INTO t SELECT count(*) FROM thing"
        " WHERE colour = 'red'");
    raw("CREATE TEMP TABLE t (n CHECK (n = 3)); INSERT INTO t SELECT user_version"
        " FROM pragma_user_version");
    assert_int_equal(mode_of(SQLITE_FILE), 0600);
    assert_int_equal(access(file_in_dir(SQLITE_FILE ".migrating"), F_OK), -1);
    assert_int_equal(migrate_to(3), 0); /* nothing left to do */
}

static void a_migration_that_fails_leaves_the_file_as_it_was(void **state)
{
    (void)state;
    assert_int_equal(migrate_to(1), 0);
    FILE *leftover = fopen(file_in_dir(SQLITE_FILE ".migrating"), "w");
    fputs("of a migration that was killed", leftover);
    fclose(leftover);
    static const struct migration broken[] = {
        {1, "SELECT 1"},
        {2, "DELETE FROM thing"},
        {3, "UPDATE nothing SET x = 1"},
    };
    assert_true(sqlite_migrate(dir, broken, 3, why) < 0);
    assert_non_null(strstr(why, "to version 3"));
    assert_int_equal(access(file_in_dir(SQLITE_FILE ".migrating"), F_OK), -1);
    raw("CREATE TEMP TABLE t (n CHECK (n = 1)); INSERT INTO t SELECT count(*) FROM thing");
    assert_int_equal(migrate_to(2), 0);
}

static void names_of_before_get_their_skeletons(void **state)
{
    (void)state;
    assert_int_equal(data_file_make(dir, SQLITE_FILE, why), 0);
    assert_int_equal(sqlite_migrate(dir, sqlite_migrations, 1, why), 0);
    raw("INSERT INTO user VALUES"
        " (11, 'Paul', 'paul', '', '', NULL, 0, '', '', 1, 0, 0),"
        " (12, 'P\u0430ul', 'p\u0430ul', '', '', NULL, 0, '', '', 2, 0, 0),"
        " (13, 'mary', 'mary', '', '', NULL, 0, '', '', 3, 0, 0),"
        " (14, '', NULL, '', '', NULL, 0, '', '', 4, 0, 9)");
    open_store();
    WRITING (conn) {
        struct user like = {.id = {15}, .username = STR("m\u0430ry"), .created_at = 6};
        assert_int_equal(store_user_create(conn, &like, STR("m\u0430ry"), STR("")), -EEXIST);
        like.username = STR("pa\u03c5l");
        assert_int_equal(store_user_create(conn, &like, STR("pa\u03c5l"), STR("")), -EEXIST);
    }
    READING (conn) { /* both of those who were there are still */
        struct credentials got;
        assert_int_equal(store_credentials_by_login(conn, STR("paul"), &arena, &got), 0);
        assert_int_equal(store_credentials_by_login(conn, STR("p\u0430ul"), &arena, &got), 0);
    }
}

static void groups_of_before_are_found_by_administrators(void **state)
{
    (void)state;
    enum { BEFORE_GROUPS = 26 };
    assert_int_equal(data_file_make(dir, SQLITE_FILE, why), 0);
    assert_int_equal(sqlite_migrate(dir, sqlite_migrations, BEFORE_GROUPS, why), 0);
    raw("INSERT INTO room (id, kind, name, topic, creator, created_at, first_seq, member_count,"
        " applied_seq, public) VALUES (77, 2, 'The \"H\u00c4LL\"', 'hay', 11, 1, 1, 2, 1, 0),"
        " (78, 2, 'Open', '', 11, 1, 1, 2, 1, 1), (79, 1, '', '', 11, 1, 1, 2, 1, 0);"
        "INSERT INTO listing VALUES (78, 'open'); INSERT INTO listing_word VALUES ('open', 78);"
        "INSERT INTO event (room, seq, type, sender, target, created_at, count, role, kind, nonce,"
        " payload, answers) SELECT id, 1, 4, 11, 0, 1, 0, 0, 2, 'a', CAST('{}' AS BLOB), 0"
        " FROM room");
    open_store();
    struct groups_question question = {.state = GROUPS_ALL};
    struct listing_place start = {.key = STR("")}, next;
    struct room_list found = {0};
    READING (conn) {
        assert_int_equal(store_groups(conn, &question, &start, 9, &arena, &found, &next), 0);
        assert_int_equal(found.count, 2);
        assert_int_equal(found.items[0].id.v, 78);
        assert_int_equal(found.items[1].id.v, 77);
        assert_true(listing_ask(&question.words, STR("h\u00e4ll hay")));
        assert_int_equal(store_groups(conn, &question, &start, 9, &arena, &found, &next), 0);
        assert_int_equal(found.count, 1);
        assert_int_equal(found.items[0].id.v, 77);
        assert_int_equal(
            store_directory(conn, &(struct listing_words){0}, &start, 9, &arena, &found, &next), 0);
        assert_int_equal(found.count, 1);
        assert_int_equal(found.items[0].id.v, 78);
    }
}

static void mentions_of_before_know_who_wrote_them(void **state)
{
    (void)state;
    enum { BEFORE_SENDERS = 17 };
    assert_int_equal(data_file_make(dir, SQLITE_FILE, why), 0);
    assert_int_equal(sqlite_migrate(dir, sqlite_migrations, BEFORE_SENDERS, why), 0);
    raw("INSERT INTO room (id, kind, name, creator, created_at, first_seq, member_count, "
        "applied_seq)"
        " VALUES (77, 2, 'Hall', 11, 1, 1, 2, 3);"
        "INSERT INTO member (room, user, role, joined_at, joined_seq, read_seq, read_count, gone,"
        " applied_seq) VALUES (77, 11, 2, 1, 2, 2, 0, 0, 2), (77, 12, 0, 1, 3, 3, 0, 0, 3);"
        "INSERT INTO event (room, seq, type, sender, target, created_at, count, role, kind, nonce,"
        " payload, answers) VALUES (77, 1, 4, 11, 0, 1, 0, 0, 2, 'a', CAST('{}' AS BLOB), 0),"
        " (77, 4, 1, 12, 0, 1, 1, 0, 0, 'd', CAST('{}' AS BLOB), 0),"
        " (77, 5, 1, 11, 4, 1, 1, 0, 0, 'e', CAST('{}' AS BLOB), 1);"
        "INSERT INTO mention VALUES (77, 0, 5), (77, 11, 5);");
    open_store();
    struct room_view hers = {0}, his = {0};
    READING (conn) {
        assert_int_equal(store_room_view(conn, HALL, ANNA, &arena, &hers), 0);
        assert_int_equal(store_room_view(conn, HALL, BEN, &arena, &his), 0);
    }
    assert_int_equal(hers.mentions, 0); /* her own, in a thread */
    assert_int_equal(his.mentions, 1);
}

static void names_of_rooms_become_objects_of_what_was_set(void **state)
{
    (void)state;
    assert_int_equal(data_file_make(dir, SQLITE_FILE, why), 0);
    assert_int_equal(sqlite_migrate(dir, sqlite_migrations, 2, why), 0);
    raw("INSERT INTO room VALUES (77, 2, 'Ha\"ll', 11, 1, 1, 1, 3);"
        "INSERT INTO member VALUES (77, 11, 2, 1, 2, 4, 1, 0, 2);"
        "INSERT INTO event VALUES"
        " (77, 1, 4, 11, 0, 1, 0, 0, 2, 'a', CAST('\"Old\"' AS BLOB)),"
        " (77, 2, 5, 11, 11, 1, 0, 2, 0, 'b', x''),"
        " (77, 3, 7, 11, 0, 1, 0, 0, 0, 'c', CAST('\"Ha\\\"ll\"' AS BLOB)),"
        " (77, 4, 1, 11, 0, 1, 1, 0, 0, 'd', CAST('{\"x\":1}' AS BLOB)),"
        " (77, 5, 7, 11, 11, 1, 1, 0, 0, 'e', x'')");
    open_store();
    struct event_list list = {0};
    bool more;
    READING (conn)
        assert_int_equal(store_events(conn, HALL, 0, 10, SIZE_MAX, &list, &more), 0);
    assert_int_equal(list.count, 5);
    static const char *const payloads[] = {"{\"name\":\"Old\"}", "", "{\"name\":\"Ha\\\"ll\"}",
                                           "{\"x\":1}", ""};
    for (size_t i = 0; i < list.count; i++)
        assert_str(list.items[i]->payload, payloads[i]);
    event_list_deinit(&list);
    assert_int_equal(append_one(make_message(HALL, 6, 2, ANNA, "f"), NULL, 0), 0);
    struct room room = {0};
    READING (conn)
        assert_int_equal(store_room_get(conn, HALL, &arena, &room), 0);
    assert_str(room.name, "Ha\"ll");
    assert_int_equal(room.edit_history_s, 2592000);
}

/* ---- natternet check ------------------------------------------------------------------------- */

static int check(struct buf *out)
{
    int findings = sqlite_store_check(dir, out, why);
    if (findings < 0)
        fail_msg("%s", why);
    return findings;
}

static void fill(void)
{
    open_store();
    WRITING (conn) {
        make_user(conn, ANNA, "anna", "anna", "Anna");
        make_user(conn, BEN, "ben", "ben", "Ben");
    }
    make_room(HALL, ROOM_GROUP, "Hall", (user_id[]){ANNA, BEN}, 2);
    say(HALL, 4, 1, 20, ANNA);
}

static void a_sound_store_passes_its_check(void **state)
{
    (void)state;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    assert_int_equal(sqlite_store_check(dir, &out, why), -ENOENT);
    fill();
    assert_int_equal(check(&out), 0); /* with a server beside it */
    store_close(TAKE(store));
    assert_int_equal(check(&out), 0);
    assert_int_equal(out.len, 0);
}

static void the_check_finds_what_breaks_a_promise(void **state)
{
    (void)state;
    static const struct {
        const char *damage, *finding;
    } cases[] = {
        {"DELETE FROM event WHERE seq = 9", "there is a gap"},
        {"UPDATE event SET created_at = 1 WHERE seq = 9", "event 9 is older"},
        {"UPDATE event SET count = 2 WHERE seq = 9", "event 9 has count 2 behind 5"},
        {"DELETE FROM room", "room 77 has events but no entry"},
        {"INSERT INTO room (id, kind, name, creator, created_at, first_seq, member_count,"
         " applied_seq) VALUES (5, 2, '', 1, 1, 1, 0, 1)",
         "room 5 has an entry but no event"},
        {"UPDATE room SET member_count = 3", "counts 3 members and has 2"},
        {"UPDATE member SET gone = 1 WHERE user = 12; UPDATE room SET member_count = 1",
         "user 12 is no member, but"},
        {"UPDATE member SET role = 5 WHERE user = 12", "user 12 has role 5, but the log says 1"},
        {"UPDATE member SET read_seq = 99 WHERE user = 12", "user 12 has read up to 99"},
        {"UPDATE event SET edit_seq = 9 WHERE seq = 10", "message 10 was changed by event 9"},
        {"UPDATE event SET type = 3, target = 8, count = 5 WHERE seq = 9;"
         "UPDATE event SET count = count - 1 WHERE seq > 9",
         "event 9 deletes message 8, which"},
        {"UPDATE event SET answers = 2 WHERE seq = 10", "message 10 counts 2 answers and has 0"},
        {"DELETE FROM user WHERE id = 12", "user 12 is a member of room 77 and has no entry"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        fill();
        store_close(TAKE(store));
        raw(cases[i].damage);
        OWN(buf_deinit) struct buf out = BUF_INIT;
        assert_true(check(&out) >= 1);
        buf_put_char(&out, '\0');
        if (!strstr(out.ptr, cases[i].finding))
            fail_msg("\"%s\" does not say \"%s\"", out.ptr, cases[i].finding);
        unlink(file_in_dir(SQLITE_FILE));
    }
}

/* ---- words that were removed ----------------------------------------------------------------- */

static bool file_holds(const char *name, const char *words)
{
    int fd = open(file_in_dir(name), O_RDONLY);
    if (fd < 0)
        return false;
    struct stat info;
    assert_int_equal(fstat(fd, &info), 0);
    char *bytes = xmalloc((size_t)info.st_size + 1);
    assert_int_equal(pread(fd, bytes, (size_t)info.st_size, 0), info.st_size);
    close(fd);
    bool found = memmem(bytes, (size_t)info.st_size, words, strlen(words)) != NULL;
    xfree(bytes);
    return found;
}

static bool files_hold(const char *words)
{
    return file_holds(SQLITE_FILE, words) || file_holds("natternet.db-wal", words);
}

/* The engine cuts its log when nothing has come for a while; nobody tells us when. */
static void wait_until_gone(const char *words)
{
    for (int i = 0; i < 200 && files_hold(words); i++)
        inbox_wait(&home, 50);
    assert_false(files_hold(words));
}

static struct event *a_change(enum event_type type, uint64_t seq, struct str payload,
                              int64_t keep_until)
{
    struct event *plain =
        make_event(type, HALL, seq, 20, ANNA, type == EVENT_MESSAGE_UPDATED ? "u" : "d");
    struct event columns;
    memcpy(&columns, plain, sizeof(columns));
    columns.target = 9;
    columns.payload = payload;
    columns.keep_until = keep_until;
    struct event *event = event_new(&columns);
    event_unref(plain);
    return event;
}

static void deleted_words_are_in_no_file(void **state)
{
    (void)state;
    fill();
    assert_int_equal(
        append_one(a_change(EVENT_MESSAGE_UPDATED, 24, STR("\"first secret\""), INT64_MAX), NULL,
                   0),
        0);
    struct event *again = a_change(EVENT_MESSAGE_UPDATED, 25, STR("\"second secret\""), INT64_MAX);
    again->nonce = STR("u2");
    assert_int_equal(append_one(again, NULL, 0), 0);
    assert_true(files_hold("first secret"));
    assert_true(files_hold("second secret"));
    assert_int_equal(append_one(a_change(EVENT_MESSAGE_DELETED, 26, STR_NONE, 0), NULL, 0), 0);
    wait_until_gone("first secret");
    wait_until_gone("second secret");
    assert_true(files_hold("hello")); /* others' words stay */
}

static void words_edited_away_are_in_no_file_when_their_time_has_come(void **state)
{
    (void)state;
    fill();
    int64_t soon = clock_now_ms() + 50;
    assert_int_equal(
        append_one(a_change(EVENT_MESSAGE_UPDATED, 24, STR("\"a secret\""), 0), NULL, 0), 0);
    struct event *again = a_change(EVENT_MESSAGE_UPDATED, 25, STR("\"harmless\""), soon);
    again->nonce = STR("u2");
    assert_int_equal(append_one(again, NULL, 0), 0);
    assert_true(files_hold("a secret"));
    reopen_store(); /* looks when it begins, and then again and again */
    wait_until_gone("a secret");
    assert_true(files_hold("harmless"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, start_dir, finish_store)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(files_are_for_their_owner_alone),
        T(a_directory_has_one_server),
        T(a_directory_that_cannot_be_made_is_named),
        T(a_newer_file_is_refused),
        T(a_stranger_s_database_is_refused),
        T(what_is_no_database_is_refused),
        T(after_a_kill_everything_acknowledged_is_there),
        T(damage_is_noticed_after_a_kill),
        T(an_older_file_is_brought_up_by_way_of_a_copy),
        T(a_migration_that_fails_leaves_the_file_as_it_was),
        T(names_of_before_get_their_skeletons),
        T(groups_of_before_are_found_by_administrators),
        T(mentions_of_before_know_who_wrote_them),
        T(names_of_rooms_become_objects_of_what_was_set),
        T(a_sound_store_passes_its_check),
        T(the_check_finds_what_breaks_a_promise),
        T(deleted_words_are_in_no_file),
        T(words_edited_away_are_in_no_file_when_their_time_has_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
