#include "net/ws_extension.h"

/* What is left of a header. */
struct cursor {
    const char *at, *end;
};

enum { VALUE_KEPT = 3 }; /* more than any value that is valid has */

struct param {
    struct str name;
    bool has_value;
    size_t value_len; /* as it was sent; of it the first few bytes are kept */
    char value[VALUE_KEPT];
};

/* ---- the grammar (RFC 6455, 9.1) ---- */

static bool is_token_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

static void skip_space(struct cursor *cursor)
{
    while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\t'))
        cursor->at++;
}

/* The next character if it is this one, and the space around it. */
static bool skip(struct cursor *cursor, char c)
{
    skip_space(cursor);
    if (cursor->at == cursor->end || *cursor->at != c)
        return false;
    cursor->at++;
    skip_space(cursor);
    return true;
}

static bool read_token(struct cursor *cursor, struct str *out)
{
    const char *begin = cursor->at;
    while (cursor->at < cursor->end && is_token_char(*cursor->at))
        cursor->at++;
    *out = str_of(begin, (size_t)(cursor->at - begin));
    return out->len > 0;
}

static void keep(struct param *param, char c)
{
    if (param->value_len < VALUE_KEPT)
        param->value[param->value_len] = c;
    param->value_len++;
}

/* Behind the opening quote. What it says must be a token too. */
static bool read_quoted(struct cursor *cursor, struct param *param)
{
    while (cursor->at < cursor->end && *cursor->at != '"') {
        if (*cursor->at == '\\' && ++cursor->at == cursor->end)
            return false;
        if (!is_token_char(*cursor->at))
            return false;
        keep(param, *cursor->at++);
    }
    return cursor->at < cursor->end && *cursor->at++ == '"' && param->value_len > 0;
}

static bool read_value(struct cursor *cursor, struct param *param)
{
    param->has_value = true;
    if (cursor->at < cursor->end && *cursor->at == '"') {
        cursor->at++;
        return read_quoted(cursor, param);
    }
    struct str token;
    if (!read_token(cursor, &token))
        return false;
    for (size_t i = 0; i < token.len; i++)
        keep(param, token.ptr[i]);
    return true;
}

static bool read_param(struct cursor *cursor, struct param *out)
{
    *out = (struct param){0};
    return read_token(cursor, &out->name) && (!skip(cursor, '=') || read_value(cursor, out));
}

/* ---- permessage-deflate (RFC 7692, 7.1) ---- */

enum value_rule { NO_VALUE, MAY_HAVE_BITS, MUST_HAVE_BITS };
enum { SERVER_MAX_WINDOW_BITS = 2 };

static const struct {
    struct str name;
    enum value_rule rule;
} known[] = {
    {STR_INIT("server_no_context_takeover"), NO_VALUE},
    {STR_INIT("client_no_context_takeover"), NO_VALUE},
    [SERVER_MAX_WINDOW_BITS] = {STR_INIT("server_max_window_bits"), MUST_HAVE_BITS},
    {STR_INIT("client_max_window_bits"), MAY_HAVE_BITS},
};

struct offer {
    bool invalid;
    unsigned seen; /* a bit for each that is known */
    struct ws_agreement agreement;
};

/* 8 to 15 in decimal without leading zeros; otherwise 0. */
static uint8_t bits_of(const struct param *param)
{
    const char *value = param->value;
    if (param->value_len == 1 && (value[0] == '8' || value[0] == '9'))
        return (uint8_t)(value[0] - '0');
    if (param->value_len == 2 && value[0] == '1' && value[1] >= '0' && value[1] <= '5')
        return (uint8_t)(10 + value[1] - '0');
    return 0;
}

static void consider(struct offer *offer, const struct param *param)
{
    size_t i = 0;
    while (i < ARRAY_LEN(known) && !str_eq(known[i].name, param->name))
        i++;
    if (i == ARRAY_LEN(known) || offer->seen & 1u << i) {
        offer->invalid = true;
        return;
    }
    offer->seen |= 1u << i;
    uint8_t bits = bits_of(param);
    bool valid =
        param->has_value ? known[i].rule != NO_VALUE && bits != 0 : known[i].rule != MUST_HAVE_BITS;
    offer->invalid |= !valid;
    if (i == SERVER_MAX_WINDOW_BITS && valid)
        offer->agreement = (struct ws_agreement){.window_bits = bits, .window_asked = true};
}

/* One extension with its parameters. */
static bool read_offer(struct cursor *cursor, struct offer *out)
{
    struct str name;
    *out = (struct offer){.agreement.window_bits = WS_WINDOW_BITS_MAX};
    if (!read_token(cursor, &name))
        return false;
    while (skip(cursor, ';')) {
        struct param param;
        if (!read_param(cursor, &param))
            return false;
        consider(out, &param);
    }
    out->invalid |= !str_eq(name, STR("permessage-deflate"));
    return true;
}

/* A list may have empty elements (RFC 9110, 5.6.1). */
static bool read_list(struct str header, struct ws_agreement *agreement)
{
    struct cursor cursor = {header.ptr, header.ptr + header.len};
    for (;;) {
        while (skip(&cursor, ','))
            ;
        if (cursor.at == cursor.end)
            return true;
        struct offer offer;
        if (!read_offer(&cursor, &offer))
            return false;
        if (!offer.invalid && !agreement->window_bits)
            *agreement = offer.agreement;
        if (cursor.at != cursor.end && *cursor.at != ',')
            return false;
    }
}

bool ws_extension_agree(const struct http_request *request, struct ws_agreement *out)
{
    *out = (struct ws_agreement){0};
    for (size_t i = 0; i < request->header_count; i++) {
        const struct http_header *header = &request->headers[i];
        if (str_eq_nocase(header->name, STR("Sec-WebSocket-Extensions")) &&
            !read_list(header->value, out))
            return false;
    }
    return true;
}

void ws_extension_put(struct buf *out, const struct ws_agreement *agreement)
{
    if (!agreement->window_bits)
        return;
    buf_put_lit(out, "Sec-WebSocket-Extensions: permessage-deflate; "
                     "server_no_context_takeover; client_no_context_takeover");
    if (agreement->window_asked)
        buf_printf(out, "; server_max_window_bits=%u", agreement->window_bits);
    buf_put_lit(out, "\r\n");
}
