/* natternet user create */
#include <errno.h>
#include <stdio.h>

#include "admin/command.h"
#include "auth/account_rules.h"
#include "auth/password.h"
#include "core/clock.h"
#include "core/random.h"
#include "core/unicode.h"
#include "store/store_wait.h"

struct create_job {
    struct store_job job;
    struct user user;
    struct str key;
    char hash[PASSWORD_HASH_SIZE];
};

static int create(struct store_job *job, struct store_conn *conn)
{
    struct create_job *create = CONTAINER_OF(job, struct create_job, job);
    const struct user *user = &create->user;
    int rc = store_user_create(conn, user, create->key, str_from_c(create->hash));
    return rc == 0 && user->admin
               ? command_write_down(conn, AUDIT_ADMIN_MADE, user->id, user->created_at, STR_NONE)
               : rc;
}

static int write_user(struct store *store, struct create_job *create_job)
{
    create_job->job.run = create;
    int rc = store_write_wait(store, &create_job->job);
    if (rc == 0) {
        char id[BASE62_LEN];
        base62_print(create_job->user.id.v, id);
        printf("Made %s%.*s, id %.*s.\n", create_job->user.admin ? "the administrator " : "",
               STR_ARG(create_job->user.username), BASE62_LEN, id);
        return EXIT_DONE;
    }
    if (rc == -EEXIST)
        fprintf(stderr,
                "Somebody already has the username %.*s, or one that looks like it; choose "
                "another one.\n",
                STR_ARG(create_job->user.username));
    else
        command_complain("The account could not be written", rc);
    return EXIT_NOT_DONE;
}

static bool fill(struct create_job *create_job, const struct limits *limits, const char *username,
                 const char *display_name, struct arena *arena)
{
    struct user *user = &create_job->user;
    user->id.v = random_id();
    user->username = str_from_c(username);
    user->display_name = str_from_c(display_name ? display_name : username);
    user->created_at = clock_now_ms();
    return command_is_fine(account_check_username(limits, user->username, arena)) &&
           command_is_fine(account_check_display_name(limits, user->display_name, arena)) &&
           unicode_fold(user->username, arena, &create_job->key);
}

int command_user_create(const struct command_call *call)
{
    struct command_place place = command_default_place();
    const char *username = NULL, *display_name = NULL;
    struct create_job create_job = {.hash = ""};
    bool from_stdin = false;
    const struct option_spec specs[] = {
        COMMAND_PLACE(place),
        {.name = "username", .value = "NAME", .help = "what they sign in with", .text = &username},
        {.name = "display-name",
         .value = "TEXT",
         .help = "the name that others see; the username if absent",
         .text = &display_name},
        {.name = "admin",
         .help = "an administrator, who may make invitations",
         .flag = &create_job.user.admin},
        {.name = "password-stdin",
         .help = "take the password from stdin even on a terminal",
         .flag = &from_stdin},
        {0},
    };
    int exit_code;
    if (!command_options(call, specs, &exit_code))
        return exit_code;
    if (!username) {
        fputs("Give the name: --username NAME\n", stderr);
        return EXIT_WRONG_USE;
    }
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct limits limits;
    limits_init(&limits);
    if (!fill(&create_job, &limits, username, display_name, &arena))
        return EXIT_NOT_DONE;
    /* The store first: who cannot open it should not have to type a password. */
    OWN(store_close) struct store *store = command_open(call, &place);
    if (!store || !command_hash_password(from_stdin, &limits, &arena, create_job.hash))
        return EXIT_NOT_DONE;
    return write_user(store, &create_job);
}
