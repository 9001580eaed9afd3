#include "proc.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

/* Reads a file of /proc whole, as text; an absent one is empty. */
static void slurp(const char *path, char *out, size_t room)
{
    size_t length = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && length < room - 1) {
        ssize_t count = read(fd, out + length, room - 1 - length);
        if (count <= 0)
            break;
        length += (size_t)count;
    }
    if (fd >= 0)
        close(fd);
    out[length] = '\0';
}

static uint64_t number_after(const char *text, const char *key)
{
    const char *at = strstr(text, key);
    return at ? strtoull(at + strlen(key), NULL, 10) : 0;
}

/* What all threads of a process have computed, those that have ended too, in nanoseconds; the ticks of
 * /proc/PID/stat are 10 ms. */
static double cpu_of(pid_t pid)
{
    clockid_t clock;
    struct timespec at;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &at) != 0)
        return 0;
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* Everything that was not idle, on all processors: the first line of /proc/stat. */
static double machine_cpu(void)
{
    char text[1024];
    slurp("/proc/stat", text, sizeof text);
    unsigned long long user = 0, nice = 0, system = 0, irq = 0, softirq = 0;
    if (sscanf(text, "cpu %llu %llu %llu %*u %*u %llu %llu", &user, &nice, &system, &irq,
               &softirq) != 5)
        return 0;
    return (double)(user + nice + system + irq + softirq) / (double)sysconf(_SC_CLK_TCK);
}

void snapshot_take(struct snapshot *out, pid_t server)
{
    char path[64], text[8192];
    *out = (struct snapshot){
        .at_ns = now_ns(), .own_cpu_s = cpu_of(getpid()), .machine_cpu_s = machine_cpu()};
    slurp("/proc/meminfo", text, sizeof text);
    out->slab_kb = number_after(text, "\nSlab:");
    if (server <= 0)
        return;
    out->server_cpu_s = cpu_of(server);
    snprintf(path, sizeof path, "/proc/%d/status", (int)server);
    slurp(path, text, sizeof text);
    out->server_rss_kb = number_after(text, "VmRSS:");
}
