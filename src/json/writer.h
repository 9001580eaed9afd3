/* writer.h - JSON (RFC 8259) appended to a buffer as it is said; commas come by themselves.
 *
 *     struct json_writer w = json_writer(out);
 *     json_open(&w, '{');
 *     json_name(&w, "seq"), json_put_u64(&w, 7);
 *     json_close(&w, '}');
 *
 * The caller keeps brackets and names in order: nothing is checked, nothing is kept but whether a
 * comma is due, and no memory is taken but the buffer's. No white space is written.
 * Thread: any. */
#pragma once

#include "core/buf.h"

struct json_writer {
    struct buf *out;
    bool comma; /* due before the next name or value */
};

static inline struct json_writer json_writer(struct buf *out)
{
    return (struct json_writer){.out = out};
}

/* Writes what is due, and says that a comma is due after what comes next. */
static inline void json_separate(struct json_writer *w)
{
    if (w->comma)
        buf_put_char(w->out, ',');
    w->comma = true;
}

static inline void json_open(struct json_writer *w, char bracket)
{
    json_separate(w);
    buf_put_char(w->out, bracket);
    w->comma = false;
}

static inline void json_close(struct json_writer *w, char bracket)
{
    buf_put_char(w->out, bracket);
    w->comma = true;
}

/* A name is a literal of ours that needs no escapes: written as it is, in one piece, without the
 * comma before it where none is due. */
static inline void json_put_name_piece(struct json_writer *w, const char *piece, size_t len)
{
    size_t skip = w->comma ? 0 : 1;
    buf_put(w->out, piece + skip, len - skip);
    w->comma = false;
}
#define json_name(w, lit) json_put_name_piece((w), ",\"" lit "\":", sizeof(lit) + 3)

void json_put_name(struct json_writer *w, struct str name); /* any text */
void json_put_text(struct json_writer *w, struct str text);
void json_put_u64(struct json_writer *w, uint64_t value);
void json_put_flag(struct json_writer *w, bool value);
void json_put_null(struct json_writer *w);
void json_put_raw(struct json_writer *w, struct str json); /* a value that is JSON already */

/* Text as a JSON string. Escaped is only what must be: the quotation mark, the backslash and the
 * control characters, in the shortest form (as RFC 8785, 3.2.2.2). Bytes that are not UTF-8 become
 * U+FFFD, one each, so that what comes out is always JSON. */
void json_quote(struct buf *out, struct str text);
