#include "server/signals.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "core/base.h"

static int signal_fd = -1;

void signals_block(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    REQUIRE(signal_fd >= 0);
}

int signals_wait(int timeout_ms, int also)
{
    struct pollfd ready[] = {{.fd = signal_fd, .events = POLLIN}, {.fd = also, .events = POLLIN}};
    struct signalfd_siginfo info;
    if (poll(ready, ARRAY_LEN(ready), timeout_ms) <= 0)
        return 0;
    return read(signal_fd, &info, sizeof(info)) == sizeof(info) ? (int)info.ssi_signo : 0;
}
