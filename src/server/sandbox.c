#include "server/sandbox.h"

#include "core/base.h"

#if NATTERNET_SANDBOX

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void close_fd_p(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* ---- files ------------------------------------------------------------------------------------ */

enum {
    READ_FILE = LANDLOCK_ACCESS_FS_READ_FILE,
    READ = READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
    WRITE = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
            LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
            LANDLOCK_ACCESS_FS_MAKE_DIR,
    NOBODY = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
             LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
             LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_SYM,
};

/* Time zones, OpenSSL's settings, the allocator's look at the system, randomness. */
static const struct {
    const char *path;
    int access;
} readable[] = {
    {"/etc", READ},
    {"/lib", READ},
    {"/usr/lib", READ},
    {"/usr/share/zoneinfo", READ},
    {"/sys/devices/system/cpu", READ},
    {"/proc/sys/vm/overcommit_memory", READ_FILE},
    {"/dev/urandom", READ_FILE},
};

/* Roots of certificates, and the name servers, where /etc only links to them. */
static const char *const readable_outside[] = {
    "/usr/share/ca-certificates", "/usr/local/share/ca-certificates",
    "/run/systemd/resolve",       "/run/resolvconf",
    "/run/NetworkManager",
};

static bool allow_below(int rules, const char *path, int access)
{
    OWN(close_fd) int fd = open(path, O_PATH | O_CLOEXEC);
    struct landlock_path_beneath_attr rule = {.allowed_access = (uint64_t)access, .parent_fd = fd};
    return fd >= 0 &&
           syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

static void allow_beside(int rules, const char *path)
{
    size_t size = strlen(path) + 1;
    char *folder = memcpy(xmalloc(size), path, size);
    (void)allow_below(rules, dirname(folder), READ);
    xfree(folder);
}

static void allow_again(int rules, const char *path)
{
    char *real = realpath(path, NULL);
    allow_beside(rules, path);
    if (real)
        allow_beside(rules, real);
    free(real);
}

/* `data_dir`: NULL for the outpost. `outwards`: what connections outwards read is allowed. */
static bool restrict_files(const char *data_dir, bool outwards, const char *const *again)
{
    struct landlock_ruleset_attr handled = {.handled_access_fs = READ | WRITE | NOBODY};
    OWN(close_fd)
    int rules = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0);
    if (rules < 0)
        return false;
    if (data_dir) {
        (void)mkdir(data_dir, 0700); /* where this fails, the store will find out and say why */
        if (!allow_below(rules, data_dir, READ | WRITE))
            return false;
    }
    for (size_t i = 0; outwards && i < ARRAY_LEN(readable_outside); i++)
        (void)allow_below(rules, readable_outside[i], READ);
    for (size_t i = 0; i < ARRAY_LEN(readable); i++)
        (void)allow_below(rules, readable[i].path, readable[i].access); /* not there: no matter */
    for (; *again; again++)
        allow_again(rules, *again);
    return syscall(SYS_landlock_restrict_self, rules, 0) == 0;
}

static const char *give_up_files(const char *data_dir, bool outwards, const char *const *again)
{
    struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return SANDBOX_NONE;
    return restrict_files(data_dir, outwards, again) ? "landlock" : SANDBOX_NONE;
}

const char *sandbox_files(const char *data_dir, bool remote, const char *const *again)
{
    return give_up_files(data_dir, remote, again);
}

const char *sandbox_outpost_files(const char *const *again)
{
    return give_up_files(NULL, true, again);
}

/* ---- system calls ----------------------------------------------------------------------------- */

#define CALL(name) SCMP_SYS(name)

/* What was seen under strace in all scenarios, with its siblings on other machines (of open, stat,
 * poll there are two or three), and what a C library may do unasked. */
static const int allowed[] = {
    /* sockets, and waiting */
    CALL(epoll_create1),
    CALL(epoll_ctl),
    CALL(epoll_pwait),
    CALL(epoll_pwait2),
    CALL(epoll_wait),
    CALL(getpeername),
    CALL(getsockname),
    CALL(getsockopt),
    CALL(poll),
    CALL(ppoll),
    CALL(recvfrom),
    CALL(recvmsg),
    CALL(sendmsg),
    CALL(sendto),
    CALL(setsockopt),
    CALL(shutdown),
    /* files to read: what Landlock lets through */
    CALL(access),
    CALL(close),
    CALL(faccessat),
    CALL(faccessat2),
    CALL(fcntl),
    CALL(fstat),
    CALL(fstatfs),
    CALL(getcwd),
    CALL(getdents64),
    CALL(lseek),
    CALL(lstat),
    CALL(newfstatat),
    CALL(open),
    CALL(openat),
    CALL(pread64),
    CALL(read),
    CALL(readlink),
    CALL(readlinkat),
    CALL(readv),
    CALL(stat),
    CALL(statx),
    CALL(write),
    CALL(writev),
    /* memory, threads, time, and who we are */
    CALL(brk),
    CALL(clock_getres),
    CALL(clock_gettime),
    CALL(clock_nanosleep),
    CALL(exit),
    CALL(exit_group),
    CALL(futex),
    CALL(getegid),
    CALL(geteuid),
    CALL(getgid),
    CALL(getpid),
    CALL(getrandom),
    CALL(getrusage),
    CALL(gettid),
    CALL(gettimeofday),
    CALL(getuid),
    CALL(madvise),
    CALL(mremap),
    CALL(munmap),
    CALL(nanosleep),
    CALL(restart_syscall),
    CALL(rseq),
    CALL(rt_sigaction),
    CALL(rt_sigprocmask),
    CALL(rt_sigreturn),
    CALL(rt_sigtimedwait),
    CALL(sched_getaffinity),
    CALL(set_robust_list),
    CALL(sigaltstack),
    CALL(sysinfo),
    CALL(time),
    CALL(uname),
};

/* New connections inwards, files that are written, threads. */
static const int allowed_server[] = {
    CALL(accept),   CALL(accept4),     CALL(eventfd2),   CALL(fallocate), CALL(fchmod),
    CALL(fchown),   CALL(fdatasync),   CALL(flock),      CALL(fsync),     CALL(ftruncate),
    CALL(link),     CALL(linkat),      CALL(membarrier), CALL(mincore),   CALL(mkdir),
    CALL(mkdirat),  CALL(mlock),       CALL(msync),      CALL(munlock),   CALL(preadv),
    CALL(pwrite64), CALL(pwritev),     CALL(rename),     CALL(renameat),  CALL(renameat2),
    CALL(rmdir),    CALL(sched_yield), CALL(unlink),     CALL(unlinkat),
};

/* Connections outwards; bind() is for the socket that knows the machine's routes. */
static const int allowed_outpost[] = {
    CALL(bind),
    CALL(connect),
    CALL(recvmmsg),
    CALL(sendmmsg),
};

/* Nothing honest in here calls these. */
static const int deadly[] = {
    CALL(execve), CALL(execveat), CALL(process_vm_readv), CALL(process_vm_writev), CALL(ptrace),
};

/* Calls of which some arguments are fine: (value & mask) == is. */
struct partly {
    int call;
    unsigned argument;
    uint64_t mask, is;
};

static const struct partly partly[] = {
    {CALL(mmap), 2, PROT_EXEC, 0},
    {CALL(mprotect), 2, PROT_EXEC, 0},
    {CALL(prctl), 0, UINT32_MAX, PR_SET_NAME},
    {CALL(prlimit64), 2, UINT64_MAX, 0},    /* asks for a limit, sets none */
    {CALL(ioctl), 1, UINT32_MAX, TCGETS},   /* is it a terminal? */
    {CALL(ioctl), 1, UINT32_MAX, FIONREAD}, /* how much is there to read? */
};

static const struct partly partly_server[] = {
    {CALL(setpriority), 0, UINT32_MAX, PRIO_PROCESS},
    /* A thread, in the namespaces where we are. Of clone3 a filter does not see the flags: it is
     * refused like anything unknown, and the C library goes on with clone. */
    {CALL(clone), 0, CLONE_THREAD | CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET, CLONE_THREAD},
};

/* No sockets of this machine: what runs beside us is none of its business. */
static const struct partly partly_outpost[] = {
    {CALL(socket), 0, UINT32_MAX, AF_INET},
    {CALL(socket), 0, UINT32_MAX, AF_INET6},
    {CALL(socket), 0, UINT32_MAX, AF_NETLINK},
};

static int add_calls(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t count)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = seccomp_rule_add(filter, action, calls[i], 0);
    return rc;
}

