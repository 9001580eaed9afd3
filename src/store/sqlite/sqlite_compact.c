#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite/sqlite_error.h"
#include "store/sqlite/sqlite_files.h"

/* Writes the file anew. What SQLite leaves in the unused parts of pages when it splits them, stale
 * copies of rows, is gone with the old ones. */

static void close_db_p(sqlite3 **db)
{
    sqlite3_close(*db);
}

static void close_fd_p(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static int rewrite(const char *path, char *why)
{
    OWN(close_db) sqlite3 *db = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int code = sqlite3_open_v2(path, &db, flags, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, "PRAGMA synchronous = FULL; VACUUM", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    if (code == SQLITE_OK)
        return 0;
    int rc = sqlite_errno(db, code);
    return why_say(why, rc,
                   "cannot write %s anew: %s; it is as it was (this takes as much free space as "
                   "the file has)",
                   path, sqlite_errno_text(rc));
}

int sqlite_store_compact(const char *data_dir, char *why)
{
    char path[SQLITE_PATH_SIZE];
    struct stat info;
    OWN(close_fd) int lock = -1;
    int rc = data_path(path, data_dir, SQLITE_FILE, why);
    if (rc != 0)
        return rc;
    if (stat(path, &info) != 0)
        return why_say(why, -errno, "there is no %s to compact: %s", path, strerror(errno));
    rc = data_dir_lock(data_dir, &lock, why);
    return rc != 0 ? rc : rewrite(path, why);
}
