/* sqlite_schema.h - the tables, and how a file of an older version becomes one of today's.
 * Private to store/sqlite. */
#pragma once

#include <stddef.h>

struct migration {
    int version;     /* what the file is after it; 1, 2, 3, … in order */
    const char *sql; /* runs in one transaction; skeleton(text) is unicode_skeleton() */
};

extern const struct migration sqlite_migrations[];
extern const size_t sqlite_migration_count;

enum { SQLITE_APPLICATION_ID = 0x4e617474 }; /* "Natt", in the header of the file */
