/* natternet migrate */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "admin/command.h"
#include "admin/migrate_copy.h"
#include "auth/keys.h"
#include "auth/keys_shared.h"

#define SQLITE_AT "sqlite:"
enum { USUAL_BATCH = 1000, BATCH_MOST = 10000, PATH_SIZE = 4096 };

struct ends {
    const char *from, *to;
};

static int complain(const char *why)
{
    fprintf(stderr, "natternet migrate: %s\n", why);
    return EXIT_NOT_DONE;
}

/* NULL: it is no directory of SQLite's. */
static const char *data_dir_of(const char *at)
{
    size_t len = strlen(SQLITE_AT);
    return strncmp(at, SQLITE_AT, len) == 0 ? at + len : NULL;
}

/* ---- what was asked for --------------------------------------------------------------------------- */

static bool is_place(const char *at)
{
    return (data_dir_of(at) && *data_dir_of(at)) || strncmp(at, "mongodb://", 10) == 0 ||
           strncmp(at, "mongodb+srv://", 14) == 0;
}

static const char *from_environment(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

/* However they are written. */
static bool same_place(const char *a, const char *b)
{
    const char *dir_a = data_dir_of(a), *dir_b = data_dir_of(b);
    struct stat info_a, info_b;
    if (!dir_a || !dir_b)
        return strcmp(a, b) == 0;
    return stat(dir_a, &info_a) == 0 && stat(dir_b, &info_b) == 0 &&
           info_a.st_dev == info_b.st_dev && info_a.st_ino == info_b.st_ino;
}

static bool are_places(const struct ends *ends)
{
    if (is_place(ends->from) && is_place(ends->to) && !same_place(ends->from, ends->to))
        return true;
    fputs("natternet migrate: --from and --to are two places: sqlite:DIR, with the data directory "
          "of a server, or mongodb://HOST/DATABASE?replicaSet=NAME, as in --store.\n",
          stderr);
    return false;
}

/* Opening would make an empty one. */
static bool has_file(const char *at)
{
    char path[PATH_SIZE];
    struct stat info;
    const char *dir = data_dir_of(at);
    if (!dir)
        return true;
    int len = snprintf(path, sizeof(path), "%s/natternet.db", dir);
    if (len > 0 && (size_t)len < sizeof(path) && stat(path, &info) == 0)
        return true;
    fprintf(stderr, "natternet migrate: there is no %s/natternet.db to read.\n", dir);
    return false;
}

static struct store *open_end(const struct command_call *call, const char *at, const char *what)
{
    char why[ADMIN_WHY_SIZE] = "";
    struct store *store = NULL;
    int rc = call->engine->open_at(&store, at, why);
    if (rc == 0)
        return store;
    fprintf(stderr, "natternet migrate: the %s: %s\n", what, why);
    if (rc == -EBUSY)
        fputs("Stop the server first: what it wrote meanwhile would be missing.\n", stderr);
    return NULL;
}

/* What nobody can see from here. */
static void warn_of_servers(const struct ends *ends)
{
    if (data_dir_of(ends->from))
        return;
    fputs("All servers of the source must be stopped, and stay so: what they write from now on may "
          "be missing in the target. The comparison at the end would tell it.\n",
          stderr);
}

/* ---- the keys ----------------------------------------------------------------------------------------- */

/* SQLite's lie beside it, in files; MongoDB's in the database. -ENOENT: there are none. */
static int take_keys(struct keys **out, struct store *store, const char *at, char *why)
{
    const char *dir = data_dir_of(at);
    return dir ? keys_open(out, dir, why) : keys_stored(out, store, why);
}

static int give_keys(const struct keys *keys, struct store *store, const char *at, char *why)
{
    const char *dir = data_dir_of(at);
    uint8_t seed[KEYS_SEED_LEN], mac[KEYS_MAC_LEN];
    if (dir)
        return keys_keep(keys, dir, why);
    keys_secrets(keys, seed, mac);
    OWN(keys_free) struct keys *agreed = keys_from(seed, mac);
    struct key_ring ring;
    int rc = keys_share(&agreed, store, &ring, why);
    password_wipe(str_of((char *)&ring, sizeof(ring)));
    if (rc == 0 && !str_eq(keys_kid(agreed), keys_kid(keys))) {
        snprintf(why, KEYS_WHY_SIZE, "the target has other keys already");
        rc = -EEXIST;
    }
    password_wipe(str_of((char *)seed, sizeof(seed)));
    password_wipe(str_of((char *)mac, sizeof(mac)));
    return rc;
}

static int move_keys(struct migrate *migrate, const struct ends *ends)
{
    char why[KEYS_WHY_SIZE] = "";
    OWN(keys_free) struct keys *keys = NULL;
    int rc = take_keys(&keys, migrate->from, ends->from, why);
    if (rc == -ENOENT)
        return 0;
    if (rc == 0)
        rc = give_keys(keys, migrate->to, ends->to, why);
    if (rc != 0)
        snprintf(migrate->why, sizeof(migrate->why), "%s", why);
    return rc;
}

/* ---- the comparison -------------------------------------------------------------------------------------- */

struct comparison {
    struct migrate_sum from[KIND_COUNT], to[KIND_COUNT];
};

static int sum_all(struct migrate *migrate, struct store *store, struct migrate_sum *sums)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < KIND_COUNT; i++) {
        migrate_bar_thing(&migrate->bar, store_kinds[i].name);
        rc = migrate_sum(migrate, store, &store_kinds[i], &sums[i]);
        if (rc == 0)
            migrate_bar_thing_end(&migrate->bar);
    }
    return rc;
}

