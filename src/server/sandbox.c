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

static bool restrict_files(const char *data_dir, const char *const *again)
{
    struct landlock_ruleset_attr handled = {.handled_access_fs = READ | WRITE | NOBODY};
    OWN(close_fd)
    int rules = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0);
    if (rules < 0)
        return false;
    (void)mkdir(data_dir, 0700); /* where this fails, the store will find out and say why */
    if (!allow_below(rules, data_dir, READ | WRITE))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(readable); i++)
        (void)allow_below(rules, readable[i].path, readable[i].access); /* not there: no matter */
    for (; *again; again++)
        allow_again(rules, *again);
    return syscall(SYS_landlock_restrict_self, rules, 0) == 0;
}

const char *sandbox_files(const char *data_dir, const char *const *again)
{
    struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return SANDBOX_NONE;
    return restrict_files(data_dir, again) ? "landlock" : SANDBOX_NONE;
}

/* ---- system calls ----------------------------------------------------------------------------- */

#define CALL(name) SCMP_SYS(name)

/* What was seen under strace in all scenarios, with its siblings on other machines (of open, stat,
 * poll there are two or three), and what a C library may do unasked. */
static const int allowed[] = {
    /* sockets that are there, and waiting */
    CALL(accept),
    CALL(accept4),
    CALL(epoll_create1),
    CALL(epoll_ctl),
    CALL(epoll_pwait),
    CALL(epoll_pwait2),
    CALL(epoll_wait),
    CALL(eventfd2),
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
    /* files: what Landlock lets through */
    CALL(access),
    CALL(close),
    CALL(faccessat),
    CALL(faccessat2),
    CALL(fallocate),
    CALL(fchmod),
    CALL(fchown),
    CALL(fcntl),
    CALL(fdatasync),
    CALL(flock),
    CALL(fstat),
    CALL(fstatfs),
    CALL(fsync),
    CALL(ftruncate),
    CALL(getcwd),
    CALL(getdents64),
    CALL(link),
    CALL(linkat),
    CALL(lseek),
    CALL(lstat),
    CALL(mkdir),
    CALL(mkdirat),
    CALL(newfstatat),
    CALL(open),
    CALL(openat),
    CALL(pread64),
    CALL(preadv),
    CALL(pwrite64),
    CALL(pwritev),
    CALL(read),
    CALL(readlink),
    CALL(readlinkat),
    CALL(readv),
    CALL(rename),
    CALL(renameat),
    CALL(renameat2),
    CALL(rmdir),
    CALL(stat),
    CALL(statx),
    CALL(unlink),
    CALL(unlinkat),
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
    CALL(membarrier),
    CALL(mincore),
    CALL(mlock),
    CALL(mremap),
    CALL(msync),
    CALL(munlock),
    CALL(munmap),
    CALL(nanosleep),
    CALL(restart_syscall),
    CALL(rseq),
    CALL(rt_sigaction),
    CALL(rt_sigprocmask),
    CALL(rt_sigreturn),
    CALL(rt_sigtimedwait),
    CALL(sched_getaffinity),
    CALL(sched_yield),
    CALL(set_robust_list),
    CALL(sigaltstack),
    CALL(sysinfo),
    CALL(time),
    CALL(uname),
};

/* Nothing honest in here calls these. */
static const int deadly[] = {
    CALL(execve), CALL(execveat), CALL(process_vm_readv), CALL(process_vm_writev), CALL(ptrace),
};

/* Calls of which some arguments are fine: (value & mask) == is. */
static const struct {
    int call;
    unsigned argument;
    uint64_t mask, is;
} partly[] = {
    {CALL(mmap), 2, PROT_EXEC, 0},
    {CALL(mprotect), 2, PROT_EXEC, 0},
    {CALL(prctl), 0, UINT32_MAX, PR_SET_NAME},
    {CALL(prlimit64), 2, UINT64_MAX, 0}, /* asks for a limit, sets none */
    {CALL(setpriority), 0, UINT32_MAX, PRIO_PROCESS},
    {CALL(ioctl), 1, UINT32_MAX, TCGETS},   /* is it a terminal? */
    {CALL(ioctl), 1, UINT32_MAX, FIONREAD}, /* how much is there to read? */
    /* A thread, in the namespaces where we are. Of clone3 a filter does not see the flags: it is
     * refused like anything unknown, and the C library goes on with clone. */
    {CALL(clone), 0, CLONE_THREAD | CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET, CLONE_THREAD},
};

static int add_rules(scmp_filter_ctx filter)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < ARRAY_LEN(allowed); i++)
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    for (size_t i = 0; rc == 0 && i < ARRAY_LEN(deadly); i++)
        rc = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, deadly[i], 0);
    for (size_t i = 0; rc == 0 && i < ARRAY_LEN(partly); i++)
        rc = seccomp_rule_add(
            filter, SCMP_ACT_ALLOW, partly[i].call, 1,
            SCMP_CMP64(partly[i].argument, SCMP_CMP_MASKED_EQ, partly[i].mask, partly[i].is));
    struct scmp_arg_cmp ourselves = {.arg = 0, .op = SCMP_CMP_EQ, .datum_a = (uint64_t)getpid()};
    if (rc == 0) /* abort() */
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(tgkill), 1, ourselves);
    return rc;
}

static void filter_free_p(scmp_filter_ctx *filter)
{
    if (*filter)
        seccomp_release(*filter);
}

const char *sandbox_calls(void)
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
        rc = seccomp_load(filter);
    return rc == 0 ? "seccomp" : SANDBOX_NONE;
}

#else

const char *sandbox_files(const char *data_dir UNUSED, const char *const *again UNUSED)
{
    return SANDBOX_NONE;
}

const char *sandbox_calls(void)
{
    return SANDBOX_NONE;
}

#endif
