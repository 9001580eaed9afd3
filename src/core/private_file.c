#include "core/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(char *why, const char *what, const char *path, int error)
{
    snprintf(why, PRIVATE_FILE_WHY_SIZE, "cannot %s %s: %s", what, path, strerror(error));
    return -error;
}

static int check_private(int fd, const char *path, size_t most, char *why)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return fail(why, "look at", path, errno);
    if (!S_ISREG(status.st_mode)) {
        snprintf(why, PRIVATE_FILE_WHY_SIZE, "%s is not a plain file", path);
        return -EINVAL;
    }
    if (status.st_mode & (S_IRWXG | S_IRWXO)) {
        snprintf(why, PRIVATE_FILE_WHY_SIZE,
                 "%s is open to other users (mode %04o), and holds a secret: remove it to get a "
                 "new one, or chmod 600 it if nobody read it",
                 path, (unsigned)(status.st_mode & 07777));
        return -EPERM;
    }
    return (uint64_t)status.st_size > most ? fail(why, "read", path, EFBIG) : 0;
}

/* Up to size bytes; short only at the end of the file. */
static ssize_t read_all(int fd, char *into, size_t size)
{
    size_t len = 0;
    while (len < size) {
        ssize_t n = read(fd, into + len, size - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        len += (size_t)n;
    }
    return (ssize_t)len;
}

int private_file_read(const char *path, size_t most, struct buf *out, char *why)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? -ENOENT : fail(why, "open", path, errno);
    int rc = check_private(fd, path, most, why);
    if (rc == 0) {
        ssize_t len = read_all(fd, buf_reserve(out, most + 1), most + 1);
        if (len < 0 || (size_t)len > most)
            rc = fail(why, "read", path, len < 0 ? (int)-len : EFBIG);
        else
            out->len += (size_t)len;
    }
    close(fd);
    return rc;
}

static int write_all(int fd, struct str text)
{
    while (text.len > 0) {
        ssize_t n = write(fd, text.ptr, text.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        text = str_of(text.ptr + n, text.len - (size_t)n);
    }
    return fsync(fd) == 0 ? 0 : -errno;
}

int private_file_sync_folder_of(const char *path)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof(folder), "%s", path);
    char *slash = strrchr(folder, '/');
    if (!slash)
        return -EINVAL;
    *slash = '\0';
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int rc = fsync(fd) == 0 ? 0 : -errno;
    close(fd);
    return rc;
}

int private_file_write(const char *path, struct str text, bool replace, char *why)
{
    char fresh[PATH_MAX];
    int len = snprintf(fresh, sizeof(fresh), "%s.XXXXXX", path);
    if (len < 0 || (size_t)len >= sizeof(fresh))
        return fail(why, "name", path, ENAMETOOLONG);
    int fd = mkostemp(fresh, O_CLOEXEC); /* mode 0600 */
    if (fd < 0)
        return fail(why, "write", path, errno);
    int rc = write_all(fd, text);
    close(fd);
    /* link() where one that is there must never be replaced. */
    if (rc == 0 && (replace ? rename(fresh, path) : link(fresh, path)) != 0)
        rc = -errno;
    if (rc != 0 || !replace)
        (void)unlink(fresh);
    if (rc == 0)
        rc = private_file_sync_folder_of(path);
    return rc == 0 ? 0 : fail(why, "write", path, -rc);
}
