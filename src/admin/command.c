#include "admin/command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "admin/secret_input.h"
#include "auth/account_rules.h"
#include "core/random.h"
#include "core/unicode.h"
#include "store/store_mark.h"

bool command_options(const struct command_call *call, const struct option_spec *specs,
                     int *exit_code)
{
    switch (options_parse(specs, call->argc, call->argv, stderr)) {
    case OPTIONS_OK:
        return true;
    case OPTIONS_HELP:
        printf("natternet %s %s.\n\n", call->name, call->about);
        options_help(specs, stdout);
        *exit_code = EXIT_DONE;
        return false;
    case OPTIONS_WRONG:
    default:
        *exit_code = EXIT_WRONG_USE;
        return false;
    }
}

const char *command_default_data(void)
{
    const char *from_environment = getenv("NATTERNET_DATA");
    return from_environment && *from_environment ? from_environment : "./data";
}

struct command_place command_default_place(void)
{
    const char *from_environment = getenv("NATTERNET_STORE");
    return (struct command_place){from_environment && *from_environment ? from_environment
                                                                        : "sqlite",
                                  command_default_data()};
}

struct store *command_open(const struct command_call *call, const struct command_place *place)
{
    char why[ADMIN_WHY_SIZE] = "";
    struct store *store = NULL;
    int rc = call->engine->open(&store, place->store, place->data, why);
    if (rc == 0)
        rc = store_is_whole(store, why, sizeof(why));
    if (rc == 0)
        return store;
    store_close(store);
    fprintf(stderr, "natternet %s: %s\n", call->name, why);
    if (rc == -EBUSY)
        fputs("While a server runs, people sign up with it, and its administrators make "
              "invitations with POST /api/v1/invites.\n",
              stderr);
    return NULL;
}

void command_complain(const char *what, int rc)
{
    fprintf(stderr, "%s: %s. Nothing was changed.\n", what, strerror(-rc));
}

bool command_is_fine(struct problem problem)
{
    if (problem.err != ERR_OK)
        fprintf(stderr, "%.*s\n", STR_ARG(problem.detail));
    return problem.err == ERR_OK;
}

bool command_hash_password(bool from_stdin, const struct limits *limits, struct arena *arena,
                           char out[PASSWORD_HASH_SIZE])
{
    char text[SECRET_INPUT_SIZE];
    struct str password;
    if (!secret_input(from_stdin, text, &password))
        return false;
    bool fine = command_is_fine(account_check_password(limits, STR("password"), password, arena));
    struct password_cost cost = {limits->password_memory_kib, limits->password_passes};
    if (fine && password_hash(cost, password, out) != 0) {
        fputs("There is not enough memory to hash the password.\n", stderr);
        fine = false;
    }
    password_wipe(str_of(text, sizeof(text)));
    return fine;
}

int command_find_user(struct store_conn *conn, const char *username, struct arena *arena,
                      struct user *out)
{
    struct str key;
    struct credentials credentials;
    /* A login may be an e-mail address too; no username holds the sign of one. */
    if (strchr(username, '@') || !unicode_fold(str_from_c(username), arena, &key))
        return -ENOENT;
    int rc = store_credentials_by_login(conn, key, arena, &credentials);
    if (rc == 0)
        *out = credentials.user;
    return rc;
}

int command_write_down(struct store_conn *conn, enum audit_type type, user_id user, int64_t at,
                       struct str payload)
{
    return store_audit_put(
        conn,
        &(struct audit_entry){
            .seq = random_id(), .at = at, .type = (uint8_t)type, .user = user, .payload = payload});
}
