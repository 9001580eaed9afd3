/* amnesia_vfs.c - power loss for tests: a SQLite that forgets, at the moment of death, all that
 * was not synced.
 *
 * kill -9 alone proves little about durability, since the kernel's page cache survives it. Put in
 * front of a program by LD_PRELOAD, this library makes SQLite write into memory and carries a
 * file's bytes to the real file only when SQLite syncs it; so kill -9 loses exactly what a power
 * cut could lose. All connections of the process share one image of each file. Locks, shared
 * memory and temporary files are the real ones.
 *
 * AMNESIA_SYNCHRONOUS=OFF|NORMAL makes every connection run with that setting, whatever the
 * program asks for: a crash test that is worth something must fail then.
 *
 * Drawbacks: whole files lie in memory, and a lost write is always lost whole: no torn sectors,
 * no reordering within one sync. */
#include <dlfcn.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PIECE_BYTES 65536

/* What the process sees of a file, and which part of it the disk has not. Never freed: a file
 * that is closed without a sync is still unsynced. */
struct image {
    struct image *next;
    char *path;
    unsigned char *bytes;
    sqlite3_int64 size, room;
    sqlite3_int64 dirty_from, dirty_to; /* the span that was written since the last sync */
    bool truncated;
    pthread_mutex_t lock;
};

struct forgetful_file {
    sqlite3_file base;
    struct image *image; /* NULL: a temporary file, passed through */
    sqlite3_file *real;
};

static sqlite3_vfs *real_vfs;
static sqlite3_vfs forgetful_vfs;
static pthread_mutex_t images_lock = PTHREAD_MUTEX_INITIALIZER;
static struct image *images;
static __thread bool setting_synchronous;

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct forgetful_file *)file)->real;
}

static struct image *image_of(sqlite3_file *file)
{
    return ((struct forgetful_file *)file)->image;
}

static void mark_dirty(struct image *image, sqlite3_int64 from, sqlite3_int64 to)
{
    if (image->dirty_from == image->dirty_to) {
        image->dirty_from = from;
        image->dirty_to = to;
        return;
    }
    if (from < image->dirty_from)
        image->dirty_from = from;
    if (to > image->dirty_to)
        image->dirty_to = to;
}

/* The tests' files are small; a machine without memory may end the test. */
static void image_grow(struct image *image, sqlite3_int64 size)
{
    if (size > image->room) {
        sqlite3_int64 room = size + size / 2 + 65536;
        image->bytes = realloc(image->bytes, (size_t)room);
        if (!image->bytes)
            abort();
        image->room = room;
    }
    if (size > image->size) {
        memset(image->bytes + image->size, 0, (size_t)(size - image->size));
        image->size = size;
    }
}

/* SQLite's own files take at most 128 KB at once. */
static int piece(sqlite3_int64 left)
{
    return left < PIECE_BYTES ? (int)left : PIECE_BYTES;
}

static int image_load(struct image *image, sqlite3_file *real)
{
    sqlite3_int64 size = 0;
    int rc = real->pMethods->xFileSize(real, &size);
    if (rc == SQLITE_OK)
        image_grow(image, size);
    for (sqlite3_int64 at = 0; rc == SQLITE_OK && at < size; at += PIECE_BYTES)
        rc = real->pMethods->xRead(real, image->bytes + at, piece(size - at), at);
    return rc;
}

/* The image of a path, loaded when it is seen for the first time. */
static int image_get(const char *path, sqlite3_file *real, struct image **out)
{
    int rc = SQLITE_OK;
    pthread_mutex_lock(&images_lock);
    struct image *image = images;
    while (image && strcmp(image->path, path) != 0)
        image = image->next;
    if (!image) {
        image = calloc(1, sizeof *image);
        if (!image)
            abort();
        image->path = strdup(path);
        pthread_mutex_init(&image->lock, NULL);
        rc = image_load(image, real);
        image->next = images;
        images = image;
    }
    pthread_mutex_unlock(&images_lock);
    *out = image;
    return rc;
}

static int forgetful_close(sqlite3_file *file)
{
    sqlite3_file *real = real_of(file);
    int rc = real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
    free(real);
    return rc;
}

