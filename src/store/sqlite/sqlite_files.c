#include "store/sqlite/sqlite_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_FILE "natternet.lock"

static void close_fd_p(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

int why_say(char *why, int rc, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(why, SQLITE_WHY_SIZE, format, args);
    va_end(args);
    return rc;
}

int data_path(char out[SQLITE_PATH_SIZE], const char *dir, const char *name, char *why)
{
    if (snprintf(out, SQLITE_PATH_SIZE, "%s/%s", dir, name) < SQLITE_PATH_SIZE)
        return 0;
    return why_say(why, -ENAMETOOLONG, "the name of the data directory is too long");
}

int data_dir_make(const char *dir, char *why)
{
    if (mkdir(dir, 0700) == 0)
        return 0;
    int error = errno;
    struct stat info;
    if (stat(dir, &info) != 0)
        return why_say(why, -error, "cannot make the data directory %s: %s", dir, strerror(error));
    if (!S_ISDIR(info.st_mode))
        return why_say(why, -ENOTDIR, "%s is in the way of the data directory: it is a file", dir);
    return 0;
}

/* The lock is the kernel's and goes with the process, however that ends; the number in the file is
 * only there to be shown. */
int data_dir_lock(const char *dir, int *fd, char *why)
{
    char path[SQLITE_PATH_SIZE];
    int rc = data_path(path, dir, LOCK_FILE, why);
    if (rc != 0)
        return rc;
    OWN(close_fd) int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) {
        rc = -errno;
        return why_say(why, rc, "cannot write in the data directory %s: %s", dir, strerror(-rc));
    }
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        char holder[16] = "";
        ssize_t n = pread(lock, holder, sizeof(holder) - 1, 0);
        return why_say(
            why, -EBUSY,
            "another NatterNet server%s%.*s%s holds the data directory %s: stop it first, "
            "or give this one its own with --data",
            n > 0 ? " (process " : "", n > 0 ? (int)strcspn(holder, "\n") : 0, holder,
            n > 0 ? ")" : "", dir);
    }
    char self[16];
    int len = snprintf(self, sizeof(self), "%d\n", (int)getpid());
    if (ftruncate(lock, 0) != 0 || pwrite(lock, self, (size_t)len, 0) != len) {
        /* A full disk: the lock holds all the same. */
    }
    *fd = lock;
    lock = -1;
    return 0;
}

int data_file_make(const char *dir, const char *name, char *why)
{
    char path[SQLITE_PATH_SIZE];
    int rc = data_path(path, dir, name, why);
    if (rc != 0)
        return rc;
    OWN(close_fd) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0) {
        rc = -errno;
        return why_say(why, rc, "cannot open %s for writing: %s", path, strerror(-rc));
    }
    /* The log beside it and its index take their mode from it. */
    if ((info.st_mode & 077) != 0 && fchmod(fd, info.st_mode & 0700) != 0) {
        rc = -errno;
        return why_say(why, rc, "others may read %s, and that cannot be changed: %s", path,
                       strerror(-rc));
    }
    return data_dir_sync(dir, why);
}

int data_dir_sync(const char *dir, char *why)
{
    OWN(close_fd) int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0 && fsync(fd) == 0)
        return 0;
    int rc = -errno;
    return why_say(why, rc, "cannot sync the data directory %s: %s", dir, strerror(-rc));
}
