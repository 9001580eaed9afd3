/* log.h - what the operator reads: events with keys, one line each on stderr.
 *
 * Text on a terminal, JSON otherwise. Library layers return errors; `api` and `server` log. No
 * secret, token, password or message text is ever a value.
 * Thread: any; a line is written by one system call. */
#pragma once

#include "core/base.h"
#include "core/str.h"

enum log_level {
    LOG_DEBUG,
    LOG_INFO,
    LOG_WARN,
    LOG_ERROR,
    LOG_ALWAYS, /* told as info at every level: what others wait for */
};
enum log_format { LOG_FORMAT_AUTO, LOG_FORMAT_TEXT, LOG_FORMAT_JSON };

struct log_field {
    const char *key;
    struct str text; /* ptr NULL: the number counts */
    int64_t number;
};

#define KV_STR(key_, value_) ((struct log_field){.key = (key_), .text = (value_)})
#define KV_C(key_, value_) ((struct log_field){.key = (key_), .text = str_from_c(value_)})
#define KV_INT(key_, value_) ((struct log_field){.key = (key_), .number = (int64_t)(value_)})

/* The process's one log: settings are made once, before the threads start. */
void log_setup(enum log_format format, enum log_level least);
void log_write(enum log_level level, const char *event, size_t count,
               const struct log_field *fields);

/* LOG(LOG_INFO, "message.sent", KV_STR("room", name), KV_INT("bytes", n)); */
#define LOG(level, event, ...)                                                                     \
    log_write((level), (event), ARRAY_LEN(((struct log_field[]){{0}, ##__VA_ARGS__})) - 1,         \
              (struct log_field[]){{0}, ##__VA_ARGS__} + 1)