static int compare(struct migrate *migrate, struct comparison *comparison)
{
    uint64_t total = migrate->bar.total;
    migrate_bar_begin(&migrate->bar, "reading again, from the source,", 0, total);
    int rc = sum_all(migrate, migrate->from, comparison->from);
    if (rc != 0)
        return rc;
    migrate_bar_begin(&migrate->bar, "reading again, from the target,", 0, total);
    return sum_all(migrate, migrate->to, comparison->to);
}

/* Prints both sides; how many kinds are not the same. */
static size_t print_comparison(const struct comparison *comparison)
{
    size_t differ = 0;
    printf("%-18s %14s %-18s %14s %-18s\n", "", "source", "sum", "target", "sum");
    for (size_t i = 0; i < KIND_COUNT; i++) {
        const struct migrate_sum *from = &comparison->from[i], *to = &comparison->to[i];
        bool same = memcmp(from, to, sizeof(*from)) == 0;
        differ += !same;
        printf("%-18s %14llu %016llx   %14llu %016llx   %s\n", store_kinds[i].name,
               (unsigned long long)from->rows, (unsigned long long)from->halves[0],
               (unsigned long long)to->rows, (unsigned long long)to->halves[0],
               same ? "same" : "DIFFERENT");
    }
    return differ;
}

/* ---- all of it ------------------------------------------------------------------------------------------------ */

static int run(struct migrate *migrate, const struct ends *ends)
{
    struct comparison comparison = {0};
    int rc = migrate_begin(migrate);
    if (rc == 0 && migrate->goes_on)
        fputs("Going on where an earlier run stopped.\n", stderr);
    if (rc == 0)
        rc = move_keys(migrate, ends); /* others may be there: better said before than after */
    if (rc == 0)
        rc = migrate_copy(migrate);
    if (rc == 0)
        rc = compare(migrate, &comparison);
    migrate_bar_hide(&migrate->bar);
    if (rc != 0)
        return complain(migrate->why);
    if (print_comparison(&comparison) > 0)
        return complain("the two sides are not the same. Was something written to one of them "
                        "meanwhile? Empty the target and migrate again with all servers stopped");
    if (migrate_end(migrate) != 0)
        return complain(migrate->why);
    puts("All is there, and the target can be served.");
    return EXIT_DONE;
}

int command_migrate(const struct command_call *call)
{
    struct ends ends = {from_environment("NATTERNET_MIGRATE_FROM"),
                        from_environment("NATTERNET_MIGRATE_TO")};
    const char *batch = "";
    uint64_t rows = USUAL_BATCH;
    const struct option_spec specs[] = {
        {.name = "from",
         .value = "STORE",
         .help = "sqlite:DIR or mongodb://… (NATTERNET_MIGRATE_FROM)",
         .text = &ends.from},
        {.name = "to",
         .value = "STORE",
         .help = "the same, empty or of an earlier run (NATTERNET_MIGRATE_TO)",
         .text = &ends.to},
        {.name = "batch",
         .value = "ROWS",
         .help = "rows that are written at once, 1 to 10000 (1000)",
         .text = &batch},
        {0}};
    int exit_code;
    if (!command_options(call, specs, &exit_code))
        return exit_code;
    if (*batch && (!str_to_u64(str_from_c(batch), &rows) || rows < 1 || rows > BATCH_MOST)) {
        fputs("natternet migrate: --batch is a number from 1 to 10000.\n", stderr);
        return EXIT_WRONG_USE;
    }
    if (!are_places(&ends))
        return EXIT_WRONG_USE;
    if (!has_file(ends.from))
        return EXIT_NOT_DONE;
    OWN(store_close) struct store *from = open_end(call, ends.from, "source");
    OWN(store_close) struct store *to = from ? open_end(call, ends.to, "target") : NULL;
    if (!from || !to)
        return EXIT_NOT_DONE;
    warn_of_servers(&ends);
    struct migrate migrate = {.from = from, .to = to, .batch = rows, .bar.out = stderr};
    return run(&migrate, &ends);
}
