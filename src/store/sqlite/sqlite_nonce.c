#include "store/sqlite/sqlite_rows.h"

/* A nonce of our SDK is a UUID: 16 bytes as a key where its text would take 36. Only the form that
 * can be printed again without loss is packed: lower case, dashes in their places. Any other is
 * kept as text; the two kinds cannot meet, since a blob never equals a text. */

enum { UUID_TEXT_LEN = 36, UUID_LEN = 16 };

static bool is_dash_place(size_t i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

/* One more than the value, so that 0 is no digit. */
static const uint8_t hex_values[256] = {
    ['0'] = 1, ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16};

/* Every append packs one, and every look for a nonce. */
static bool pack_uuid(struct str text, uint8_t out[UUID_LEN])
{
    if (text.len != UUID_TEXT_LEN)
        return false;
    size_t at = 0;
    for (size_t i = 0; i < UUID_LEN; i++) {
        if (is_dash_place(at) && text.ptr[at++] != '-')
            return false;
        unsigned high = hex_values[(uint8_t)text.ptr[at]];
        unsigned low = hex_values[(uint8_t)text.ptr[at + 1]];
        if (!high || !low)
            return false;
        out[i] = (uint8_t)((high - 1) << 4 | (low - 1));
        at += 2;
    }
    return true;
}

static void print_uuid(const char *bytes, char out[UUID_TEXT_LEN])
{
    size_t at = 0;
    for (size_t i = 0; i < UUID_LEN; i++) {
        if (is_dash_place(at))
            out[at++] = '-';
        out[at++] = "0123456789abcdef"[(uint8_t)bytes[i] >> 4];
        out[at++] = "0123456789abcdef"[(uint8_t)bytes[i] & 15];
    }
}

void bind_nonce(sqlite3_stmt *statement, int at, struct str nonce, uint8_t uuid[16])
{
    if (pack_uuid(nonce, uuid))
        bind_blob(statement, at, str_of((const char *)uuid, UUID_LEN));
    else
        bind_text(statement, at, nonce);
}

struct str column_nonce(sqlite3_stmt *statement, int at, char text[NONCE_MAX])
{
    struct str stored = column_str(statement, at);
    if (sqlite3_column_type(statement, at) != SQLITE_BLOB || stored.len != UUID_LEN)
        return stored;
    print_uuid(stored.ptr, text);
    return str_of(text, UUID_TEXT_LEN);
}
