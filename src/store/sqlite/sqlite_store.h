/* sqlite_store.h - the embedded engine: one file in the data directory, one writer thread with
 * group commit, readers beside it, checkpoints on a thread of their own.
 * Thread: open and close from the main thread; the rest by store.h. */
#pragma once

#include "core/data_dir.h"
#include "core/str.h"
#include "store/store.h"

enum { SQLITE_WHY_SIZE = DATA_DIR_WHY_SIZE };

struct sqlite_options {
    const char *data_dir; /* made with mode 0700 if absent */
    unsigned readers;     /* threads, at least 1 */
    /* 0 leaves what is usual: rows in one transaction, page caches of the writer and each reader. */
    size_t batch, cache_kib, reader_cache_kib;
    bool still; /* nothing is forgotten by itself while it is open */
};

/* Opens, checks, migrates (on a copy first). Returns 0 and *out, or -errno and in `why` a sentence
 * that says what is wrong and what to do: another server holds the directory, a newer version made
 * the file, it is damaged, the directory cannot be written … */
int sqlite_store_open(struct store **out, const struct sqlite_options *options, char *why);

/* For `natternet compact`: writes the file anew, with nobody else at it. Until then stale copies of
 * rows that were deleted may lie in unused parts of it. -errno with `why`; the file is as it was. */
int sqlite_store_compact(const char *data_dir, char *why);

/* For `natternet check`: opens read-only and runs the engine's integrity check and our own (logs
 * contiguous, projections as the log says); prints findings to `out`, returns how many, or -errno
 * with `why`. */
struct buf;
int sqlite_store_check(const char *data_dir, struct buf *out, char *why);