static int add_partly(scmp_filter_ctx filter, const struct partly *rules, size_t count)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = seccomp_rule_add(
            filter, SCMP_ACT_ALLOW, rules[i].call, 1,
            SCMP_CMP64(rules[i].argument, SCMP_CMP_MASKED_EQ, rules[i].mask, rules[i].is));
    return rc;
}

static int add_rules(scmp_filter_ctx filter)
{
    int rc = add_calls(filter, SCMP_ACT_ALLOW, allowed, ARRAY_LEN(allowed));
    if (rc == 0)
        rc = add_calls(filter, SCMP_ACT_KILL_PROCESS, deadly, ARRAY_LEN(deadly));
    if (rc == 0)
        rc = add_partly(filter, partly, ARRAY_LEN(partly));
    struct scmp_arg_cmp ourselves = {.arg = 0, .op = SCMP_CMP_EQ, .datum_a = (uint64_t)getpid()};
    if (rc == 0) /* abort() */
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(tgkill), 1, ourselves);
    return rc;
}

static int add_server_rules(scmp_filter_ctx filter)
{
    int rc = add_calls(filter, SCMP_ACT_ALLOW, allowed_server, ARRAY_LEN(allowed_server));
    return rc == 0 ? add_partly(filter, partly_server, ARRAY_LEN(partly_server)) : rc;
}

