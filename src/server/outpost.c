#include "server/outpost.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/random.h"
#include "server/sandbox.h"

enum { FILES_MOST = 64, AGAIN_MS = 1000, AGAIN_MOST_MS = 300000, GOOD_RUN_MS = 60000 };

struct keeping {
    const struct outpost_plan *plan;
    int fd; /* to the server */
    pid_t server;
    const char *files; /* the sandbox's word for the log */
};

/* Dies with `parent`, which may be gone already. */
static void end_with(pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != parent)
        _exit(EXIT_SUCCESS);
}

/* ---- the worker ------------------------------------------------------------------------------- */

static _Noreturn void work(const struct outpost_plan *plan, int fd, const char *files)
{
    const char *calls = plan->sandbox ? sandbox_outpost_calls() : SANDBOX_NONE;
    LOG(LOG_INFO, "outpost.started", KV_C("name", plan->name), KV_C("files", files),
        KV_C("calls", calls));
    int rc = plan->run(fd, plan->ctx);
    if (rc != 0)
        LOG(LOG_ERROR, "outpost.failed", KV_C("name", plan->name), KV_INT("errno", -rc));
    _exit(rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* ---- the keeper ------------------------------------------------------------------------------- */

static void wait_ms(uint64_t ms)
{
    struct timespec left = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}

static _Noreturn void keep(const struct keeping *keeping);

/* Sleeps until `keeper` is gone. The signal is blocked since before the fork, so it is not missed. */
static void stand_by(pid_t keeper)
{
    sigset_t gone;
    int signal;
    sigemptyset(&gone);
    sigaddset(&gone, SIGUSR1);
    (void)prctl(PR_SET_PDEATHSIG, SIGUSR1, 0, 0, 0);
    while (getppid() == keeper)
        (void)sigwait(&gone, &signal);
}

static pid_t start_spare(const struct keeping *keeping)
{
    pid_t keeper = getpid(), spare = fork();
    if (spare != 0)
        return spare;
    stand_by(keeper);
    end_with(keeping->server);
    LOG(LOG_WARN, "outpost.keeper_died", KV_C("name", keeping->plan->name));
    keep(keeping);
}

static pid_t start_worker(const struct keeping *keeping)
{
    pid_t keeper = getpid(), worker = fork();
    if (worker == 0) {
        end_with(keeper);
        work(keeping->plan, keeping->fd, keeping->files);
    }
    if (worker < 0)
        LOG(LOG_ERROR, "outpost.failed", KV_C("name", keeping->plan->name), KV_INT("errno", errno));
    return worker;
}

/* Waits for the worker's end, and sees to the spare meanwhile; its wait status. */
static int wait_for(const struct keeping *keeping, pid_t worker, pid_t *spare)
{
    int status = EXIT_FAILURE << 8;
    pid_t ended = 0;
    while (worker > 0 && ended != worker) {
        ended = waitpid(-1, &status, 0);
        if (ended == *spare && ended > 0) {
            wait_ms(AGAIN_MS);
            *spare = start_spare(keeping);
        }
    }
    return status;
}

static _Noreturn void keep(const struct keeping *keeping)
{
    const char *name = keeping->plan->name;
    uint64_t pause_ms = AGAIN_MS;
    pid_t spare = start_spare(keeping);
    for (;;) {
        uint64_t began_ms = clock_monotonic_ms();
        int status = wait_for(keeping, start_worker(keeping), &spare);
        if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS)
            break; /* the server is gone */
        if (clock_monotonic_ms() - began_ms > GOOD_RUN_MS)
            pause_ms = AGAIN_MS;
        LOG(LOG_ERROR, "outpost.died", KV_C("name", name),
            KV_INT("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0),
            KV_INT("again_ms", pause_ms));
        wait_ms(pause_ms - random_id() % (pause_ms / 4));
        pause_ms = pause_ms * 2 < AGAIN_MOST_MS ? pause_ms * 2 : AGAIN_MOST_MS;
    }
    if (spare > 0)
        (void)kill(spare, SIGKILL);
    _exit(EXIT_SUCCESS);
}

/* What the first keeper does, and all after it have by it. */
static _Noreturn void begin(const struct outpost_plan *plan, int fd, pid_t server)
{
    struct rlimit few = {FILES_MOST, FILES_MOST};
    sigset_t gone;
    end_with(server);
    (void)setrlimit(RLIMIT_NOFILE, &few);
    (void)prctl(PR_SET_NAME, plan->name, 0, 0, 0);
    signal(SIGCHLD, SIG_DFL);
    sigemptyset(&gone);
    sigaddset(&gone, SIGUSR1);
    (void)sigprocmask(SIG_BLOCK, &gone, NULL);
    const char *files = plan->sandbox ? sandbox_outpost_files(plan->reads) : SANDBOX_NONE;
    keep(&(struct keeping){plan, fd, server, files});
}

int outpost_start(const struct outpost_plan *plan, int *fd)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return -errno;
    signal(SIGCHLD, SIG_IGN); /* its end is noticed at the socket; nobody waits for its status */
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    pid_t server = getpid(), keeper = fork();
    if (keeper == 0) {
        close(ends[0]);
        begin(plan, ends[1], server);
    }
    int rc = keeper < 0 ? -errno : 0;
    close(ends[1]);
    if (rc == 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0)
        rc = -errno;
    if (rc == 0)
        *fd = ends[0];
    else
        close(ends[0]);
    return rc;
}
