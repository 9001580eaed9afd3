/* proc.h - what the machine says about the server while it is measured: processor time and
 * memory of one process, and how busy everything else was (a disturbed run does not count).
 * Thread: any. Fails: a process that is gone reads as zeros. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

struct snapshot {
    uint64_t at_ns;
    double server_cpu_s, own_cpu_s, machine_cpu_s;
    uint64_t server_rss_kb, slab_kb;
};

void snapshot_take(struct snapshot *out, pid_t server);
