/* sandbox.h - what the program gives up before anybody can speak to it, so that a mistake that lets
 * a stranger in lets them do little. SECURITY.md says against whom.
 *
 *   sandbox_files()  No privilege is ever gained again; no core dumps; nobody else may look into
 *                    the memory (ptrace, /proc/PID/mem); and by Landlock no files but the data
 *                    directory and, to read, what the system's libraries read.
 *   sandbox_calls()  By seccomp no system calls but those that serving takes: so no new sockets, no
 *                    connections outwards, no processes, no memory that can be run. To run a
 *                    program or look into another ends this one. Any other call gets ENOSYS, as
 *                    from a kernel older than it, which is what libraries can live with.
 *
 * Best effort: both return the word for the log of what holds them up, or SANDBOX_NONE where this
 * kernel has no such thing. Left out of builds with sanitizers, whose runtimes need more.
 * Thread: main. Landlock binds the threads made after it, seccomp all. */
#pragma once

#include <stdbool.h>

#define SANDBOX_NONE "off"

/* Before the first thread. `data_dir` is made if it is not there. `remote`: the store is a server
 * elsewhere, to which connections are made anew when they were lost; what is read for that, names and
 * certificates of the system, may be read too. `again`, to NULL: files that are
 * read again when they were replaced; what lies beside them may be read, and, where they are links,
 * beside what they point to now. */
const char *sandbox_files(const char *data_dir, bool remote, const char *const *again);
/* When all is open and listening, before anything is read from a socket. `remote`: connections outwards
 * are allowed, to the Internet's addresses; which, a filter of calls cannot see. */
const char *sandbox_calls(bool remote);

/* The same two for a process that makes connections outwards (server/outpost.h): it writes no file
 * and reads none but the system's and what lies beside `again`; it takes no connections, starts no
 * threads, and has no sockets but those of the Internet. */
const char *sandbox_outpost_files(const char *const *again);
const char *sandbox_outpost_calls(void);
