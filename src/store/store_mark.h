/* store_mark.h - what a store says of itself while `natternet migrate` fills it: it is no store yet, and
 * nobody may serve it. Thread: as store_wait.h; blocks. */
#pragma once

#include "store/store.h"

/* For who would use it. 0, or -EINPROGRESS and in `why` what to do, or another -errno. */
int store_is_whole(struct store *store, char *why, size_t size) MUST_USE;
