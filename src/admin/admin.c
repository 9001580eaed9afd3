#include "admin/admin.h"

#include <stdio.h>
#include <string.h>

#include "admin/command.h"

static const struct {
    const char *first, *second; /* NULL: the first word alone */
    const char *about;
    int (*run)(const struct command_call *call);
} commands[] = {
    {"user", "create", "makes an account; the password comes from the terminal or from stdin",
     command_user_create},
    {"user", "import", "makes many accounts from a file, and those alone that are not there",
     command_user_import},
    {"user", "list", "lists all accounts", command_user_list},
    {"user", "set-password", "gives somebody a new password and ends all of their sessions",
     command_user_set_password},
    {"user", "set-admin", "makes somebody an administrator, or no longer one",
     command_user_set_admin},
    {"user", "suspend",
     "lets somebody sign in no more, for a time or for good, and ends all of their "
     "sessions",
     command_user_suspend},
    {"user", "lift", "lets somebody sign in again who was suspended", command_user_lift},
    {"user", "invite", "prints a code that lets people sign up", command_user_invite},
    {"check", NULL, "looks whether everything stored is whole; exit code 1 if it is not",
     command_check},
    {"search", "rebuild", "makes the index of searches anew, from the messages",
     command_search_rebuild},
    {"compact", NULL, "writes the database anew, so that nothing deleted is left in it",
     command_compact},
    {"migrate", NULL, "moves all data to another store, from SQLite to MongoDB or back",
     command_migrate},
};

static void print_commands(FILE *out, const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (strcmp(commands[i].first, word) != 0)
            continue;
        char name[40];
        snprintf(name, sizeof(name), "%s %s", commands[i].first,
                 commands[i].second ? commands[i].second : "");
        fprintf(out, "  natternet %-20s %s\n", name, commands[i].about);
    }
}

bool admin_knows(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        if (strcmp(commands[i].first, word) == 0)
            return true;
    return false;
}

static int help(int argc, char **argv)
{
    bool asked = argc > 2 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0);
    FILE *out = asked ? stdout : stderr;
    if (!asked && argc > 2)
        fprintf(out, "There is no `natternet %s %s`. There are:\n", argv[1], argv[2]);
    else
        fputs("Use, each with --help:\n", out);
    print_commands(out, argv[1]);
    return asked ? EXIT_DONE : EXIT_WRONG_USE;
}

int admin_main(int argc, char **argv, const struct admin_engine *engine)
{
    REQUIRE(argc >= 2 && admin_knows(argv[1]));
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        const char *second = commands[i].second;
        if (strcmp(commands[i].first, argv[1]) != 0)
            continue;
        if (second && (argc < 3 || strcmp(second, argv[2]) != 0))
            continue;
        char name[40];
        snprintf(name, sizeof(name), "%s%s%s", argv[1], second ? " " : "", second ? second : "");
        int words = second ? 3 : 2;
        struct command_call call = {engine, name, commands[i].about, argc - words, argv + words};
        return commands[i].run(&call);
    }
    return help(argc, argv);
}
