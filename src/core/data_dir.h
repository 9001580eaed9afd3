/* data_dir.h - the data directory, and who holds it: one server at a time, wherever the store is.
 * Fails: negative errno, and a sentence for the operator in `why` (DATA_DIR_WHY_SIZE). Any thread. */
#pragma once

#include "core/base.h"

enum { DATA_DIR_WHY_SIZE = 512 };

/* Makes the directory, with mode 0700, if it is absent. */
int data_dir_make(const char *dir, char *why) MUST_USE;
/* Holds the directory for as long as *fd, the caller's, is open: a second one is refused with -EBUSY. */
int data_dir_lock(const char *dir, int *fd, char *why) MUST_USE;
