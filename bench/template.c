#include "template.h"

#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void lines_read(struct lines *lines, const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        err(2, "%s", path);
    char *line = NULL;
    size_t room = 0, allocated = 0;
    ssize_t length;
    while ((length = getline(&line, &room, file)) > 0) {
        while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
            line[--length] = '\0';
        if (length == 0)
            continue;
        if (lines->count == allocated) {
            allocated = allocated ? allocated * 2 : 1024;
            lines->line = realloc(lines->line, allocated * sizeof *lines->line);
        }
        char *copy = strdup(line);
        if (!lines->line || !copy)
            errx(2, "out of memory");
        lines->line[lines->count++] = copy;
    }
    free(line);
    fclose(file);
}

static uint64_t next_random(void)
{
    static uint64_t state = 88172645463325252ull;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static const char *line_of(const struct lines *lines, uint32_t index)
{
    return lines && lines->count > 0 ? lines->line[index % lines->count] : "";
}

/* The value of the field that starts at `from`, in `number` if it is one. Returns the length of
 * the field's name with its braces, 0 if this is no field. */
static size_t field(const char *from, const struct filling *filling, char number[32],
                    const char **value)
{
    static const char *const names[] = {"{i}", "{seq}", "{rand}", "{t}", "{token}", "{room}"};
    size_t which = 0;
    while (which < 6 && strncmp(from, names[which], strlen(names[which])) != 0)
        which++;
    if (which == 6)
        return 0;
    uint64_t numbers[] = {filling->index, filling->seq, 0, filling->time_ns + TEMPLATE_TIME_BASE};
    if (which == 2)
        numbers[2] = 1 + next_random() % (filling->most ? filling->most : 1);
    if (which < 4)
        snprintf(number, 32, "%" PRIu64, numbers[which]);
    *value = which < 4    ? number
             : which == 4 ? line_of(filling->tokens, filling->index)
                          : line_of(filling->rooms, filling->index);
    return strlen(names[which]);
}

/* Moves what lies behind the {pad} and fills the hole. */
static size_t pad(char *out, size_t length, size_t room, size_t at, size_t size)
{
    if (length >= size || size > room)
        return length;
    size_t count = size - length;
    memmove(out + at + count, out + at, length - at);
    memset(out + at, 'x', count);
    return size;
}

size_t template_fill(char *out, size_t room, const char *template, const struct filling *filling)
{
    size_t length = 0, pad_at = SIZE_MAX;
    char number[32];
    for (const char *at = template; *at != '\0' && length < room;) {
        const char *value = NULL;
        size_t name = *at == '{' ? field(at, filling, number, &value) : 0;
        if (name > 0) {
            size_t count = strlen(value);
            if (count > room - length)
                break;
            memcpy(out + length, value, count);
            length += count;
            at += name;
        } else if (strncmp(at, "{pad}", 5) == 0) {
            pad_at = length;
            at += 5;
        } else {
            out[length++] = *at++;
        }
    }
    return pad_at == SIZE_MAX ? length : pad(out, length, room, pad_at, filling->size);
}

uint64_t template_time(const char *from, const char *end, const char *key, size_t key_len,
                       const char **next)
{
    *next = NULL;
    const char *at = memmem(from, (size_t)(end - from), key, key_len);
    if (!at)
        return 0;
    at += key_len;
    uint64_t time = 0;
    int digits = 0;
    while (at < end && *at >= '0' && *at <= '9' && digits <= TEMPLATE_TIME_DIGITS) {
        time = time * 10 + (uint64_t)(*at++ - '0');
        digits++;
    }
    *next = at;
    return digits == TEMPLATE_TIME_DIGITS ? time - TEMPLATE_TIME_BASE : 0;
}