static int add_outpost_rules(scmp_filter_ctx filter)
{
    int rc = add_calls(filter, SCMP_ACT_ALLOW, allowed_outpost, ARRAY_LEN(allowed_outpost));
    return rc == 0 ? add_partly(filter, partly_outpost, ARRAY_LEN(partly_outpost)) : rc;
}

/* The store's driver connects where the store is. */
static int add_remote_rules(scmp_filter_ctx filter)
{
    int rc = add_server_rules(filter);
    return rc == 0 ? add_outpost_rules(filter) : rc;
}

static void filter_free_p(scmp_filter_ctx *filter)
{
    if (*filter)
        seccomp_release(*filter);
}

static const char *restrict_calls(int (*add_more)(scmp_filter_ctx filter))
{
    OWN(filter_free) scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    if (!filter)
        return SANDBOX_NONE;
    /* All threads at once; what is refused goes to the kernel's audit log where one is kept. */
    int rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    if (rc == 0)
        rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, 1);
    if (rc == 0) /* a search tree, not a list, for kernels that do not remember verdicts */
        rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    if (rc == 0)
        rc = add_rules(filter);
    if (rc == 0)
        rc = add_more(filter);
    if (rc == 0)
        rc = seccomp_load(filter);
    return rc == 0 ? "seccomp" : SANDBOX_NONE;
}

const char *sandbox_calls(bool remote)
{
    return restrict_calls(remote ? add_remote_rules : add_server_rules);
}

const char *sandbox_outpost_calls(void)
{
    return restrict_calls(add_outpost_rules);
}

#else

const char *sandbox_files(const char *data_dir UNUSED, bool remote UNUSED,
                          const char *const *again UNUSED)
{
    return SANDBOX_NONE;
}

const char *sandbox_calls(bool remote UNUSED)
{
    return SANDBOX_NONE;
}

const char *sandbox_outpost_files(const char *const *again UNUSED)
{
    return SANDBOX_NONE;
}

const char *sandbox_outpost_calls(void)
{
    return SANDBOX_NONE;
}

#endif
