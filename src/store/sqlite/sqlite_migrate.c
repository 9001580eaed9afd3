#include "store/sqlite/sqlite_migrate.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/unicode.h"
#include "store/listing.h"
#include "store/sqlite/sqlite_error.h"
#include "store/sqlite/sqlite_files.h"

#define COPY_FILE SQLITE_FILE ".migrating"

static void close_db_p(sqlite3 **db)
{
    sqlite3_close(*db);
}

/* ---- what steps may call -------------------------------------------------------------------- */

static void skeleton(sqlite3_context *context, int count UNUSED, sqlite3_value **arguments)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    const char *text = (const char *)sqlite3_value_text(arguments[0]);
    struct str out;
    if (text && unicode_skeleton(str_from_c(text), &arena, &out))
        sqlite3_result_text(context, out.ptr, (int)out.len, SQLITE_TRANSIENT);
}

/* The folded name, as rooms are in order by it; and the words of a name and a topic, as an array of JSON. */
static void listing_key(sqlite3_context *context, int count UNUSED, sqlite3_value **arguments)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    const char *name = (const char *)sqlite3_value_text(arguments[0]);
    struct str folded;
    if (!name || !unicode_fold(str_from_c(name), &arena, &folded))
        folded = STR("");
    folded = listing_cut(folded, LISTING_KEY_BYTES);
    sqlite3_result_text(context, folded.ptr, (int)folded.len, SQLITE_TRANSIENT);
}

static void listing_words(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct listing_words words = {0};
    for (int i = 0; i < count; i++) {
        const char *text = (const char *)sqlite3_value_text(arguments[i]);
        struct str folded;
        if (text && unicode_fold(str_from_c(text), &arena, &folded))
            listing_index(&words, folded);
    }
    buf_put_char(&out, '[');
    for (size_t i = 0; i < words.count; i++) /* no character of a word needs to be escaped */
        buf_printf(&out, "%s\"%.*s\"", i ? "," : "", STR_ARG(words.items[i]));
    buf_put_char(&out, ']');
    sqlite3_result_text(context, buf_str(&out).ptr, (int)out.len, SQLITE_TRANSIENT);
}

static int add_functions(sqlite3 *db)
{
    const struct {
        const char *name;
        int arguments;
        void (*call)(sqlite3_context *context, int count, sqlite3_value **arguments);
    } functions[] = {{"skeleton", 1, skeleton},
                     {"listing_key", 1, listing_key},
                     {"listing_words", 2, listing_words}};
    int code = SQLITE_OK;
    for (size_t i = 0; code == SQLITE_OK && i < ARRAY_LEN(functions); i++)
        code = sqlite3_create_function_v2(db, functions[i].name, functions[i].arguments,
                                          SQLITE_UTF8 | SQLITE_DIRECTONLY, NULL, functions[i].call,
                                          NULL, NULL, NULL);
    return code;
}

/* ---- asking a file --------------------------------------------------------------------------- */

static int open_db(const char *path, sqlite3 **out, char *why)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    OWN(close_db) sqlite3 *db = NULL;
    int code = sqlite3_open_v2(path, &db, flags, NULL);
    if (code == SQLITE_OK)
        code = add_functions(db);
    if (code != SQLITE_OK) {
        int rc = sqlite_errno(db, code);
        return why_say(why, rc, "cannot open %s: %s", path, sqlite_errno_text(rc));
    }
    *out = TAKE(db);
    return 0;
}

static int why_damaged(sqlite3 *db, int code, const char *path, char *why)
{
    int rc = sqlite_errno(db, code);
    if (rc != -EUCLEAN)
        return why_say(why, rc, "cannot use %s: %s", path, sqlite_errno_text(rc));
    return why_say(why, rc,
                   "%s is damaged, or no database at all (%s): `natternet check` tells more; "
                   "put a copy from a backup in its place, with no %s-wal beside it",
                   path, sqlite3_errmsg(db), SQLITE_FILE);
}

static int number_of(sqlite3 *db, const char *text, int *out)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db, text, -1, &statement, NULL);
    if (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        *out = sqlite3_column_int(statement, 0);
        code = SQLITE_OK;
    }
    sqlite3_finalize(statement);
    return code;
}

/* 0 and its version (0: new, empty); else it is none of ours. */
static int read_version(sqlite3 *db, const char *path, int newest, int *version, char *why)
{
    int id = 0, tables = 0;
    int code = number_of(db, "PRAGMA application_id", &id);
    if (code == SQLITE_OK)
        code = number_of(db, "PRAGMA user_version", version);
    if (code == SQLITE_OK)
        code = number_of(db, "SELECT count(*) FROM sqlite_schema", &tables);
    if (code != SQLITE_OK)
        return why_damaged(db, code, path, why);
    if (id == 0 && *version == 0 && tables == 0)
        return 0;
    if (id != SQLITE_APPLICATION_ID)
        return why_say(why, -EINVAL,
                       "%s is a database of some other program: move it away, or give NatterNet "
                       "another directory with --data",
                       path);
    if (*version > newest)
        return why_say(
            why, -ENOTSUP,
            "%s was written by a newer NatterNet (version %d of its tables; this program "
            "knows those up to %d): start that one, or restore a backup from before",
            path, *version, newest);
    return 0;
}