static int forgetful_read(sqlite3_file *file, void *into, int count, sqlite3_int64 at)
{
    struct image *image = image_of(file);
    if (!image)
        return real_of(file)->pMethods->xRead(real_of(file), into, count, at);
    pthread_mutex_lock(&image->lock);
    sqlite3_int64 have = at < image->size ? image->size - at : 0;
    if (have > count)
        have = count;
    if (have > 0)
        memcpy(into, image->bytes + at, (size_t)have);
    pthread_mutex_unlock(&image->lock);
    memset((char *)into + have, 0, (size_t)(count - have));
    return have == count ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int forgetful_write(sqlite3_file *file, const void *from, int count, sqlite3_int64 at)
{
    struct image *image = image_of(file);
    if (!image)
        return real_of(file)->pMethods->xWrite(real_of(file), from, count, at);
    pthread_mutex_lock(&image->lock);
    image_grow(image, at + count);
    memcpy(image->bytes + at, from, (size_t)count);
    mark_dirty(image, at, at + count);
    pthread_mutex_unlock(&image->lock);
    return SQLITE_OK;
}

static int forgetful_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct image *image = image_of(file);
    if (!image)
        return real_of(file)->pMethods->xTruncate(real_of(file), size);
    pthread_mutex_lock(&image->lock);
    image_grow(image, size);
    image->size = size;
    image->truncated = true;
    if (image->dirty_to > size)
        image->dirty_to = size;
    if (image->dirty_from > image->dirty_to)
        image->dirty_from = image->dirty_to;
    pthread_mutex_unlock(&image->lock);
    return SQLITE_OK;
}

/* The only road to the disk. */
static int forgetful_sync(sqlite3_file *file, int flags)
{
    struct image *image = image_of(file);
    sqlite3_file *real = real_of(file);
    if (!image)
        return real->pMethods->xSync(real, flags);
    pthread_mutex_lock(&image->lock);
    int rc = SQLITE_OK;
    if (image->truncated)
        rc = real->pMethods->xTruncate(real, image->size);
    for (sqlite3_int64 at = image->dirty_from; rc == SQLITE_OK && at < image->dirty_to;
         at += PIECE_BYTES)
        rc = real->pMethods->xWrite(real, image->bytes + at, piece(image->dirty_to - at), at);
    if (rc == SQLITE_OK)
        rc = real->pMethods->xSync(real, flags);
    if (rc == SQLITE_OK) {
        image->truncated = false;
        image->dirty_from = image->dirty_to = 0;
    }
    pthread_mutex_unlock(&image->lock);
    return rc;
}

static int forgetful_file_size(sqlite3_file *file, sqlite3_int64 *out)
{
    struct image *image = image_of(file);
    if (!image)
        return real_of(file)->pMethods->xFileSize(real_of(file), out);
    pthread_mutex_lock(&image->lock);
    *out = image->size;
    pthread_mutex_unlock(&image->lock);
    return SQLITE_OK;
}

/* Swallows the program's own `PRAGMA synchronous` where the test has chosen one, and the hints
 * that would let the real file grow behind the image's back. */
static int forgetful_file_control(sqlite3_file *file, int op, void *arg)
{
    if (op == SQLITE_FCNTL_PRAGMA && getenv("AMNESIA_SYNCHRONOUS") && !setting_synchronous) {
        char **pragma = arg;
        if (strcasecmp(pragma[1], "synchronous") == 0 && pragma[2])
            return SQLITE_OK;
    }
    if (op == SQLITE_FCNTL_SIZE_HINT || op == SQLITE_FCNTL_CHUNK_SIZE)
        return SQLITE_OK;
    return real_of(file)->pMethods->xFileControl(real_of(file), op, arg);
}

static int forgetful_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int forgetful_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int forgetful_check_reserved(sqlite3_file *file, int *out)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int forgetful_sector_size(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int forgetful_device(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int forgetful_shm_map(sqlite3_file *file, int page, int size, int extend,
                             void volatile **out)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, out);
}

static int forgetful_shm_lock(sqlite3_file *file, int at, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), at, count, flags);
}

