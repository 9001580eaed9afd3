/* import_record.h - one account of `natternet user import`: a JSON object, or a line of a table with
 * commas (RFC 4180) whose first line names the columns. Both have the same fields; `username` must
 * be there, unknown ones are refused rather than lost. What the values may be is not asked here.
 * Owns:   results lie in the arena.
 * Fails:  false and half a sentence in *why, which may lie in the arena.
 * Thread: any. */
#pragma once

#include "core/arena.h"

struct import_record {
    struct str username, display_name, email, locale, password_hash; /* empty: not given */
    bool admin;
};

enum { IMPORT_COLUMNS_MOST = 16 };

struct import_columns {
    uint8_t field[IMPORT_COLUMNS_MOST];
    size_t count;
};

bool import_record_json(struct str line, struct arena *arena, struct import_record *out,
                        struct str *why);
bool import_columns_parse(struct str line, struct arena *arena, struct import_columns *out,
                          struct str *why);
bool import_record_csv(struct str line, const struct import_columns *columns, struct arena *arena,
                       struct import_record *out, struct str *why);
