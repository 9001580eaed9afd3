/* command.h - inside admin: what every subcommand gets and gives back. */
#pragma once

#include "admin/admin.h"
#include "admin/options.h"
#include "auth/password.h"
#include "core/arena.h"
#include "core/limits.h"
#include "model/audit.h"
#include "model/problem.h"
#include "store/store.h"

enum { EXIT_DONE = 0, EXIT_NOT_DONE = 1, EXIT_WRONG_USE = 2 };

struct command_call {
    const struct admin_engine *engine;
    const char *name; /* "user create", as typed */
    const char *about;
    int argc; /* the words behind it */
    char **argv;
};

/* True: go on. False: --help was answered or something is wrong; return *exit_code. */
bool command_options(const struct command_call *call, const struct option_spec *specs,
                     int *exit_code);

/* The --data option, the same for all. */
#define COMMAND_DATA(variable)                                                                     \
    {                                                                                              \
        .name = "data", .value = "DIR", .text = &(variable),                                       \
        .help = "the server's data directory (NATTERNET_DATA, else ./data)"                        \
    }
const char *command_default_data(void);

/* Where accounts are: what --store and --data of the server say. */
struct command_place {
    const char *store, *data;
};
#define COMMAND_PLACE(place)                                                                       \
    {.name = "store",                                                                              \
     .value = "STORE",                                                                             \
     .text = &(place).store,                                                                       \
     .help = "sqlite or mongodb://…, as the server has it (NATTERNET_STORE, else sqlite)"},        \
        COMMAND_DATA((place).data)
struct command_place command_default_place(void);

/* NULL after a sentence on stderr. */
struct store *command_open(const struct command_call *call, const struct command_place *place)
    MUST_USE;
OWN_DEFINE(store_close, struct store *)

/* Says on stderr why the store did not do it. */
void command_complain(const char *what, int rc);

/* False after saying what is wrong. */
bool command_is_fine(struct problem problem);
/* Asks for a password, checks and hashes it. False after saying what is wrong. */
bool command_hash_password(bool from_stdin, const struct limits *limits, struct arena *arena,
                           char out[PASSWORD_HASH_SIZE]);
/* Inside a job: who has that username. -ENOENT. */
int command_find_user(struct store_conn *conn, const char *username, struct arena *arena,
                      struct user *out);
/* Inside a job: into the audit log, as done by nobody. What administrators do over the API is written down as
 * theirs. `payload`: empty, or an object. */
int command_write_down(struct store_conn *conn, enum audit_type type, user_id user, int64_t at,
                       struct str payload);

int command_user_create(const struct command_call *call);
int command_user_import(const struct command_call *call);
int command_user_list(const struct command_call *call);
int command_user_set_password(const struct command_call *call);
int command_user_set_admin(const struct command_call *call);
int command_user_suspend(const struct command_call *call);
int command_user_lift(const struct command_call *call);
int command_user_invite(const struct command_call *call);
int command_check(const struct command_call *call);
int command_compact(const struct command_call *call);
int command_migrate(const struct command_call *call);
int command_search_rebuild(const struct command_call *call);
