/* limit - the kernel's and SQLite's own limits on this machine, to hold figures against.
 *
 *   limit fanout PORT      each frame to everybody, a send() each
 *   limit coalesce PORT    all frames of a turn to everybody in one send() each
 *   limit echo PORT        each frame back to its sender
 *   limit sqlite DIRECTORY SENDERS ROOMS BATCH SECONDS [COMMITS_A_SECOND]
 *   limit tls CERT KEY COUNT   memory of so many bare SSL objects of OpenSSL
 *
 * PORT 0 picks a free one; stderr says which. Loopback only, ends by itself (15 minutes at the
 * latest). Exit status 2 for a wrong use. */
#include "limit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LONGEST_S (15 * 60)

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    signal(SIGPIPE, SIG_IGN);
    alarm(LONGEST_S);
    if (strcmp(what, "fanout") == 0 && argc == 3)
        limit_net(atoi(argv[2]), LIMIT_FANOUT);
    else if (strcmp(what, "coalesce") == 0 && argc == 3)
        limit_net(atoi(argv[2]), LIMIT_COALESCE);
    else if (strcmp(what, "echo") == 0 && argc == 3)
        limit_net(atoi(argv[2]), LIMIT_ECHO);
    else if (strcmp(what, "sqlite") == 0 && (argc == 7 || argc == 8) && atoi(argv[3]) > 0 &&
             atoi(argv[4]) > 0)
        limit_sqlite(argv[2], (struct limit_rows){.senders = atoi(argv[3]),
                                                  .rooms = atoi(argv[4]),
                                                  .batch = atoi(argv[5]),
                                                  .seconds = atof(argv[6]),
                                                  .per_s = argc == 8 ? atof(argv[7]) : 0});
    else if (strcmp(what, "tls") == 0 && argc == 5)
        limit_tls(argv[2], argv[3], atoi(argv[4]));
    else {
        fputs("limit fanout PORT | coalesce PORT | echo PORT | "
              "sqlite DIRECTORY SENDERS ROOMS BATCH SECONDS [COMMITS_A_SECOND] | "
              "tls CERT KEY COUNT\n",
              stderr);
        return 2;
    }
    return 0;
}
