/* limit.h - what this machine could do at most, so that a figure of the server can be read
 * against it. Each function runs until it is done or the time is up, and prints one JSON line. */
#pragma once

/* Raw TCP, no HTTP: every masked frame that a connection sends goes, unmasked, to all of them in one
 * bare send(2) each (LIMIT_FANOUT); or all frames of one turn together in one send(2) each
 * (LIMIT_COALESCE); or back to its sender (LIMIT_ECHO). Ends when the first connection does. */
enum limit_net { LIMIT_FANOUT, LIMIT_COALESCE, LIMIT_ECHO };
void limit_net(int port, enum limit_net what);

/* Rows like the server's of `senders` in as many rooms as said, in transactions of `batch`, each made durable, for
 * `seconds`: so many of them a second, or with 0 one right after the other. A disk and a processor that rest between
 * take longer. The log is moved into the file when and as the server does it. */
struct limit_rows {
    int senders, rooms, batch;
    double seconds, per_s;
};
void limit_sqlite(const char *directory, struct limit_rows rows);

/* Memory of `count` server-side SSL objects behind their handshake, with released buffers. */
void limit_tls(const char *cert, const char *key, int count);
