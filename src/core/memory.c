#include "core/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/str.h"

enum { LOOK_EVERY_US = 5000, PARTS = 8 };
enum { LEAST_RESERVE = 8 << 20, MOST_RESERVE = 64 << 20 };

static struct {
    size_t most, reserve_size;
    int statm; /* /proc/self/statm, since later no file may be opened */
    atomic_bool tight;
    _Atomic uint64_t looked_us;
    pthread_mutex_t lock; /* of the reserve; taken where memory has run out, or nearly */
    void *reserve;
} memory = {.statm = -1, .lock = PTHREAD_MUTEX_INITIALIZER};

/* Address space is what is limited, so nothing needs to be behind it. */
static void *take_reserve(void)
{
    void *reserve = mmap(NULL, memory.reserve_size, PROT_NONE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return reserve == MAP_FAILED ? NULL : reserve;
}

void memory_open(void)
{
    if (memory.statm < 0)
        memory.statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
}

/* Pages, the how manieth number of what the system says; false: it does not say. */
static bool read_pages(unsigned which, uint64_t *out)
{
    char text[128];
    ssize_t n = memory.statm < 0 ? -1 : pread(memory.statm, text, sizeof(text), 0);
    struct str rest = str_of(text, n > 0 ? (size_t)n : 0);
    for (unsigned i = 0; i < which; i++)
        (void)str_cut(&rest, ' ');
    return str_to_u64(str_cut(&rest, ' '), out);
}

uint64_t memory_resident(void)
{
    enum { RESIDENT = 1 };
    uint64_t pages;
    return read_pages(RESIDENT, &pages) ? pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

void memory_watch(size_t most)
{
    size_t size = most / PARTS;
    size = size < LEAST_RESERVE ? LEAST_RESERVE : size > MOST_RESERVE ? MOST_RESERVE : size;
    memory.reserve_size = size;
    memory_open();
    memory.reserve = take_reserve();
    memory.most = most;
    memory_look();
}

bool memory_is_watched(void)
{
    return memory.most != 0;
}

bool memory_is_tight(void)
{
    return atomic_load_explicit(&memory.tight, memory_order_relaxed);
}

/* What the system counts, or all where it does not say. */
static size_t used(void)
{
    enum { ALL = 0 };
    uint64_t pages;
    if (!read_pages(ALL, &pages))
        return memory.most;
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* What can still be had: from the system, and half of what lies about in the heap, since not every
 * piece fits. */
static size_t headroom(void)
{
    size_t taken = used(), left = memory.most > taken ? memory.most - taken : 0;
    if (left < 2 * memory.reserve_size)
        left += mallinfo2().fordblks / 2;
    return left;
}

void memory_look(void)
{
    if (!memory_is_watched())
        return;
    uint64_t now = clock_monotonic_us(), before = atomic_load(&memory.looked_us);
    if (now - before < LOOK_EVERY_US ||
        !atomic_compare_exchange_strong(&memory.looked_us, &before, now))
        return;
    pthread_mutex_lock(&memory.lock);
    size_t left = headroom(), enough = memory.reserve_size / 2;
    if (!memory.reserve && left > memory.reserve_size + 2 * enough) {
        memory.reserve = take_reserve();
        left -= memory.reserve_size;
    }
    /* It takes more to be at ease again than to stay so. */
    bool was_tight = memory_is_tight();
    bool tight = !memory.reserve || left < (was_tight ? 2 * enough : enough);
    atomic_store_explicit(&memory.tight, tight, memory_order_relaxed);
    pthread_mutex_unlock(&memory.lock);
}

/* Whoever comes second waits until the first has given it back, and tries again as well. */
static void give_reserve(void)
{
    int error = errno;
    pthread_mutex_lock(&memory.lock);
    if (memory.reserve)
        (void)munmap(TAKE(memory.reserve), memory.reserve_size);
    atomic_store_explicit(&memory.tight, true, memory_order_relaxed);
    pthread_mutex_unlock(&memory.lock);
    errno = error;
}

void *memory_try(void *old, size_t size)
{
    void *ptr = realloc(old, size ? size : 1);
    if (LIKELY(ptr) || !memory_is_watched())
        return ptr;
    give_reserve();
    return realloc(old, size ? size : 1);
}
