/* private_file.h - a small file that holds a secret: for its owner alone (0600), and there as a
 * whole and synced, or not at all.
 *
 * Fails: negative errno, with a sentence in `why` (PRIVATE_FILE_WHY_SIZE bytes) that names the file.
 * Thread: any; blocks. */
#pragma once

#include "core/buf.h"

enum { PRIVATE_FILE_WHY_SIZE = 256 };

/* Appends what is in it. -ENOENT (without a sentence) if it is not there; -EPERM if others may read
 * it; -EFBIG if there are more than `most` bytes. */
MUST_USE int private_file_read(const char *path, size_t most, struct buf *out, char *why);
/* `replace`: in place of one that is there, in one step. Otherwise -EEXIST if there is one. */
MUST_USE int private_file_write(const char *path, struct str text, bool replace, char *why);
/* A new name has to survive a power loss too: syncs the folder that holds it. No sentence. */
MUST_USE int private_file_sync_folder_of(const char *path);
