#include "core/data_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_FILE "natternet.lock"

static void close_fd_p(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

PRINTF_LIKE(3, 4) static int say(char *why, int rc, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(why, DATA_DIR_WHY_SIZE, format, args);
    va_end(args);
    return rc;
}

int data_dir_make(const char *dir, char *why)
{
    if (mkdir(dir, 0700) == 0)
        return 0;
    int error = errno;
    struct stat info;
    if (stat(dir, &info) != 0)
        return say(why, -error, "cannot make the data directory %s: %s", dir, strerror(error));
    if (!S_ISDIR(info.st_mode))
        return say(why, -ENOTDIR, "%s is in the way of the data directory: it is a file", dir);
    return 0;
}

/* The lock is the kernel's and goes with the process, however that ends; the number in the file is
 * only there to be shown. */
int data_dir_lock(const char *dir, int *fd, char *why)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof(path), "%s/%s", dir, LOCK_FILE) >= (int)sizeof(path))
        return say(why, -ENAMETOOLONG, "the name of the data directory is too long");
    OWN(close_fd) int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) {
        int rc = -errno;
        return say(why, rc, "cannot write in the data directory %s: %s", dir, strerror(-rc));
    }
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        char holder[16] = "";
        ssize_t n = pread(lock, holder, sizeof(holder) - 1, 0);
        return say(why, -EBUSY,
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
