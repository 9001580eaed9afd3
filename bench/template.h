/* template.h - the text that a connection sends, with what differs filled in:
 *   {i} connection number    {seq} messages it sent so far    {rand} a number from 1 to `most`
 *   {token} {room}           line i of a file, round and round
 *   {t}                      the time, always 16 digits and below 2^53: a valid JSON id
 *   {pad}                    fills the text up to `size`
 * Every other brace stays as it is, so JSON needs no escapes.
 * Owns: nothing; the lists live as long as the program. Thread: one. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Added to every time, so that it has 16 digits from the machine's start on. */
#define TEMPLATE_TIME_BASE 1000000000000000ull
#define TEMPLATE_TIME_DIGITS 16

struct lines {
    char **line;
    size_t count;
};

struct filling {
    uint32_t index, seq;
    uint64_t time_ns;
    const struct lines *tokens, *rooms;
    uint64_t most;
    size_t size;
};

/* Reads a file of lines; exits with a message if it cannot. */
void lines_read(struct lines *lines, const char *path);

/* Writes at most `room` bytes and returns how many; what does not fit is left out. */
size_t template_fill(char *out, size_t room, const char *template, const struct filling *filling);

/* The time in the first {t} after `key` in [from, end), or 0; *next is where to look on. */
uint64_t template_time(const char *from, const char *end, const char *key, size_t key_len,
                       const char **next);
