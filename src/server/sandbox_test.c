/* What the sandbox stops and what it lets through: each in a child, which never comes out again. */
#include "server/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base.h"
#include "core/str.h"

static char data_dir[64], cert_dir[64];

static int make_dir(void **state)
{
    (void)state;
    snprintf(data_dir, sizeof(data_dir), "/tmp/natternet-sandbox-XXXXXX");
    snprintf(cert_dir, sizeof(cert_dir), "/tmp/natternet-certs-XXXXXX");
    return mkdtemp(data_dir) && mkdtemp(cert_dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
    (void)state;
    char path[128];
    snprintf(path, sizeof(path), "%s/file", data_dir);
    (void)unlink(path);
    return rmdir(cert_dir) + rmdir(data_dir);
}

static const char *in_dir(const char *name)
{
    static char path[128];
    snprintf(path, sizeof(path), "%s/%s", data_dir, name);
    return path;
}

enum { IN_FILES = 1, IN_CALLS = 2, OUTWARDS = 4, REMOTE = 8, NOT_HERE = 77 };

static bool enter(int parts, const char *const *again)
{
    const char *files = "", *calls = "";
    if (parts & IN_FILES)
        files = parts & OUTWARDS ? sandbox_outpost_files(again)
                                 : sandbox_files(data_dir, parts & REMOTE, again);
    if (parts & IN_CALLS && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        calls = parts & OUTWARDS ? sandbox_outpost_calls() : sandbox_calls(parts & REMOTE);
    return strcmp(files, SANDBOX_NONE) != 0 && strcmp(calls, SANDBOX_NONE) != 0;
}

/* How a child ends that does this inside: its wait status; its exit status is what it returned. */
static int inside(int parts, int (*act)(void))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char cert[128];
        snprintf(cert, sizeof(cert), "%s/cert.pem", cert_dir);
        const char *const again[] = {cert, NULL};
        _exit(enter(parts, again) ? act() : NOT_HERE);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_HERE)
        skip(); /* a build with sanitizers, or a kernel without */
    return status;
}

static void assert_returns(int parts, int (*act)(void), int want)
{
    int status = inside(parts, act);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), want);
}

static void assert_kills(int parts, int (*act)(void))
{
    int status = inside(parts, act);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSYS);
}

static int errno_of(int rc)
{
    return rc >= 0 ? 0 : errno;
}

/* ---- files ---- */

static int write_in_data(void)
{
    int fd = open(in_dir("file"), O_RDWR | O_CREAT, 0600);
    return fd < 0 || write(fd, "x", 1) != 1 || rename(in_dir("file"), in_dir("file")) != 0;
}

static int write_beside_data(void)
{
    return errno_of(open("/tmp/natternet-sandbox-escape", O_WRONLY | O_CREAT, 0600));
}

static int read_a_home(void)
{
    return errno_of(open("/root", O_RDONLY | O_DIRECTORY));
}

static int read_certificates(void)
{
    return errno_of(open(cert_dir, O_RDONLY | O_DIRECTORY));
}

static int read_time_zone(void)
{
    return errno_of(open("/etc", O_RDONLY | O_DIRECTORY));
}

static void only_the_data_directory_can_be_written(void **state)
{
    (void)state;
    assert_returns(IN_FILES, write_in_data, 0);
    assert_returns(IN_FILES, write_beside_data, EACCES);
}

static void only_what_is_read_while_serving_can_be_read(void **state)
{
    (void)state;
    assert_returns(IN_FILES, read_time_zone, 0);
    assert_returns(IN_FILES, read_certificates, 0);
    assert_returns(IN_FILES, read_a_home, EACCES);
}

static int look_for_core_dumps(void)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_max != 0 ||
           prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0;
}

static void there_are_no_core_dumps(void **state)
{
    (void)state;
    assert_returns(IN_FILES, look_for_core_dumps, 0);
}

/* ---- calls ---- */

static int run_a_program(void)
{
    return execl("/bin/true", "true", (char *)NULL);
}

