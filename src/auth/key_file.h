/* key_file.h - one secret of 32 bytes in a file of its own: `kind:base64url`, one line, mode 0600.
 * The kind keeps one secret from being taken for another when files are copied about.
 * Fails: negative errno, with a sentence in `why` (KEYS_WHY_SIZE bytes). Blocks. */
#pragma once

#include "core/base.h"

enum { KEY_FILE_SECRET_LEN = 32 };

/* Reads it. -ENOENT (without a sentence) if it is not there; -EPERM if it is not private. */
int key_file_read(const char *path, const char *kind, uint8_t out[KEY_FILE_SECRET_LEN], char *why);
/* Writes a new one: there as a whole and synced, or not at all. -EEXIST if there is one. */
int key_file_write(const char *path, const char *kind, const uint8_t secret[KEY_FILE_SECRET_LEN],
                   char *why);
