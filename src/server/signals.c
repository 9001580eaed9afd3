#include "server/signals.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

static sigset_t our_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    return set;
}

void signals_block(void)
{
    sigset_t set = our_signals();
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

int signals_wait(int timeout_ms)
{
    sigset_t set = our_signals();
    struct timespec wait = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};
    int signal_number;
    do
        signal_number = timeout_ms < 0 ? sigwaitinfo(&set, NULL) : sigtimedwait(&set, NULL, &wait);
    while (signal_number < 0 && errno == EINTR);
    return signal_number < 0 ? 0 : signal_number;
}
