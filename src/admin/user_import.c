/* natternet user import */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "admin/command.h"
#include "admin/import_record.h"
#include "auth/account_rules.h"
#include "core/clock.h"
#include "core/random.h"
#include "core/unicode.h"
#include "store/store_wait.h"

/* Accounts written in one transaction; complaints shown in full, the rest is counted. */
enum { GROUP = 500, SHOWN_MOST = 20, LINE_MOST = 8192 };

struct candidate {
    uint64_t line;
    struct user user;
    struct str key, hash;
    int rc; /* what became of it: -EEXIST if it was there, -ENOTUNIQ if only one like it */
};

struct import {
    struct store_job job;
    struct store *store; /* NULL: only look */
    struct limits limits;
    struct import_columns columns;
    bool table; /* with commas, not JSON */
    struct arena arena;
    struct candidate group[GROUP];
    size_t count;
    uint64_t line, made, there, wrong;
};

static void complain(struct import *import, uint64_t line, struct str why)
{
    if (why.len > 0 && why.ptr[why.len - 1] == '.')
        why.len--;
    if (import->wrong++ < SHOWN_MOST)
        fprintf(stderr, "Line %llu: %.*s.\n", (unsigned long long)line, STR_ARG(why));
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Is it this account that has the name, or another whose name looks like it? */
static int look_who_it_is(struct store_conn *conn, const struct candidate *candidate)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct credentials there;
    int rc = store_credentials_by_login(conn, candidate->key, &arena, &there);
    return rc == 0 ? -EEXIST : rc == -ENOENT ? -ENOTUNIQ : rc;
}

static int write_group(struct store_job *job, struct store_conn *conn)
{
    struct import *import = CONTAINER_OF(job, struct import, job);
    for (size_t i = 0; i < import->count; i++) {
        struct candidate *candidate = &import->group[i];
        const struct user *user = &candidate->user;
        int rc = store_user_create(conn, user, candidate->key, candidate->hash);
        if (rc == 0 && user->admin)
            rc = command_write_down(conn, AUDIT_ADMIN_MADE, user->id, user->created_at, STR_NONE);
        else if (rc == -EEXIST)
            rc = look_who_it_is(conn, candidate);
        if (rc != 0 && rc != -EEXIST && rc != -ENOTUNIQ)
            return rc;
        candidate->rc = rc;
    }
    return 0;
}

/* False: the store could not; nothing of the group stands. */
static bool flush_group(struct import *import)
{
    import->job.run = write_group;
    int rc = import->store && import->count ? store_write_wait(import->store, &import->job) : 0;
    if (rc != 0) {
        command_complain("The accounts could not be written", rc);
        return false;
    }
    for (size_t i = 0; i < import->count; i++) {
        const struct candidate *candidate = &import->group[i];
        import->made += candidate->rc == 0;
        import->there += candidate->rc == -EEXIST;
        if (candidate->rc == -ENOTUNIQ)
            complain(import, candidate->line,
                     arena_printf(&import->arena,
                                  "somebody else has a username that looks like %.*s; choose "
                                  "another one",
                                  STR_ARG(candidate->user.username)));
    }
    import->count = 0;
    arena_deinit(&import->arena);
    return true;
}

/* ---- reading --------------------------------------------------------------------------------- */

static struct problem check(const struct import *import, const struct user *user, struct str hash,
                            struct arena *arena)
{
    const struct limits *limits = &import->limits;
    const struct password_cost most = {PASSWORD_MEMORY_KIB_MOST, PASSWORD_PASSES_MOST};
    struct problem problem = account_check_username(limits, user->username, arena);
    if (problem.err == ERR_OK)
        problem = account_check_display_name(limits, user->display_name, arena);
    if (problem.err == ERR_OK && user->email.len)
        problem = account_check_email(limits, user->email, arena);
    if (problem.err == ERR_OK && user->locale.len)
        problem = account_check_locale(limits, user->locale, arena);
    if (problem.err == ERR_OK && hash.len && !password_hash_is_usable(most, hash))
        problem = problem_field(ERR_FIELD_INVALID, STR("password_hash"),
                                STR("password_hash must be Argon2id's text, $argon2id$v=19$..., or "
                                    "empty for nobody to sign in by password"));
    return problem;
}

