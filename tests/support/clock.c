/* clock.c - a wall clock that a test turns.
 *
 * Loaded in front of the program (LD_PRELOAD) it adds to CLOCK_REALTIME, gettimeofday() and time()
 * what the file named by NATTERNET_TEST_CLOCK says: 8 bytes, little-endian, milliseconds, signed. The
 * file is mapped once at start, so a write to it is seen at once. The monotonic clock stays what it
 * is, as it does when the clock of a real machine is set. */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const _Atomic int64_t *offset_ms;

__attribute__((constructor)) static void map_offset(void)
{
    const char *path = getenv("NATTERNET_TEST_CLOCK");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *map = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
    if (map != MAP_FAILED)
        offset_ms = map;
    close(fd);
}

static void turn(struct timespec *now)
{
    if (!offset_ms)
        return;
    int64_t ms = atomic_load(offset_ms);
    int64_t ns = now->tv_nsec + ms % 1000 * 1000000;
    now->tv_sec += ms / 1000 + (ns < 0 ? -1 : ns >= 1000000000);
    now->tv_nsec = (ns + 1000000000) % 1000000000;
}

/* By the system call: the C library's own function is this one now. */
int clock_gettime(clockid_t id, struct timespec *now)
{
    int rc = (int)syscall(SYS_clock_gettime, id, now);
    if (rc == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        turn(now);
    return rc;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    (void)zone;
    struct timespec precise;
    int rc = clock_gettime(CLOCK_REALTIME, &precise);
    *now = (struct timeval){precise.tv_sec, precise.tv_nsec / 1000};
    return rc;
}

time_t time(time_t *out)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}
