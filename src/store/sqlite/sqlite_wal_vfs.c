#include "store/sqlite/sqlite_wal_vfs.h"

#include <pthread.h>
#include <string.h>

#include "core/base.h"

enum {
    HELD_MOST = 64 * 1024,
    ROOM_BYTES = 96 * 1024, /* SQLite writes less than 128 KiB at once */
    FRAME_HEAD_BYTES = 24,  /* before each page; no page is as small */
    COMMITTED_SIZE_AT =
        4, /* in it: four bytes, of which one is set before the last page of a COMMIT */
};

struct wal_file {
    sqlite3_file base;
    sqlite3_int64 at; /* where the held bytes belong */
    int held;
    sqlite3_int64 end;     /* of what was written last */
    sqlite3_int64 size;    /* that the file has at least */
    sqlite3_int64 written; /* bytes since the last sync */
    int failed;            /* a write of this transaction: it must not be committed */
    bool commits;          /* with the page that comes next: then others may read all of it */
    char *bytes; /* HELD_MOST of them once something was written: most connections only read */
    sqlite3_file real[];
};

static struct wal_file *of(sqlite3_file *file)
{
    return CONTAINER_OF(file, struct wal_file, base);
}

static const sqlite3_io_methods *methods_of(struct wal_file *file)
{
    return file->real->pMethods;
}

/* ---- held back -------------------------------------------------------------------------------- */

/* SQLite believes it written since long, and may go on where it was only reading: until it rolls back nothing
 * more is written, or a COMMIT would stand behind a hole. */
static int write_held(struct wal_file *file)
{
    int len = file->held;
    file->held = 0;
    if (len == 0 || file->failed != SQLITE_OK)
        return file->failed;
    file->failed = methods_of(file)->xWrite(file->real, file->bytes, len, file->at);
    file->written += len;
    file->end = file->at + len;
    if (file->failed == SQLITE_OK && file->end > file->size)
        file->size = file->end;
    return file->failed;
}

/* A file that grows costs every sync its inode too, a third of what a small commit takes. So it grows ahead
 * of them, by zeros, which end the log as its end did: no page has the number 0. Only behind what is being
 * committed now, under the lock; later others may have written there. What is committed does not need the
 * room, so a full disk is no failure here. */
static void make_room(struct wal_file *file)
{
    static char zeros[ROOM_BYTES]; /* never written, so it takes no memory */
    sqlite3_int64 written = file->written;
    file->written = 0;
    if (written == 0 || written >= HELD_MOST || file->end < file->size)
        return;
    if (methods_of(file)->xWrite(file->real, zeros, ROOM_BYTES, file->size) == SQLITE_OK)
        file->size += ROOM_BYTES;
}

static void forget(struct wal_file *file)
{
    file->held = 0;
    file->written = 0;
    file->failed = SQLITE_OK;
    file->commits = false;
}

/* As many as there is room for. */
static int hold(struct wal_file *file, const char *bytes, int len)
{
    int taken = len < HELD_MOST - file->held ? len : HELD_MOST - file->held;
    memcpy(file->bytes + file->held, bytes, (size_t)taken);
    file->held += taken;
    return taken;
}

static bool is_head_of_commit(const char *bytes, int len)
{
    static const char none[4];
    return len == FRAME_HEAD_BYTES && memcmp(bytes + COMMITTED_SIZE_AT, none, sizeof(none)) != 0;
}

static int wal_write(sqlite3_file *of_sqlite, const void *bytes, int len, sqlite3_int64 at)
{
    struct wal_file *file = of(of_sqlite);
    int code = file->failed;
    if (!file->bytes)
        file->bytes = xmalloc(HELD_MOST);
    if (file->held && at != file->at + file->held)
        code = write_held(file);
    for (int done = 0; code == SQLITE_OK && done < len;) {
        if (file->held == 0)
            file->at = at + done;
        done += hold(file, (const char *)bytes + done, len - done);
        if (file->held == HELD_MOST || (file->commits && done == len))
            code = write_held(file);
    }
    file->commits = is_head_of_commit(bytes, len);
    return code;
}

/* ---- the rest sees what was written ----------------------------------------------------------- */

