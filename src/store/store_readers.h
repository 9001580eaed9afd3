/* store_readers.h - an engine's reader threads, each with a connection of its own. Private to store.
 * Owns:   its threads and their connections; a job belongs to it until its done runs.
 * Thread: store_readers_read from any; the functions of the options on the readers' threads. */
#pragma once

#include "store/engine.h"

struct store_readers;

struct store_readers_options {
    unsigned threads;
    /* Before a thread's first job; again with the next one where it failed. 0 or -errno. */
    int (*open)(void *ctx, struct store_conn **out);
    /* Runs the job so that all of it sees one state of the database. What job->run gives, or -errno. */
    int (*run)(void *ctx, struct store_conn *conn, struct store_job *job);
    /* Nothing more to read for now. May be NULL. */
    void (*rest)(void *ctx, struct store_conn *conn);
    void (*close)(void *ctx, struct store_conn *conn); /* NULL is fine */
    void *ctx;
};

struct store_readers *store_readers_new(const struct store_readers_options *options) MUST_USE;
/* A job is refused with -EBUSY where memory is tight. */
void store_readers_read(struct store_readers *readers, struct store_job *job);
/* How many jobs have been taken. */
uint64_t store_readers_count(const struct store_readers *readers);
void store_readers_free(struct store_readers *readers); /* finishes what was taken; NULL is fine */
