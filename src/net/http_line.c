#include "net/http_line.h"

#include "net/http_header.h"

enum state {
    STATE_BEGIN,
    STATE_EMPTY_CR,    /* of an empty line in front: one is ignored (RFC 9112, 2.2) */
    STATE_BEGIN_AGAIN, /* behind it */
    STATE_METHOD,
    STATE_TARGET,
    STATE_VERSION,
    STATE_DONE,
};

/* What any resource of ours takes, with the space behind it; TRACE is told 405 by the one it is
 * for. */
static const struct str methods[] = {
    STR_INIT("GET "),   STR_INIT("HEAD "),   STR_INIT("POST "),    STR_INIT("PUT "),
    STR_INIT("PATCH "), STR_INIT("DELETE "), STR_INIT("OPTIONS "), STR_INIT("TRACE "),
};

static void refuse(struct http_line *line, int status)
{
    line->status = status;
}

static void find_method(struct http_line *line)
{
    struct str word = str_of(line->word, line->at);
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        struct str method = str_of(methods[i].ptr, methods[i].len - 1);
        if (str_eq(method, word))
            line->method = method;
    }
    if (!word.len)
        refuse(line, 400);
    else if (str_eq(word, STR("CONNECT"))) /* known, but nothing here is a proxy */
        line->method_status = 405;
    else if (!line->method.ptr)
        line->method_status = 501;
    line->state = STATE_TARGET;
}

static void read_method(struct http_line *line, char c)
{
    if (c == ' ')
        find_method(line);
    else if (!http_is_token_char(c))
        refuse(line, 400);
    else if (line->at == HTTP_METHOD_MAX)
        refuse(line, 501);
    else
        line->word[line->at++] = c;
}

/* Visible ASCII; '#', '"', '<' and '>' never leave a browser. Braces and the like are no URI either
 * (RFC 3986), but browsers leave them as people type them into queries, and there they mislead
 * nobody; of a path http_path_normalize() judges. */
static void read_target(struct http_line *line, unsigned char c, size_t target_max)
{
    if (c == ' ' && line->target_len) {
        line->state = STATE_VERSION;
        line->at = 0;
    } else if (c <= ' ' || c >= 0x7f ||
               strchr("#\"<>", c)) { /* a line end too: that was HTTP/0.9 */
        refuse(line, 400);
    } else if (line->target_len == target_max) {
        refuse(line, 414);
    } else {
        line->target_len++;
    }
}

/* RFC 9112, 2.3. A later 1.x is read as the last one that there is (RFC 9110, 2.5). What a method
 * means is for its version to say, so that one is judged first: PRI is HTTP/2's. */
static void read_version(struct http_line *line, char c)
{
    static const char form[] = "HTTP/1.x\r\n";
    enum { MAJOR = 5, MINOR = 7, LAST = sizeof(form) - 2 };
    bool is_number = line->at == MAJOR || line->at == MINOR;
    if (is_number ? c < '0' || c > '9' : c != form[line->at])
        refuse(line, 400);
    else if (line->at == MAJOR)
        line->word[0] = c;
    else if (line->at == MINOR)
        line->word[1] = c;
    else if (line->at == LAST)
        refuse(line, line->word[0] != '1' ? 505 : line->method_status);
    if (line->at++ == LAST)
        line->state = STATE_DONE;
}

static void read_char(struct http_line *line, char c, size_t target_max)
{
    switch ((enum state)line->state) {
    case STATE_BEGIN:
        if (c == '\r') {
            line->state = STATE_EMPTY_CR;
            return;
        }
        line->state = STATE_METHOD;
        read_method(line, c);
        return;
    case STATE_EMPTY_CR:
        if (c != '\n')
            refuse(line, 400);
        line->state = STATE_BEGIN_AGAIN;
        return;
    case STATE_BEGIN_AGAIN:
        line->state = STATE_METHOD;
        read_method(line, c);
        return;
    case STATE_METHOD:
        read_method(line, c);
        return;
    case STATE_TARGET:
        read_target(line, (unsigned char)c, target_max);
        return;
    case STATE_VERSION:
        read_version(line, c);
        return;
    case STATE_DONE:
        return;
    }
}

size_t http_line_read(struct http_line *line, struct str bytes, size_t target_max, struct str *good)
{
    uint8_t before = line->state;
    size_t taken = 0;
    /* An empty line and the beginning of the method are one part with the method. */
    while (taken < bytes.len && !line->status &&
           (line->state == before || line->state <= STATE_METHOD))
        read_char(line, bytes.ptr[taken++], target_max);
    *good = STR_NONE;
    if (line->status || !line->method.ptr)
        return taken;
    if (before == STATE_TARGET)
        *good = str_of(bytes.ptr, taken);
    else if (before < STATE_TARGET && line->state == STATE_TARGET)
        *good = str_of(line->method.ptr, line->method.len + 1);
    else if (before == STATE_VERSION && line->state == STATE_DONE)
        *good = line->word[1] == '0' ? STR("HTTP/1.0\r\n") : STR("HTTP/1.1\r\n");
    return taken;
}

bool http_line_has_begun(const struct http_line *line)
{
    return line->state >= STATE_METHOD;
}

bool http_line_is_done(const struct http_line *line)
{
    return line->state == STATE_DONE && !line->status;
}