/* Reads what a bounded time allows, looking for damage: after a stop that was not clean, the whole
 * of a large file would keep people waiting; `natternet check` has the time. */
static int is_past(void *deadline)
{
    return clock_monotonic_ms() > *(uint64_t *)deadline;
}

static int quick_check(sqlite3 *db, const char *path, uint64_t ms, char *why)
{
    enum { STEPS_BETWEEN_LOOKS = 1000 };
    uint64_t deadline = clock_monotonic_ms() + ms;
    sqlite3_progress_handler(db, STEPS_BETWEEN_LOOKS, is_past, &deadline);
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &statement, NULL);
    int rc = 0;
    if (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *finding = (const char *)sqlite3_column_text(statement, 0);
        code = SQLITE_OK;
        if (!finding || strcmp(finding, "ok") != 0)
            rc = why_say(why, -EUCLEAN,
                         "%s is damaged (%s): `natternet check` tells more; restore a backup", path,
                         finding ? finding : "no memory");
    }
    sqlite3_finalize(statement);
    sqlite3_progress_handler(db, 0, NULL, NULL);
    if (code != SQLITE_OK && (code & 0xff) != SQLITE_INTERRUPT)
        return why_damaged(db, code, path, why);
    return rc;
}

/* ---- changing one ---------------------------------------------------------------------------- */

/* One step and its number, together or not at all. */
static int run_step(sqlite3 *db, const struct migration *step, const char *path, char *why)
{
    char stamp[128];
    snprintf(stamp, sizeof(stamp), "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
             SQLITE_APPLICATION_ID, step->version);
    int code = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, step->sql, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, stamp, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        return 0;
    int rc = sqlite_errno(db, code);
    return why_say(why, rc, "cannot bring %s to version %d of its tables: %s (%s)", path,
                   step->version, sqlite_errno_text(rc), sqlite3_errmsg(db));
}

static int run_steps(sqlite3 *db, int from, const struct migration *steps, size_t count,
                     const char *path, char *why)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++)
        if (steps[i].version > from)
            rc = run_step(db, &steps[i], path, why);
    return rc;
}

/* Leaves the original as one file without a log beside it: a log that outlived the file it belongs
 * to would be played into the copy that takes its name. */
static int make_copy(sqlite3 *db, const char *path, const char *copy, char *why)
{
    if (unlink(copy) != 0 && errno != ENOENT)
        return why_say(why, -errno, "cannot remove %s: %s", copy, strerror(errno));
    int code = sqlite3_exec(db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    char *text = sqlite3_mprintf("VACUUM INTO %Q", copy);
    if (code == SQLITE_OK)
        code = text ? sqlite3_exec(db, text, NULL, NULL, NULL) : SQLITE_NOMEM;
    sqlite3_free(text);
    if (code == SQLITE_OK)
        return 0;
    int rc = sqlite_errno(db, code);
    return why_say(why, rc, "cannot copy %s to %s: %s", path, copy, sqlite_errno_text(rc));
}

static int change_copy(const char *copy, int from, const struct migration *steps, size_t count,
                       char *why)
{
    OWN(close_db) sqlite3 *db = NULL;
    int rc = open_db(copy, &db, why);
    if (rc == 0)
        rc = run_steps(db, from, steps, count, copy, why);
    if (rc == 0)
        rc = quick_check(db, copy, UINT32_MAX, why);
    return rc;
}

static int migrate(sqlite3 *db, const char *dir, const char *path, int from,
                   const struct migration *steps, size_t count, char *why)
{
    char copy[SQLITE_PATH_SIZE];
    int rc = data_path(copy, dir, COPY_FILE, why);
    if (rc == 0)
        rc = make_copy(db, path, copy, why);
    if (rc == 0)
        rc = data_file_make(dir, COPY_FILE, why); /* its mode, and that it is on disk */
    if (rc == 0)
        rc = change_copy(copy, from, steps, count, why);
    if (rc == 0 && rename(copy, path) != 0)
        rc = why_say(why, -errno, "cannot rename %s to %s: %s", copy, path, strerror(errno));
    if (rc != 0) {
        (void)unlink(copy);
        return rc;
    }
    return data_dir_sync(dir, why);
}

static bool was_stopped_cleanly(const char *dir, char *why)
{
    char path[SQLITE_PATH_SIZE];
    struct stat info;
    return data_path(path, dir, SQLITE_FILE "-wal", why) != 0 || stat(path, &info) != 0 ||
           info.st_size == 0;
}

int sqlite_migrate(const char *dir, const struct migration *steps, size_t count, char *why)
{
    enum { CHECK_MS = 2000 };
    char path[SQLITE_PATH_SIZE];
    int version = 0, newest = steps[count - 1].version;
    bool clean = was_stopped_cleanly(dir, why);
    OWN(close_db) sqlite3 *db = NULL;
    int rc = data_path(path, dir, SQLITE_FILE, why);
    if (rc == 0)
        rc = open_db(path, &db, why);
    if (rc == 0)
        rc = read_version(db, path, newest, &version, why);
    if (rc == 0 && !clean)
        rc = quick_check(db, path, CHECK_MS, why);
    if (rc == 0 && version == 0)
        rc = run_steps(db, version, steps, count, path, why);
    else if (rc == 0 && version < newest)
        return migrate(db, dir, path, version, steps, count, why);
    return rc;
}
