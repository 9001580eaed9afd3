/* store_wait.h - one job at a time for who may block: start-up and the operator's subcommands.
 * Thread: one at a time for the whole store. */
#pragma once

#include "store/store.h"

/* Runs it on a store thread, waits, returns its rc. home and done are set here. */
int store_read_wait(struct store *store, struct store_job *job);
int store_write_wait(struct store *store, struct store_job *job);
int store_fill_wait(struct store *store, struct store_job *job);
