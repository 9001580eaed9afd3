/* The subcommands as the operator types them, on a data directory of their own. */
#include "admin/admin.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "auth/invite_code.h"
#include "auth/password.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/unicode.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store_wait.h"

enum { OUTPUT_SIZE = 8192, WORDS_MOST = 16 };

struct world {
    char dir[64];
    char out[OUTPUT_SIZE], err[OUTPUT_SIZE]; /* of the last command */
};

static int open_sqlite(struct store **out, const char *store, const char *data_dir, char *why)
{
    assert_string_equal(store, "sqlite");
    struct sqlite_options options = {.data_dir = data_dir, .readers = 1};
    return sqlite_store_open(out, &options, why);
}

static int set_up(void **state)
{
    struct world *world = NEW(struct world);
    snprintf(world->dir, sizeof(world->dir), "/tmp/natternet-admin-XXXXXX");
    *state = world;
    return mkdtemp(world->dir) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    DIR *dir = opendir(world->dir);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        char path[400];
        snprintf(path, sizeof(path), "%s/%s", world->dir, entry->d_name);
        if (entry->d_type == DT_REG)
            unlink(path);
    }
    if (dir)
        closedir(dir);
    rmdir(world->dir);
    xfree(world);
    return 0;
}

/* ---- running a command with stdin, stdout and stderr in our hands ---------------------------- */

static int redirect(int fd, FILE *file)
{
    int before = dup(fd);
    assert_true(before >= 0 && dup2(fileno(file), fd) == fd);
    return before;
}

static void restore(int fd, int before)
{
    assert_int_equal(dup2(before, fd), fd);
    close(before);
}

static void slurp(FILE *file, char *out)
{
    rewind(file);
    out[fread(out, 1, OUTPUT_SIZE - 1, file)] = '\0';
    fclose(file);
}

/* The words up to NULL; --data is put behind them. Returns the exit code. */
static int run(struct world *world, const char *input, const char *const *words)
{
    const struct admin_engine engine = {open_sqlite, sqlite_store_check, sqlite_store_compact,
                                        NULL};
    const char *argv[WORDS_MOST] = {"natternet"};
    int argc = 1;
    while (words[argc - 1]) {
        argv[argc] = words[argc - 1];
        argc++;
    }
    argv[argc++] = "--data";
    argv[argc++] = world->dir;

    FILE *in = tmpfile(), *out = tmpfile(), *err = tmpfile();
    fputs(input, in);
    rewind(in);
    fflush(NULL);
    int old_in = redirect(STDIN_FILENO, in), old_out = redirect(STDOUT_FILENO, out),
        old_err = redirect(STDERR_FILENO, err);
    int code = admin_main(argc, (char **)(uintptr_t)argv, &engine);
    fflush(NULL);
    restore(STDIN_FILENO, old_in);
    restore(STDOUT_FILENO, old_out);
    restore(STDERR_FILENO, old_err);
    fclose(in);
    slurp(out, world->out);
    slurp(err, world->err);
    return code;
}

