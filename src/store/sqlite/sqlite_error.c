#include "store/sqlite/sqlite_error.h"

#include <errno.h>
#include <string.h>

/* The system's own words for it, but never -ENOENT, which means that no row is there. SQLite keeps
 * them of failed opens, but not of failed writes: there they are still in errno, as what it does
 * afterwards succeeds. */
static int from_system(sqlite3 *db)
{
    int error = db ? sqlite3_system_errno(db) : 0;
    switch (error ? error : errno) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: /* RLIMIT_FSIZE: the operator's own kind of full disk */
        return -ENOSPC;
    case EROFS:
    case EACCES:
    case EPERM:
        return -EROFS;
    default:
        return -EIO;
    }
}

int sqlite_errno(sqlite3 *db, int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return 0;
    case SQLITE_FULL:
        return -ENOSPC;
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return -EROFS;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return -EBUSY;
    case SQLITE_CONSTRAINT:
        return -EEXIST;
    case SQLITE_NOMEM:
        return -ENOMEM;
    case SQLITE_INTERRUPT:
        return -EINTR;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return from_system(db);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return -EUCLEAN;
    default:
        return -EIO;
    }
}

const char *sqlite_errno_text(int rc)
{
    switch (rc) {
    case -ENOSPC:
        return "the disk is full";
    case -EROFS:
        return "it cannot be written (read-only, or owned by somebody else)";
    case -EBUSY:
        return "another program holds a lock on it";
    case -EUCLEAN:
        return "it is damaged, or no database at all";
    default:
        return strerror(-rc);
    }
}
