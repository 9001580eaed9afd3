/* sqlite_migrate.h - brings the file to the version that this program speaks, before anybody uses
 * it. Private to store/sqlite.
 *
 * A new file is filled in place, in one transaction. An older one is copied first; the steps run on
 * the copy, which is checked and only then takes the place of the original: whatever goes wrong in
 * between, the original is as it was, and the next start tries again.
 * Thread: main, while the directory is held. */
#pragma once

#include <stddef.h>

#include "store/sqlite/sqlite_schema.h"

/* `steps` are sqlite_migrations, but in tests. 0, or -errno with a sentence in `why`. */
int sqlite_migrate(const char *dir, const struct migration *steps, size_t count, char *why);
