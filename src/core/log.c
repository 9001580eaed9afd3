#include "core/log.h"

#include <stdio.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"

static struct {
    bool json;
    enum log_level least;
} log_settings = {.json = false, .least = LOG_INFO};

static const char *const level_names[] = {"debug", "info", "warn", "error", "info"};

void log_setup(enum log_format format, enum log_level least)
{
    log_settings.json =
        format == LOG_FORMAT_JSON || (format == LOG_FORMAT_AUTO && !isatty(STDERR_FILENO));
    log_settings.least = least;
}

/* U+0080 to U+009F: control characters that some terminals obey, as the byte behind 0xc2. */
static bool is_c1(struct str text, size_t at)
{
    return (unsigned char)text.ptr[at] == 0xc2 && at + 1 < text.len &&
           (unsigned char)text.ptr[at + 1] < 0xa0;
}

/* Quotes as JSON does; a control byte or a broken one can neither forge a line nor a terminal. */
static void put_quoted(struct buf *out, struct str text)
{
    bool utf8 = str_is_utf8(text);
    buf_put_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if (utf8 && is_c1(text, i))
            buf_printf(out, "\\u%04x", (unsigned char)text.ptr[++i]);
        else if (c < 0x20 || c == 0x7f || (c >= 0x80 && !utf8))
            buf_printf(out, "\\u%04x", c);
        else
            buf_put_char(out, (char)c);
    }
    buf_put_char(out, '"');
}

static bool is_plain(struct str text)
{
    if (text.len == 0)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || text.ptr[i] == '"' || text.ptr[i] == '=' || text.ptr[i] > '~')
            return false;
    return true;
}

static void put_value(struct buf *out, const struct log_field *field, bool quote_always)
{
    if (!field->text.ptr)
        buf_printf(out, "%lld", (long long)field->number);
    else if (!quote_always && is_plain(field->text))
        buf_put_str(out, field->text);
    else
        put_quoted(out, field->text);
}

static void put_json(struct buf *out, const char *time, enum log_level level, const char *event,
                     size_t count, const struct log_field *fields)
{
    buf_printf(out, "{\"time\":\"%.*s\",\"level\":\"%s\",\"event\":\"%s\"", TIME_TEXT_LEN, time,
               level_names[level], event);
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, ",\"%s\":", fields[i].key);
        put_value(out, &fields[i], true);
    }
    buf_put_lit(out, "}\n");
}

static void put_text(struct buf *out, const char *time, enum log_level level, const char *event,
                     size_t count, const struct log_field *fields)
{
    buf_printf(out, "%.*s %-5s %s", TIME_TEXT_LEN, time, level_names[level], event);
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, " %s=", fields[i].key);
        put_value(out, &fields[i], false);
    }
    buf_put_char(out, '\n');
}

void log_write(enum log_level level, const char *event, size_t count,
               const struct log_field *fields)
{
    if (level < log_settings.least)
        return;
    char time[TIME_TEXT_LEN];
    clock_format(clock_now_ms(), time);
    __attribute__((cleanup(buf_deinit_p))) struct buf line = BUF_INIT;
    if (log_settings.json)
        put_json(&line, time, level, event, count, fields);
    else
        put_text(&line, time, level, event, count, fields);
    ssize_t ignored = write(STDERR_FILENO, line.ptr, line.len);
    (void)ignored; /* nobody is left to tell */
}
