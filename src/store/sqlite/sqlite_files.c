#include "store/sqlite/sqlite_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

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
