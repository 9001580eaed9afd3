/* index.h - the file of the index: which messages of a room hold which term.
 *
 * A file of its own in the data directory, made from the log and never the truth: lost, it is made
 * again. Each room has its place in it, so that nothing of another room is even looked at. Messages
 * that are removed are gone from it at once, overwritten with zeros; the write-ahead log is emptied by
 * index_wipe().
 * Fails:  negative errno as store.h; -EUCLEAN: it is damaged, index_delete() it.
 * Thread: a connection one at a time; one of all writes. Private to search. */
#pragma once

#include "core/arena.h"
#include "core/words.h"
#include "model/ids.h"
#include "search/block.h"

#define INDEX_FILE "search.db"

enum { INDEX_PATH_SIZE = 4096 };

struct index_conn;

/* A writer makes the file and its tables if they are not there; another version's are made anew. */
int index_open(struct index_conn **out, const char *path, bool writes, size_t cache_kib) MUST_USE;
void index_close(struct index_conn *conn); /* NULL is fine */
void index_delete(const char *path);       /* the file and what lies beside it */

int index_begin(struct index_conn *conn); /* a reader's: one state until index_end() */
int index_commit(struct index_conn *conn);
void index_end(struct index_conn *conn); /* rolls back what was not committed */

/* ---- writing, within a transaction ---------------------------------------------------------------- */
/* A message as it stands now, in place of what it was. Readers of the same connection find it by its terms once it is
 * committed. */
int index_put(struct index_conn *conn, room_id room, uint64_t seq, int64_t at,
              const struct terms *terms);
int index_remove(struct index_conn *conn, room_id room,
                 uint64_t seq); /* 0 too if it is not there */
/* At most `most` messages before `first`, the oldest; *count of them. */
int index_prune(struct index_conn *conn, room_id room, uint64_t first, size_t most, size_t *count);
int index_forget_room(struct index_conn *conn, room_id room);
int index_progress_put(struct index_conn *conn, room_id room, uint64_t seq);
/* Empties the write-ahead log of words that were removed; -EBUSY: readers are at it, try later. */
int index_wipe(struct index_conn *conn);

/* ---- reading -------------------------------------------------------------------------------------- */
/* Up to which event of its log a room is in the index; 0: not at all. */
int index_progress(struct index_conn *conn, room_id room, uint64_t *seq);
/* The newest block of messages with the term that begins at or before `most`: the newest of all with it that is there at
 * or before `most` is in it. -ENOENT: there is none. */
int index_block(struct index_conn *conn, room_id room, struct str term, uint64_t most,
                struct block *out);
/* The newest message at or before `most`, and when it was sent; -ENOENT. */
int index_message(struct index_conn *conn, room_id room, uint64_t most, uint64_t *seq, int64_t *at);
/* The room's terms that begin so, at most `most`; *more if there are others. */
int index_terms(struct index_conn *conn, room_id room, struct str prefix, size_t most,
                struct arena *arena, struct terms *out, bool *more);
