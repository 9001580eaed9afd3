#include "server/fit.h"

#include <sys/resource.h>

/* Files that are not connections. A worker has epoll, an eventfd and two doors; a connection to the
 * database the file, its log and its index; and some are for the log, the sandbox, certificates, a
 * sort that goes to disk, and the sockets that are told that there is no place. */
enum { FILES_OF_WORKER = 4, FILES_OF_CONN = 3, OTHER_FILES = 48 };

static uint64_t own_files(const struct config *config)
{
    uint64_t conns = config->limits.store_readers + 2; /* the writer, and for checkpoints */
    return config->workers * FILES_OF_WORKER + conns * FILES_OF_CONN + OTHER_FILES;
}

static void lower(uint64_t *limit, uint64_t most, const char *name, const char *why)
{
    if (*limit <= most)
        return;
    LOG(LOG_WARN, "limit.lowered", KV_C("limit", name), KV_INT("from", (int64_t)*limit),
        KV_INT("to", (int64_t)most), KV_C("why", why));
    *limit = most;
}

static void fit_files(struct config *config)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return;
    if (files.rlim_cur < files.rlim_max) {
        struct rlimit all = {files.rlim_max, files.rlim_max};
        if (setrlimit(RLIMIT_NOFILE, &all) == 0)
            files = all;
    }
    uint64_t own = own_files(config);
    uint64_t left = files.rlim_cur > own ? files.rlim_cur - own : 1;
    lower(&config->limits.connections, left, "connections",
          "no more open files are allowed; raise that with ulimit -n or LimitNOFILE=");
}

void fit_limits(struct config *config)
{
    fit_files(config);
}
