/* sqlite_error.h - what SQLite says went wrong, as negative errno. Private to store/sqlite. */
#pragma once

#include <sqlite3.h>

#include "core/base.h"

/* Of the last call on `db` that failed with `code` (an extended result code). 0 for SQLITE_OK,
 * SQLITE_ROW and SQLITE_DONE. */
int sqlite_errno(sqlite3 *db, int code);

/* A few words for operators. */
const char *sqlite_errno_text(int rc);
