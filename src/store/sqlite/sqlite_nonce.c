#include "store/sqlite/sqlite_rows.h"

/* A nonce of our SDK is a UUID: 16 bytes as a key where its text would take 36. Only the form that
 * can be printed again without loss is packed: lower case, dashes in their places. Any other is
 * kept as text; the two kinds cannot meet, since a blob never equals a text. */

enum { UUID_TEXT_LEN = 36, UUID_LEN = 16 };

static bool is_dash_place(size_t i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

static bool pack_uuid(struct str text, uint8_t out[UUID_LEN])
{
    if (text.len != UUID_TEXT_LEN)
        return false;
    size_t digits = 0;
    for (size_t i = 0; i < UUID_TEXT_LEN; i++) {
        if (is_dash_place(i)) {
            if (text.ptr[i] != '-')
                return false;
            continue;
        }
        int value = hex_value(text.ptr[i]);
        if (value < 0)
            return false;
        if (digits % 2 == 0)
            out[digits / 2] = (uint8_t)(value << 4);
        else
            out[digits / 2] |= (uint8_t)value;
        digits++;
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
