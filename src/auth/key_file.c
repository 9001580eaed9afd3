#include "auth/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/base64url.h"
#include "auth/keys.h"

enum { TEXT_SIZE = 128 };

static int fail(char *why, const char *what, const char *path, int error)
{
    snprintf(why, KEYS_WHY_SIZE, "cannot %s %s: %s", what, path, strerror(error));
    return -error;
}

static int check_private(int fd, const char *path, char *why)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return fail(why, "look at", path, errno);
    if (!S_ISREG(status.st_mode)) {
        snprintf(why, KEYS_WHY_SIZE, "%s is not a plain file", path);
        return -EINVAL;
    }
    if (status.st_mode & (S_IRWXG | S_IRWXO)) {
        snprintf(why, KEYS_WHY_SIZE,
                 "%s is open to other users (mode %04o), and who has it can sign in as anybody: "
                 "remove it to get a new one, or chmod 600 it if nobody read it",
                 path, (unsigned)(status.st_mode & 07777));
        return -EPERM;
    }
    return 0;
}

/* Reads up to size bytes; short only at the end of the file. */
static ssize_t read_all(int fd, char *text, size_t size)
{
    size_t len = 0;
    while (len < size) {
        ssize_t n = read(fd, text + len, size - len);
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

static int parse(struct str text, const char *kind, uint8_t *out)
{
    struct str expected = str_from_c(kind);
    if (text.len > 0 && text.ptr[text.len - 1] == '\n')
        text.len--;
    if (!str_eq(str_cut(&text, ':'), expected))
        return -EINVAL;
    size_t len;
    if (!base64url_parse(text, out, KEY_FILE_SECRET_LEN, &len) || len != KEY_FILE_SECRET_LEN)
        return -EINVAL;
    return 0;
}

int key_file_read(const char *path, const char *kind, uint8_t out[KEY_FILE_SECRET_LEN], char *why)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? -ENOENT : fail(why, "open", path, errno);
    char text[TEXT_SIZE];
    int rc = check_private(fd, path, why);
    if (rc == 0) {
        ssize_t len = read_all(fd, text, sizeof(text));
        if (len < 0)
            rc = fail(why, "read", path, (int)-len);
        else if ((rc = parse(str_of(text, (size_t)len), kind, out)) != 0)
            snprintf(why, KEYS_WHY_SIZE,
                     "%s does not hold a key of kind %s; put the right file there, or remove it: "
                     "a new key signs everybody out",
                     path, kind);
    }
    sodium_memzero(text, sizeof(text));
    close(fd);
    return rc;
}

static int write_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, text, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        text += n;
        len -= (size_t)n;
    }
    return fsync(fd) == 0 ? 0 : -errno;
}

int key_file_sync_folder_of(const char *path)
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

int key_file_write(const char *path, const char *kind, const uint8_t secret[KEY_FILE_SECRET_LEN],
                   char *why)
{
    char fresh[PATH_MAX];
    int len = snprintf(fresh, sizeof(fresh), "%s.XXXXXX", path);
    if (len < 0 || (size_t)len >= sizeof(fresh))
        return fail(why, "name", path, ENAMETOOLONG);
    int fd = mkostemp(fresh, O_CLOEXEC); /* mode 0600 */
    if (fd < 0)
        return fail(why, "write", path, errno);

    char encoded[BASE64URL_SIZE(KEY_FILE_SECRET_LEN)], text[TEXT_SIZE];
    base64url_print(secret, KEY_FILE_SECRET_LEN, encoded);
    len = snprintf(text, sizeof(text), "%s:%s\n", kind, encoded);
    int rc = write_all(fd, text, (size_t)len);
    sodium_memzero(encoded, sizeof(encoded));
    sodium_memzero(text, sizeof(text));
    close(fd);

    /* link() and not rename(): a key that is there is never replaced. */
    if (rc == 0 && link(fresh, path) != 0)
        rc = -errno;
    unlink(fresh);
    if (rc == 0)
        rc = key_file_sync_folder_of(path);
    return rc == 0 ? 0 : fail(why, "write", path, -rc);
}
