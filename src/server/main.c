/* main.c - `natternet serve`, and the way to the operator's subcommands. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "admin/admin.h"
#include "server/fit.h"
#include "server/server.h"
#include "store/mongo/mongo_store.h"
#include "store/sqlite/sqlite_store.h"

static int serve(int argc, char **argv)
{
    struct config config;
    OWN(server_free) struct server *server = NULL;

    int rc = config_load(&config, argc, argv, stderr);
    if (rc == CONFIG_HELP) {
        config_help(stdout);
        config_deinit(&config);
        return EXIT_SUCCESS;
    }
    if (rc == 0) {
        log_setup(config.log_format, config.log_level);
        fit_limits(&config);
        rc = server_new(&server, &config);
    }
    if (rc == 0)
        rc = server_run(server);
    server_free(TAKE(server));
    config_deinit(&config);
    return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* `shared`: servers may have it open too. */
static int open_mongo(struct store **out, const char *uri, bool shared, char *why)
{
#if NATTERNET_MONGO
    struct mongo_options options = {.uri = uri, .readers = 1, .shared = shared, .still = true};
    return mongo_store_open(out, &options, why);
#else
    (void)out, (void)uri, (void)shared;
    snprintf(why, ADMIN_WHY_SIZE,
             "this program was built without MongoDB: install libmongoc-dev and build it again");
    return -ENOTSUP;
#endif
}

static int open_store(struct store **out, const char *store, const char *data_dir, char *why)
{
    if (strcmp(store, "sqlite") != 0)
        return open_mongo(out, store, true, why);
    struct sqlite_options options = {.data_dir = data_dir, .readers = 1};
    return sqlite_store_open(out, &options, why);
}

static int open_at(struct store **out, const char *at, char *why)
{
    struct str kind = str_from_c(at);
    if (!str_starts(kind, STR("sqlite:")))
        return open_mongo(out, at, false, why);
    struct sqlite_options options = {
        .data_dir = at + strlen("sqlite:"), .readers = 1, .still = true};
    return sqlite_store_open(out, &options, why);
}

static int usage(FILE *out, int status)
{
    fputs("NatterNet " NATTERNET_VERSION ", a chat server with its own web page\n"
          "\n"
          "  natternet serve    run the server (natternet serve --help lists all settings)\n"
          "  natternet user     people and invitations (natternet user --help)\n"
          "  natternet check    look whether the data is sound (natternet check --help)\n"
          "  natternet compact  write the data anew, without what was deleted (natternet compact "
          "--help)\n"
          "  natternet migrate  move the data to another store (natternet migrate --help)\n"
          "  natternet search   make the index of searches anew (natternet search --help)\n"
          "  natternet version  print the version\n",
          out);
    return status;
}

int main(int argc, char **argv)
{
    struct str word = str_from_c(argc > 1 ? argv[1] : "");
    if (str_eq(word, STR("serve")))
        return serve(argc - 2, argv + 2);
    if (argc > 1 && admin_knows(argv[1]))
        return admin_main(
            argc, argv,
            &(struct admin_engine){open_store, sqlite_store_check, sqlite_store_compact, open_at});
    if (str_eq(word, STR("version")) || str_eq(word, STR("--version")))
        return puts(NATTERNET_VERSION) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
    if (str_eq(word, STR("help")) || str_eq(word, STR("--help")) || str_eq(word, STR("-h")))
        return usage(stdout, EXIT_SUCCESS);
    return usage(stderr, EXIT_FAILURE);
}
