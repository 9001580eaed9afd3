/* natternet user set-password and natternet user set-admin */
#include <errno.h>

#include "admin/command.h"
#include "core/clock.h"
#include "store/store_wait.h"

struct change_job {
    struct store_job job;
    struct arena arena;
    const char *username;
    int (*change)(struct change_job *job, struct store_conn *conn, user_id user);
    bool admin;
    char hash[PASSWORD_HASH_SIZE];
    size_t ended;
};

static int run_change(struct store_job *job, struct store_conn *conn)
{
    struct change_job *change = CONTAINER_OF(job, struct change_job, job);
    struct user user;
    int rc = command_find_user(conn, change->username, &change->arena, &user);
    return rc == 0 ? change->change(change, conn, user.id) : rc;
}

static bool write_change(struct store *store, struct change_job *change)
{
    change->job.run = run_change;
    int rc = store_write_wait(store, &change->job);
    if (rc == -ENOENT)
        fprintf(stderr, "Nobody has the username %s; `natternet user list` shows them all.\n",
                change->username);
    else if (rc != 0)
        command_complain("The account could not be changed", rc);
    return rc == 0;
}

static int set_password(struct change_job *change, struct store_conn *conn, user_id user)
{
    struct session_list ended;
    int64_t now = clock_now_ms();
    int rc = store_user_set_password(conn, user, str_from_c(change->hash));
    if (rc == 0)
        rc = store_sessions_end(conn, user, (session_id){0}, now, &change->arena, &ended);
    if (rc != 0)
        return rc;
    change->ended = ended.count;
    return command_write_down(conn, AUDIT_PASSWORD_SET, user, now, STR_NONE);
}

static int set_admin(struct change_job *change, struct store_conn *conn, user_id user)
{
    int rc = store_user_set_admin(conn, user, change->admin);
    enum audit_type type = change->admin ? AUDIT_ADMIN_MADE : AUDIT_ADMIN_UNMADE;
    return rc == 0 ? command_write_down(conn, type, user, clock_now_ms(), STR_NONE) : rc;
}

static int name_is_missing(void)
{
    fputs("Give the name: --username NAME\n", stderr);
    return EXIT_WRONG_USE;
}

int command_user_set_password(const struct command_call *call)
{
    struct command_place place = command_default_place();
    struct change_job change = {.change = set_password};
    bool from_stdin = false;
    const struct option_spec specs[] = {
        COMMAND_PLACE(place),
        {.name = "username", .value = "NAME", .help = "whose password", .text = &change.username},
        {.name = "password-stdin",
         .help = "take the password from stdin even on a terminal",
         .flag = &from_stdin},
        {0},
    };
    int exit_code;
    if (!command_options(call, specs, &exit_code))
        return exit_code;
    if (!change.username)
        return name_is_missing();
    struct limits limits;
    limits_init(&limits);
    OWN(store_close) struct store *store = command_open(call, &place);
    bool done = store && command_hash_password(from_stdin, &limits, &change.arena, change.hash) &&
                write_change(store, &change);
    if (done)
        printf("Changed the password of %s and ended %zu sessions.\n", change.username,
               change.ended);
    arena_deinit(&change.arena);
    return done ? EXIT_DONE : EXIT_NOT_DONE;
}

int command_user_set_admin(const struct command_call *call)
{
    struct command_place place = command_default_place();
    struct change_job change = {.change = set_admin};
    bool off = false;
    const struct option_spec specs[] = {
        COMMAND_PLACE(place),
        {.name = "username", .value = "NAME", .help = "who", .text = &change.username},
        {.name = "off", .help = "no longer an administrator", .flag = &off},
        {0},
    };
    int exit_code;
    if (!command_options(call, specs, &exit_code))
        return exit_code;
    if (!change.username)
        return name_is_missing();
    change.admin = !off;
    OWN(store_close) struct store *store = command_open(call, &place);
    bool done = store && write_change(store, &change);
    if (done)
        printf("%s is %s administrator.\n", change.username, off ? "no longer an" : "an");
    arena_deinit(&change.arena);
    return done ? EXIT_DONE : EXIT_NOT_DONE;
}
