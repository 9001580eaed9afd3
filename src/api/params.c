#include "api/params.h"

#include "core/base62.h"
#include "core/random.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool params_decode(struct arena *arena, struct str text, bool plus_is_space, struct str *out)
{
    char *decoded = arena_take(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '%') {
            int high = i + 2 < text.len ? hex_value(text.ptr[i + 1]) : -1;
            int low = i + 2 < text.len ? hex_value(text.ptr[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        decoded[len++] = c;
    }
    *out = str_of(decoded, len);
    return str_is_utf8(*out) && !memchr(decoded, '\0', len);
}

static struct str find(const struct params *params, const char *name)
{
    struct str rest = params->query, wanted = str_from_c(name);
    while (rest.ptr) {
        struct str value = str_cut(&rest, '&');
        struct str key = str_cut(&value, '=');
        if (str_eq(key, wanted))
            return value.ptr ? value : STR("");
    }
    return STR_NONE;
}

static void refuse(struct params *params, const char *name, struct str detail)
{
    if (params->problem->err == ERR_OK)
        *params->problem = problem_field(ERR_FIELD_INVALID, str_from_c(name), detail);
}

bool params_has(const struct params *params, const char *name)
{
    return find(params, name).ptr != NULL;
}

struct str params_text(struct params *params, const char *name, size_t max)
{
    struct str value = find(params, name), decoded;
    if (!value.ptr)
        return STR_NONE;
    if (!params_decode(params->arena, value, true, &decoded)) {
        refuse(params, name,
               arena_printf(params->arena, "`%s` is not percent-encoded UTF-8.", name));
        return STR_NONE;
    }
    if (decoded.len > max) {
        refuse(params, name,
               arena_printf(params->arena, "`%s` may have at most %zu bytes.", name, max));
        return STR_NONE;
    }
    return decoded;
}

uint64_t params_number(struct params *params, const char *name, uint64_t min, uint64_t max,
                       uint64_t otherwise)
{
    struct str value = find(params, name), decoded;
    uint64_t number;
    if (!value.ptr)
        return otherwise;
    if (params_decode(params->arena, value, true, &decoded) && str_to_u64(decoded, &number) &&
        number >= min && number <= max)
        return number;
    refuse(params, name,
           arena_printf(params->arena, "`%s` must be a whole number from %llu to %llu.", name,
                        (unsigned long long)min, (unsigned long long)max));
    return otherwise;
}

struct problem params_bad_cursor(void)
{
    return problem_field(ERR_FIELD_INVALID, STR("cursor"),
                         STR("`cursor` must be what `next` of the page before was."));
}

struct problem params_two_positions(struct str field)
{
    return problem_field(ERR_FIELD_INVALID, field,
                         STR("Give at most one of `before`, `after` and `around`."));
}

struct str params_new_nonce(struct arena *arena)
{
    char text[2 * BASE62_LEN];
    base62_print(random_id(), text);
    base62_print(random_id(), text + BASE62_LEN);
    return arena_copy(arena, str_of(text, sizeof(text)));
}