static int wal_read(sqlite3_file *of_sqlite, void *bytes, int len, sqlite3_int64 at)
{
    struct wal_file *file = of(of_sqlite);
    int code = write_held(file);
    return code == SQLITE_OK ? methods_of(file)->xRead(file->real, bytes, len, at) : code;
}

static int wal_truncate(sqlite3_file *of_sqlite, sqlite3_int64 size)
{
    struct wal_file *file = of(of_sqlite);
    int code = write_held(file);
    file->size = file->end = size;
    return code == SQLITE_OK ? methods_of(file)->xTruncate(file->real, size) : code;
}

static int wal_sync(sqlite3_file *of_sqlite, int flags)
{
    struct wal_file *file = of(of_sqlite);
    int code = write_held(file);
    if (code != SQLITE_OK)
        return code;
    make_room(file);
    return methods_of(file)->xSync(file->real, flags);
}

static int wal_size(sqlite3_file *of_sqlite, sqlite3_int64 *size)
{
    struct wal_file *file = of(of_sqlite);
    int code = write_held(file);
    return code == SQLITE_OK ? methods_of(file)->xFileSize(file->real, size) : code;
}

/* What is still held was never committed. */
static int wal_close(sqlite3_file *of_sqlite)
{
    struct wal_file *file = of(of_sqlite);
    xfree(TAKE(file->bytes));
    return methods_of(file)->xClose(file->real);
}

static int wal_lock(sqlite3_file *file, int how)
{
    return methods_of(of(file))->xLock(of(file)->real, how);
}

static int wal_unlock(sqlite3_file *file, int how)
{
    return methods_of(of(file))->xUnlock(of(file)->real, how);
}

static int wal_check_lock(sqlite3_file *file, int *locked)
{
    return methods_of(of(file))->xCheckReservedLock(of(file)->real, locked);
}

static int wal_control(sqlite3_file *file, int what, void *arg)
{
    return methods_of(of(file))->xFileControl(of(file)->real, what, arg);
}

static int wal_sector_size(sqlite3_file *file)
{
    return methods_of(of(file))->xSectorSize(of(file)->real);
}

static int wal_device(sqlite3_file *file)
{
    return methods_of(of(file))->xDeviceCharacteristics(of(file)->real);
}

static const sqlite3_io_methods wal_methods = {
    .iVersion = 1,
    .xClose = wal_close,
    .xRead = wal_read,
    .xWrite = wal_write,
    .xTruncate = wal_truncate,
    .xSync = wal_sync,
    .xFileSize = wal_size,
    .xLock = wal_lock,
    .xUnlock = wal_unlock,
    .xCheckReservedLock = wal_check_lock,
    .xFileControl = wal_control,
    .xSectorSize = wal_sector_size,
    .xDeviceCharacteristics = wal_device,
};

/* ---- opening ---------------------------------------------------------------------------------- */

static sqlite3_vfs wal_vfs, *base;

static int open_file(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *of_sqlite, int flags,
                     int *flags_out)
{
    (void)vfs;
    if (!(flags & SQLITE_OPEN_WAL))
        return base->xOpen(base, name, of_sqlite, flags, flags_out);
    struct wal_file *file = of(of_sqlite);
    *file = (struct wal_file){0};
    int code = base->xOpen(base, name, file->real, flags, flags_out);
    if (code == SQLITE_OK)
        file->base.pMethods = &wal_methods;
    return code;
}

static void register_once(void)
{
    base = sqlite3_vfs_find(NULL);
    REQUIRE(base);
    wal_vfs = *base;
    wal_vfs.zName = "joined-wal";
    wal_vfs.szOsFile = base->szOsFile + (int)sizeof(struct wal_file);
    wal_vfs.xOpen = open_file;
    REQUIRE(sqlite3_vfs_register(&wal_vfs, 0) == SQLITE_OK);
}

const char *sqlite_wal_vfs(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_once);
    return wal_vfs.zName;
}

/* Without the lock on the log others may write where these bytes were to go. */
static void forget_held(void *db)
{
    sqlite3_file *file = NULL;
    if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) == SQLITE_OK &&
        file && file->pMethods == &wal_methods)
        forget(of(file));
}

void sqlite_wal_vfs_attach(sqlite3 *db)
{
    sqlite3_rollback_hook(db, forget_held, db);
}