static void forgetful_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int forgetful_shm_unmap(sqlite3_file *file, int remove)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

/* Version 2: with shared memory for the WAL index, without memory-mapped reading, which would
 * see the real file. */
static const sqlite3_io_methods forgetful_methods = {
    .iVersion = 2,
    .xClose = forgetful_close,
    .xRead = forgetful_read,
    .xWrite = forgetful_write,
    .xTruncate = forgetful_truncate,
    .xSync = forgetful_sync,
    .xFileSize = forgetful_file_size,
    .xLock = forgetful_lock,
    .xUnlock = forgetful_unlock,
    .xCheckReservedLock = forgetful_check_reserved,
    .xFileControl = forgetful_file_control,
    .xSectorSize = forgetful_sector_size,
    .xDeviceCharacteristics = forgetful_device,
    .xShmMap = forgetful_shm_map,
    .xShmLock = forgetful_shm_lock,
    .xShmBarrier = forgetful_shm_barrier,
    .xShmUnmap = forgetful_shm_unmap,
};

static int forgetful_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                          int *out_flags)
{
    (void)vfs;
    struct forgetful_file *mine = (struct forgetful_file *)file;
    memset(mine, 0, sizeof *mine);
    mine->real = calloc(1, (size_t)real_vfs->szOsFile);
    if (!mine->real)
        return SQLITE_NOMEM;
    int rc = real_vfs->xOpen(real_vfs, name, mine->real, flags, out_flags);
    const int kept = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
    if (rc == SQLITE_OK && name && (flags & kept))
        rc = image_get(name, mine->real, &mine->image);
    if (rc != SQLITE_OK) {
        if (mine->real->pMethods)
            mine->real->pMethods->xClose(mine->real);
        free(mine->real);
        return rc;
    }
    mine->base.pMethods = &forgetful_methods;
    return SQLITE_OK;
}

/* A file that is deleted is empty when it comes back. */
static int forgetful_delete(sqlite3_vfs *vfs, const char *name, int sync_directory)
{
    (void)vfs;
    pthread_mutex_lock(&images_lock);
    for (struct image *image = images; image; image = image->next) {
        if (strcmp(image->path, name) != 0)
            continue;
        pthread_mutex_lock(&image->lock);
        image->size = image->dirty_from = image->dirty_to = 0;
        image->truncated = false;
        pthread_mutex_unlock(&image->lock);
    }
    pthread_mutex_unlock(&images_lock);
    return real_vfs->xDelete(real_vfs, name, sync_directory);
}

static void install(void)
{
    real_vfs = sqlite3_vfs_find(NULL);
    if (!real_vfs)
        abort();
    forgetful_vfs = *real_vfs;
    forgetful_vfs.zName = "amnesia";
    forgetful_vfs.szOsFile = sizeof(struct forgetful_file);
    forgetful_vfs.xOpen = forgetful_open;
    forgetful_vfs.xDelete = forgetful_delete;
    if (sqlite3_vfs_register(&forgetful_vfs, 1) != SQLITE_OK)
        abort();
    fprintf(stderr, "{\"amnesia\":\"installed\"}\n");
}

/* Stands before SQLite's own by LD_PRELOAD; installing it here and not in a constructor leaves
 * the program its sqlite3_config(). */
__attribute__((visibility("default"))) int sqlite3_open_v2(const char *name, sqlite3 **out,
                                                           int flags, const char *vfs)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
    int (*open_v2)(const char *, sqlite3 **, int, const char *);
    *(void **)&open_v2 = dlsym(RTLD_NEXT, "sqlite3_open_v2");
    int rc = open_v2(name, out, flags, vfs);
    const char *synchronous = getenv("AMNESIA_SYNCHRONOUS");
    if (rc == SQLITE_OK && synchronous) {
        char pragma[64];
        snprintf(pragma, sizeof pragma, "PRAGMA synchronous=%s", synchronous);
        setting_synchronous = true;
        rc = sqlite3_exec(*out, pragma, NULL, NULL, NULL);
        setting_synchronous = false;
    }
    return rc;
}
