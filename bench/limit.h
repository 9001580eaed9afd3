/* limit.h - what this machine could do at most, so that a figure of the server can be read
 * against it. Each function runs until it is done or the time is up, and prints one JSON line. */
#pragma once

/* Raw TCP: every masked frame that a connection sends goes to all of them, one bare send(2)
 * each (limit_fanout), or back to the sender (limit_echo). Ends when its last connection does. */
void limit_fanout(int port);
void limit_echo(int port);

/* Rows like the server's, in transactions of `batch`, each made durable, for `seconds`. */
void limit_sqlite(const char *directory, int batch, double seconds);

/* Appends of 4 KB, each followed by fdatasync. */
void limit_fdatasync(const char *directory, double seconds);
