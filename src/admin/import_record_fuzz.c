/* Lines of an import: as JSON, as a table's first line, and under a fixed one. */
#include "admin/import_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct str line = str_of(size ? (const char *)data : "", size), why = STR_NONE;
    struct import_record record;
    struct import_columns columns;
    if (import_record_json(line, &arena, &record, &why))
        REQUIRE(record.username.len > 0);
    if (import_columns_parse(line, &arena, &columns, &why))
        REQUIRE(columns.count > 0 && columns.count <= IMPORT_COLUMNS_MOST);
    REQUIRE(import_columns_parse(STR("username,admin,email"), &arena, &columns, &why));
    if (import_record_csv(line, &columns, &arena, &record, &why))
        REQUIRE(record.username.len > 0 && record.username.len <= size);
    arena_deinit(&arena);
    return 0;
}