static int look_into_another(void)
{
    return (int)ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static void running_a_program_ends_it(void **state)
{
    (void)state;
    assert_kills(IN_CALLS, run_a_program);
    assert_kills(IN_CALLS, look_into_another);
}

static int make_a_socket(void)
{
    return errno_of(socket(AF_INET, SOCK_STREAM, 0));
}

static int make_a_process(void)
{
    return errno_of(fork());
}

static int make_code(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? 0 : errno_of(mprotect(page, 4096, PROT_READ | PROT_EXEC));
}

static int signal_another(void)
{
    return errno_of(kill(getppid(), 0));
}

static int become_dumpable(void)
{
    return errno_of(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
}

static void what_serving_does_not_take_is_refused(void **state)
{
    (void)state;
    assert_returns(IN_CALLS, make_a_socket, ENOSYS);
    assert_returns(IN_CALLS, make_a_process, ENOSYS);
    assert_returns(IN_CALLS, make_code, ENOSYS);
    assert_returns(IN_CALLS, signal_another, ENOSYS);
    assert_returns(IN_CALLS, become_dumpable, ENOSYS);
}

static void *nothing(void *arg)
{
    return arg;
}

static int start_a_thread(void)
{
    pthread_t thread;
    int rc = pthread_create(&thread, NULL, nothing, NULL);
    return rc ? rc : pthread_join(thread, NULL);
}

static void threads_can_still_be_made(void **state)
{
    (void)state;
    assert_returns(IN_FILES | IN_CALLS, start_a_thread, 0);
}

static int break_a_promise(void)
{
    REQUIRE(getpid() == 0);
    return 0;
}

static void a_broken_promise_still_aborts(void **state)
{
    (void)state;
    int status = inside(IN_CALLS, break_a_promise);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

static int other_threads_socket;

static void *try_a_socket(void *arg)
{
    pthread_barrier_t *both = arg;
    pthread_barrier_wait(both); /* made before the sandbox */
    pthread_barrier_wait(both);
    other_threads_socket = make_a_socket();
    return NULL;
}

static int with_a_thread_from_before(void)
{
    pthread_t thread;
    static pthread_barrier_t both; /* where there is no sandbox the thread goes on waiting at it */
    pthread_barrier_init(&both, NULL, 2);
    if (pthread_create(&thread, NULL, try_a_socket, &both) != 0)
        return 1;
    pthread_barrier_wait(&both);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        strcmp(sandbox_calls(false), SANDBOX_NONE) == 0)
        return NOT_HERE;
    pthread_barrier_wait(&both);
    pthread_join(thread, NULL);
    return other_threads_socket;
}

static void threads_that_were_there_are_held_too(void **state)
{
    (void)state;
    assert_returns(0, with_a_thread_from_before, ENOSYS);
}

/* ---- outwards ---- */

static int connect_outwards(void)
{
    struct addrinfo *found, hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    if (getaddrinfo("localhost", "1", &hints, &found) != 0)
        return 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    return errno_of(connect(fd, found->ai_addr, found->ai_addrlen)); /* nobody is there */
}

static int make_a_local_socket(void)
{
    return errno_of(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int take_connections(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    return fd < 0 ? 0 : errno_of(listen(fd, 1));
}

static int read_data(void)
{
    return errno_of(open(data_dir, O_RDONLY | O_DIRECTORY));
}

static int write_data(void)
{
    return errno_of(open(in_dir("file"), O_WRONLY | O_CREAT, 0600));
}

static void a_server_whose_store_is_elsewhere_connects_too(void **state)
{
    (void)state;
    enum { ALL = IN_FILES | IN_CALLS | REMOTE };
    assert_returns(ALL, connect_outwards, ECONNREFUSED);
    assert_returns(ALL, write_in_data, 0);
    assert_returns(ALL, read_a_home, EACCES);
    assert_returns(ALL, make_a_local_socket, ENOSYS);
}

static void an_outpost_connects_and_does_little_else(void **state)
{
    (void)state;
    enum { ALL = IN_FILES | IN_CALLS | OUTWARDS };
    assert_returns(ALL, connect_outwards, ECONNREFUSED);
    assert_returns(ALL, read_certificates, 0);
    assert_returns(ALL, read_data, EACCES);
    assert_returns(ALL, write_data, EACCES);
    assert_returns(ALL, read_a_home, EACCES);
    assert_returns(ALL, make_a_local_socket, ENOSYS);
    assert_returns(ALL, take_connections, ENOSYS);
    assert_returns(ALL, make_a_process, ENOSYS);
    assert_returns(ALL, start_a_thread, ENOSYS);
    assert_returns(ALL, make_code, ENOSYS);
    assert_returns(ALL, signal_another, ENOSYS);
    assert_kills(ALL, run_a_program);
    assert_kills(ALL, look_into_another);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make_dir, remove_dir)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(only_the_data_directory_can_be_written),
        T(only_what_is_read_while_serving_can_be_read),
        T(there_are_no_core_dumps),
        T(running_a_program_ends_it),
        T(what_serving_does_not_take_is_refused),
        T(threads_can_still_be_made),
        T(a_broken_promise_still_aborts),
        T(threads_that_were_there_are_held_too),
        T(a_server_whose_store_is_elsewhere_connects_too),
        T(an_outpost_connects_and_does_little_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
