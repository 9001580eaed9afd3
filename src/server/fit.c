#include "server/fit.h"

#include <malloc.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <sys/resource.h>

#include "core/memory.h"

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
    LOG(LOG_INFO, "limit.lowered", KV_C("limit", name), KV_INT("from", (int64_t)*limit),
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

/* ---- memory ------------------------------------------------------------------------------------ */

static void *take_for_openssl(size_t size, const char *file UNUSED, int line UNUSED)
{
    return memory_try(NULL, size);
}

static void *resize_for_openssl(void *old, size_t size, const char *file UNUSED, int line UNUSED)
{
    return memory_try(old, size);
}

static void free_for_openssl(void *ptr, const char *file UNUSED, int line UNUSED)
{
    xfree(ptr);
}

/* Each thread would reserve a heap of 64 MiB and a stack of 8 of address space for itself. */
static void be_modest(void)
{
    enum { STACK_BYTES = 1 << 20 };
    pthread_attr_t attributes;
    (void)mallopt(M_ARENA_MAX, 1);
    pthread_attr_init(&attributes);
    (void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
    (void)pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
    (void)CRYPTO_set_mem_functions(take_for_openssl, resize_for_openssl, free_for_openssl);
}

static uint64_t memory_limit(const struct limits *limits)
{
    struct rlimit memory;
    uint64_t own = limits->memory_mib << 20;
    if (getrlimit(RLIMIT_AS, &memory) != 0)
        return 0;
    if (own && own < memory.rlim_cur) {
        struct rlimit lower = {own, own};
        if (setrlimit(RLIMIT_AS, &lower) == 0)
            return own;
    }
    return memory.rlim_cur == RLIM_INFINITY ? 0 : memory.rlim_cur;
}

/* An eighth each for what may grow most, and in it what one of its kind takes at the worst. */
static void fit_to(struct config *config, uint64_t most)
{
    enum { PLAIN_CONNECTION = 4096, TLS_CONNECTION = 32768, ROOM = 4096, JOB = 8192 };
    struct limits *limits = &config->limits;
    const uint64_t part = most / 8;
    const uint64_t of_connection = config_has_tls(config) ? TLS_CONNECTION : PLAIN_CONNECTION;
    const struct {
        uint64_t *limit;
        const char *name;
        uint64_t most;
    } fits[] = {
        {&limits->connections, "connections", part / of_connection},
        {&limits->queue_total_bytes, "queue_total_bytes", part},
        {&limits->http_reading_bytes, "http_reading_bytes", part / 2 / config->workers},
        {&limits->rooms_in_memory, "rooms_in_memory", part / ROOM / config->workers},
        {&limits->store_queue, "store_queue", part / JOB},
        {&limits->home_queue, "home_queue", part / JOB},
        {&limits->store_cache_kib, "store_cache_kib", part / 4 / 1024},
        {&limits->store_reader_cache_kib, "store_reader_cache_kib",
         part / 4 / limits->store_readers / 1024},
    };
    for (size_t i = 0; i < ARRAY_LEN(fits); i++)
        lower(fits[i].limit, fits[i].most, fits[i].name,
              "memory is limited (memory_mib, ulimit -v)");
}

static void fit_memory(struct config *config)
{
    memory_open();
    uint64_t most = memory_limit(&config->limits);
    if (most == 0)
        return;
    be_modest();
    fit_to(config, most);
    memory_watch(most);
    if (memory_is_tight())
        LOG(LOG_WARN, "memory.too_little", KV_INT("mib", (int64_t)(most >> 20)),
            KV_C("why", "With so little memory next to nothing can be served; give it 256 MiB."));
}

void fit_limits(struct config *config)
{
    fit_files(config);
    fit_memory(config);
}
