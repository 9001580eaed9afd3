/* sqlite_files.h - the files of ours in the data directory. Private to store/sqlite.
 * Fails: negative errno, and a sentence for the operator in `why` (SQLITE_WHY_SIZE). */
#pragma once

#include <stdbool.h>

#include "core/base.h"
#include "store/sqlite/sqlite_store.h"

#define SQLITE_FILE "natternet.db"

enum { SQLITE_PATH_SIZE = 4096 };

/* "<dir>/<name>"; -ENAMETOOLONG if it does not fit. */
int data_path(char out[SQLITE_PATH_SIZE], const char *dir, const char *name, char *why);
/* Makes an empty file of mode 0600 if there is none; takes away rights of others if it has them. */
int data_file_make(const char *dir, const char *name, char *why);
/* Makes entries of the directory durable. */
int data_dir_sync(const char *dir, char *why);

int why_say(char *why, int rc, const char *format, ...) PRINTF_LIKE(3, 4); /* returns rc */