static void add_candidate(struct import *import, const struct import_record *record)
{
    struct candidate *candidate = &import->group[import->count];
    *candidate = (struct candidate){.line = import->line, .hash = record->password_hash};
    struct user *user = &candidate->user;
    *user = (struct user){.id = {random_id()},
                          .username = record->username,
                          .display_name =
                              record->display_name.len ? record->display_name : record->username,
                          .email = record->email,
                          .locale = record->locale,
                          .admin = record->admin,
                          .created_at = clock_now_ms()};
    struct problem problem = check(import, user, candidate->hash, &import->arena);
    if (problem.err == ERR_OK && !unicode_fold(user->username, &import->arena, &candidate->key))
        problem = problem_field(ERR_FIELD_INVALID, STR("username"), STR("it is not UTF-8"));
    if (problem.err == ERR_OK)
        import->count++;
    else
        complain(import, import->line,
                 problem.detail.len ? problem.detail : err_detail(problem.err));
}

/* One line without its end. False: the first one already makes no sense. */
static bool take_line(struct import *import, struct str text, bool *begun)
{
    struct str why = STR_NONE, line = arena_copy(&import->arena, text);
    struct import_record record;
    if (str_trim(line).len == 0)
        return true;
    if (!*begun) {
        *begun = true;
        import->table = str_trim(line).ptr[0] != '{';
        if (import->table && !import_columns_parse(line, &import->arena, &import->columns, &why)) {
            complain(import, import->line, why);
            return false;
        }
        if (import->table)
            return true;
    }
    bool fine = import->table
                    ? import_record_csv(line, &import->columns, &import->arena, &record, &why)
                    : import_record_json(line, &import->arena, &record, &why);
    if (fine)
        add_candidate(import, &record);
    else
        complain(import, import->line, why);
    return true;
}

/* Nor the byte order mark that tables of some programs begin with. */
static struct str bare(const char *text, size_t len, bool first)
{
    if (first && len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        len -= 3;
    }
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        len--;
    return str_of(text, len);
}

static bool read_all(struct import *import, FILE *file)
{
    char *text = NULL;
    size_t size = 0;
    ssize_t len;
    bool begun = false, fine = true;
    while (fine && (len = getline(&text, &size, file)) >= 0) {
        import->line++;
        if (len > LINE_MOST)
            complain(import, import->line, STR("it is longer than 8,192 bytes"));
        else
            fine = take_line(import, bare(text, (size_t)len, import->line == 1), &begun);
        if (fine && import->count == GROUP)
            fine = flush_group(import);
    }
    free(text);
    return flush_group(import) && fine;
}

static int report(const struct import *import, bool whole)
{
    if (import->wrong > SHOWN_MOST)
        fprintf(stderr, "... and %llu more lines that are wrong.\n",
                (unsigned long long)(import->wrong - SHOWN_MOST));
    printf("%s %llu accounts, %llu were there already, %llu lines are wrong.\n",
           import->store ? "Made" : "Would make", (unsigned long long)import->made,
           (unsigned long long)import->there, (unsigned long long)import->wrong);
    if (import->wrong)
        fputs("Mend the lines that are wrong and import the same file again: what is there stays "
              "as it is.\n",
              stderr);
    return whole && import->wrong == 0 ? EXIT_DONE : EXIT_NOT_DONE;
}

static int import_file(const struct command_call *call, const struct command_place *place,
                       FILE *file, bool dry)
{
    struct import *import = NEW(struct import);
    limits_init(&import->limits);
    import->store = dry ? NULL : command_open(call, place);
    int code = EXIT_NOT_DONE;
    if (dry || import->store)
        code = report(import, read_all(import, file));
    store_close(import->store);
    arena_deinit(&import->arena);
    xfree(import);
    return code;
}

int command_user_import(const struct command_call *call)
{
    struct command_place place = command_default_place();
    const char *path = NULL;
    bool dry = false;
    const struct option_spec specs[] = {
        COMMAND_PLACE(place),
        {.name = "file",
         .value = "FILE",
         .help =
             "JSON, one object a line, or a table with commas whose first line names the "
             "columns: username, and any of display_name, email, locale, password_hash (Argon2id, "
             "in quotation marks), admin; - or absent: from stdin",
         .text = &path},
        {.name = "dry-run", .help = "only look whether the lines are right", .flag = &dry},
        {0},
    };
    int exit_code;
    if (!command_options(call, specs, &exit_code))
        return exit_code;
    bool from_stdin = !path || strcmp(path, "-") == 0;
    FILE *file = from_stdin ? fdopen(dup(STDIN_FILENO), "re") : fopen(path, "re");
    if (!file) {
        fprintf(stderr, "%s cannot be read: %s\n", from_stdin ? "stdin" : path, strerror(errno));
        return EXIT_NOT_DONE;
    }
    exit_code = import_file(call, &place, file, dry);
    fclose(file);
    return exit_code;
}