#define RUN(world, input, ...) run((world), (input), (const char *const[]){__VA_ARGS__, NULL})
#define CREATE(world, input, name, ...)                                                            \
    RUN((world), (input), "user", "create", "--username", (name), ##__VA_ARGS__)

/* ---- looking into the store ------------------------------------------------------------------ */

struct look {
    struct store_job job;
    const char *login;
    struct str code; /* to be used up */
    struct arena arena;
    struct credentials credentials;
};

static int find(struct store_job *job, struct store_conn *conn)
{
    struct look *look = CONTAINER_OF(job, struct look, job);
    struct str key;
    assert_true(unicode_fold(str_from_c(look->login), &look->arena, &key));
    return store_credentials_by_login(conn, key, &look->arena, &look->credentials);
}

static int use_up(struct store_job *job, struct store_conn *conn)
{
    struct look *look = CONTAINER_OF(job, struct look, job);
    return store_invite_use(conn, invite_code_key(look->code, &look->arena), clock_now_ms());
}

static int look_into(struct world *world, struct look *look,
                     int (*fn)(struct store_job *job, struct store_conn *conn))
{
    char why[SQLITE_WHY_SIZE];
    struct store *store;
    assert_int_equal(open_sqlite(&store, "sqlite", world->dir, why), 0);
    look->job.run = fn;
    int rc = store_write_wait(store, &look->job);
    store_close(store);
    return rc;
}

static bool has_password(struct world *world, const char *login, const char *password)
{
    struct look look = {.login = login};
    assert_int_equal(look_into(world, &look, find), 0);
    struct password_cost any = {8192, 1};
    int rc = password_verify(any, str_from_c(password), look.credentials.password_hash);
    arena_deinit(&look.arena);
    return rc == 0;
}

/* ---- what is expected ------------------------------------------------------------------------ */

static void the_first_admin_is_made_on_an_empty_directory(void **state)
{
    struct world *world = *state;
    assert_int_equal(CREATE(world, "correct horse\n", "Root_Admin", "--admin"), 0);
    assert_non_null(strstr(world->out, "Root_Admin"));
    struct look look = {.login = "root_admin"};
    assert_int_equal(look_into(world, &look, find), 0);
    assert_true(look.credentials.user.admin);
    assert_true(str_eq(look.credentials.user.username, STR("Root_Admin")));
    arena_deinit(&look.arena);
    assert_true(has_password(world, "root_admin", "correct horse"));
}

static void a_password_ends_with_its_line(void **state)
{
    struct world *world = *state;
    assert_int_equal(CREATE(world, "correct horse\r\nmore\n", "ann"), 0);
    assert_true(has_password(world, "ann", "correct horse"));
    assert_int_equal(CREATE(world, "without an end", "bob", "--password-stdin"), 0);
    assert_true(has_password(world, "bob", "without an end"));
}

static void a_bad_name_password_or_taken_name_is_refused(void **state)
{
    struct world *world = *state;
    assert_int_equal(CREATE(world, "correct horse\n", "ann"), 0);
    assert_int_equal(CREATE(world, "correct horse\n", "ANN"), 1);
    assert_non_null(strstr(world->err, "already has"));
    assert_int_equal(CREATE(world, "correct horse\n", "x"), 1);
    assert_non_null(strstr(world->err, "3 to 32"));
    assert_int_equal(CREATE(world, "short\n", "bob"), 1);
    assert_non_null(strstr(world->err, "8 to 256"));
    assert_int_equal(CREATE(world, "", "bob"), 1);
    assert_int_equal(CREATE(world, "correct horse\n", "bob", "--display-name", "  "), 1);
    assert_int_equal(RUN(world, "", "user", "create"), 2);
    assert_non_null(strstr(world->err, "--username"));
}

static void a_directory_that_is_in_use_is_left_alone(void **state)
{
    struct world *world = *state;
    char why[SQLITE_WHY_SIZE];
    struct store *store;
    assert_int_equal(open_sqlite(&store, "sqlite", world->dir, why), 0);
    assert_int_equal(CREATE(world, "correct horse\n", "ann"), 1);
    assert_non_null(strstr(world->err, world->dir));
    store_close(store);
    assert_int_equal(CREATE(world, "correct horse\n", "ann"), 0);
}

static void all_accounts_are_listed(void **state)
{
    struct world *world = *state;
    CREATE(world, "correct horse\n", "ann", "--display-name", "Ann the First");
    CREATE(world, "correct horse\n", "bob", "--admin");
    assert_int_equal(RUN(world, "", "user", "list"), 0);
    assert_non_null(strstr(world->out, "\nann\t"));
    assert_non_null(strstr(world->out, "\t-\tAnn the First\n"));
    assert_non_null(strstr(world->out, "\tadmin\tbob\n"));
}

static void a_password_is_replaced(void **state)
{
    struct world *world = *state;
    CREATE(world, "correct horse\n", "ann");
    assert_int_equal(RUN(world, "another one\n", "user", "set-password", "--username", "Ann"), 0);
    assert_true(has_password(world, "ann", "another one"));
    assert_false(has_password(world, "ann", "correct horse"));
    assert_int_equal(RUN(world, "another one\n", "user", "set-password", "--username", "bob"), 1);
    assert_non_null(strstr(world->err, "bob"));
}

static void an_administrator_is_made_and_unmade(void **state)
{
    struct world *world = *state;
    CREATE(world, "correct horse\n", "ann");
    assert_int_equal(RUN(world, "", "user", "set-admin", "--username", "ann"), 0);
    RUN(world, "", "user", "list");
    assert_non_null(strstr(world->out, "\tadmin\t"));
    assert_int_equal(RUN(world, "", "user", "set-admin", "--username", "ann", "--off"), 0);
    RUN(world, "", "user", "list");
    assert_null(strstr(world->out, "\tadmin\tann"));
}

static void an_invitation_is_printed_alone_and_works(void **state)
{
    struct world *world = *state;
    assert_int_equal(RUN(world, "", "user", "invite", "--uses", "2", "--expires", "3600"), 0);
    struct str rest = str_from_c(world->out);
    struct look look = {.code = str_cut(&rest, '\n')};
    assert_int_equal(rest.len, 0);
    assert_int_equal(look_into(world, &look, use_up), 0);
    assert_int_equal(look_into(world, &look, use_up), 0);
    assert_true(look_into(world, &look, use_up) < 0);
    arena_deinit(&look.arena);
    assert_int_equal(RUN(world, "", "user", "invite", "--uses", "0"), 2);
    assert_int_equal(RUN(world, "", "user", "invite", "--expires", "soon"), 2);
}

static void a_sound_directory_passes_its_check(void **state)
{
    struct world *world = *state;
    CREATE(world, "correct horse\n", "ann");
    assert_int_equal(RUN(world, "", "check"), 0);
}

static void a_directory_is_compacted_if_nobody_holds_it(void **state)
{
    struct world *world = *state;
    assert_int_equal(RUN(world, "", "compact"), 1);
    assert_non_null(strstr(world->err, "to compact"));
    CREATE(world, "correct horse\n", "ann");
    assert_int_equal(RUN(world, "", "compact"), 0);
    assert_int_equal(RUN(world, "", "check"), 0);
}

static void help_goes_to_stdout_and_complaints_to_stderr(void **state)
{
    struct world *world = *state;
    assert_int_equal(RUN(world, "", "user", "create", "--help"), 0);
    assert_non_null(strstr(world->out, "--password-stdin"));
    assert_int_equal(RUN(world, "", "user", "--help"), 0);
    assert_non_null(strstr(world->out, "natternet user invite"));
    assert_int_equal(RUN(world, "", "user", "destroy"), 2);
    assert_non_null(strstr(world->err, "natternet user create"));
    assert_int_equal(RUN(world, "", "check", "--nothing"), 2);
    assert_non_null(strstr(world->err, "--nothing"));
}

/* ---- many at once ---------------------------------------------------------------------------- */

#define IMPORT(world, input, ...) RUN((world), (input), "user", "import", ##__VA_ARGS__)

static void assert_display_name(struct world *world, const char *login, struct str name)
{
    struct look look = {.login = login};
    assert_int_equal(look_into(world, &look, find), 0);
    assert_true(str_eq(look.credentials.user.display_name, name));
    arena_deinit(&look.arena);
}

static void lines_of_json_become_accounts_that_can_sign_in(void **state)
{
    struct world *world = *state;
    char hash[PASSWORD_HASH_SIZE], lines[1024];
    assert_int_equal(password_hash((struct password_cost){8192, 1}, STR("correct horse"), hash), 0);
    snprintf(lines, sizeof(lines),
             "{\"username\":\"ann\",\"display_name\":\"Ann \\u00c4\",\"password_hash\":\"%s\"}\n"
             "\n{\"username\":\"Bob\",\"email\":\"bob@example.org\",\"admin\":true}",
             hash);
    assert_int_equal(IMPORT(world, lines), 0);
    assert_non_null(strstr(world->out, "Made 2 accounts, 0 were there"));
    assert_true(has_password(world, "ann", "correct horse"));
    assert_false(has_password(world, "bob", ""));
    assert_display_name(world, "ann", STR("Ann \xc3\x84"));
    assert_display_name(world, "bob", STR("Bob"));
}

static void a_table_becomes_accounts_and_a_second_time_changes_nothing(void **state)
{
    struct world *world = *state;
    const char *table = "\xef\xbb\xbfusername,display_name,locale\r\n"
                        "ann,\"Ann, the \"\"first\"\"\",de\r\n"
                        "bob,,\r\n";
    assert_int_equal(IMPORT(world, table), 0);
    assert_display_name(world, "ann", STR("Ann, the \"first\""));
    assert_display_name(world, "bob", STR("bob"));
    assert_int_equal(IMPORT(world, "username,display_name\nANN,Other\ncarl,Carl\n"), 0);
    assert_non_null(strstr(world->out, "Made 1 accounts, 1 were there already, 0 lines"));
    assert_display_name(world, "ann", STR("Ann, the \"first\""));
}

static void a_line_that_is_wrong_is_named_and_the_others_are_made(void **state)
{
    struct world *world = *state;
    assert_int_equal(IMPORT(world, "username,admin,password_hash\n"
                                   "ann,maybe,\n"
                                   "x,,\n"
                                   "bob,true,\"$argon2id$v=19$m=4194304,t=1,p=1$AAAA$AAAA\"\n"
                                   "carl,true\n"
                                   "\"dora,,\n"
                                   "eve,,\n"),
                     1);
    assert_non_null(strstr(world->err, "Line 2: admin"));
    assert_non_null(strstr(world->err, "Line 3: "));
    assert_non_null(strstr(world->err, "3 to 32"));
    assert_non_null(strstr(world->err, "Line 4: password_hash must be"));
    assert_non_null(strstr(world->err, "Line 5: it has 2 cells"));
    assert_non_null(strstr(world->err, "Line 6: a quotation mark"));
    assert_non_null(strstr(world->out, "Made 1 accounts, 0 were there already, 5 lines"));
    assert_display_name(world, "eve", STR("eve"));
}

static void a_column_that_nobody_knows_stops_before_the_first_account(void **state)
{
    struct world *world = *state;
    assert_int_equal(IMPORT(world, "username,passwort\nann,geheim\n"), 1);
    assert_non_null(strstr(world->err, "Line 1: there is no field passwort"));
    assert_int_equal(IMPORT(world, "display_name\nann\n"), 1);
    assert_non_null(strstr(world->err, "username among them"));
    assert_int_equal(IMPORT(world, "{\"username\":\"ann\",\"nick\":\"a\"}\n"), 1);
    assert_non_null(strstr(world->err, "there is no field nick"));
    assert_int_equal(IMPORT(world, "", "--file", "/nowhere/at/all"), 1);
    assert_non_null(strstr(world->err, "/nowhere/at/all cannot be read"));
}

static void a_dry_run_makes_nobody(void **state)
{
    struct world *world = *state;
    assert_int_equal(IMPORT(world, "username\nann\n", "--dry-run"), 0);
    assert_non_null(strstr(world->out, "Would make 1 accounts"));
    struct look look = {.login = "ann"};
    assert_int_equal(look_into(world, &look, find), -ENOENT);
    arena_deinit(&look.arena);
}

static void more_than_one_group_is_made_and_names_that_look_alike_are_told(void **state)
{
    struct world *world = *state;
    OWN(buf_deinit) struct buf lines = BUF_INIT;
    buf_printf(&lines, "username\n");
    for (int i = 0; i < 1200; i++)
        buf_printf(&lines, "person%d\n", i);
    buf_printf(&lines, "pers\xd0\xben7\n"); /* a Cyrillic o */
    buf_put_char(&lines, '\0');
    assert_int_equal(IMPORT(world, lines.ptr), 1);
    assert_non_null(strstr(world->out, "Made 1200 accounts"));
    assert_non_null(strstr(world->err, "Line 1202: "));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_first_admin_is_made_on_an_empty_directory),
        TEST(lines_of_json_become_accounts_that_can_sign_in),
        TEST(a_table_becomes_accounts_and_a_second_time_changes_nothing),
        TEST(a_line_that_is_wrong_is_named_and_the_others_are_made),
        TEST(a_column_that_nobody_knows_stops_before_the_first_account),
        TEST(a_dry_run_makes_nobody),
        TEST(more_than_one_group_is_made_and_names_that_look_alike_are_told),
        TEST(a_password_ends_with_its_line),
        TEST(a_bad_name_password_or_taken_name_is_refused),
        TEST(a_directory_that_is_in_use_is_left_alone),
        TEST(all_accounts_are_listed),
        TEST(a_password_is_replaced),
        TEST(an_administrator_is_made_and_unmade),
        TEST(an_invitation_is_printed_alone_and_works),
        TEST(a_sound_directory_passes_its_check),
        TEST(a_directory_is_compacted_if_nobody_holds_it),
        TEST(help_goes_to_stdout_and_complaints_to_stderr),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
