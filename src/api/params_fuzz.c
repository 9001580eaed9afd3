/* The query of a target: whatever it says, a number is within its bounds or refused, a text is UTF-8
 * within its length or refused, and what was percent-encoded comes back as it was. */
#include "api/params.h"

#include "core/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MIN = 1, MAX = 200, OTHERWISE = 50, TEXT_MAX = 64 };

static void read_number(struct arena *arena, struct str query, const char *name)
{
    struct problem problem = {.err = ERR_OK};
    struct params params = {.arena = arena, .query = query, .problem = &problem};
    uint64_t number = params_number(&params, name, MIN, MAX, OTHERWISE);
    REQUIRE(number >= MIN && number <= MAX);
    REQUIRE(params_has(&params, name) || (problem.err == ERR_OK && number == OTHERWISE));
    REQUIRE(problem.err == ERR_OK || str_eq(problem.field, str_from_c(name)));
}

static void read_text(struct arena *arena, struct str query, const char *name)
{
    struct problem problem = {.err = ERR_OK};
    struct params params = {.arena = arena, .query = query, .problem = &problem};
    struct str text = params_text(&params, name, TEXT_MAX);
    REQUIRE(text.len <= TEXT_MAX && str_is_utf8(text));
    REQUIRE(text.len == 0 || !memchr(text.ptr, '\0', text.len));
    REQUIRE(problem.err == ERR_OK || (!text.ptr && str_eq(problem.field, str_from_c(name))));
}

static void decode_encoded(struct arena *arena, struct str text)
{
    OWN(buf_deinit) struct buf encoded = BUF_INIT;
    for (size_t i = 0; i < text.len; i++)
        buf_printf(&encoded, "%%%02x", (unsigned)(unsigned char)text.ptr[i]);
    struct str decoded;
    bool good = params_decode(arena, buf_str(&encoded), true, &decoded);
    bool has_nul = text.len && memchr(text.ptr, '\0', text.len);
    REQUIRE(good == (str_is_utf8(text) && !has_nul));
    REQUIRE(!good || str_eq(decoded, text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str query = str_of((const char *)data, size);
    read_number(&arena, query, "limit");
    read_number(&arena, query, "before");
    read_text(&arena, query, "search");
    read_text(&arena, query, "cursor");
    decode_encoded(&arena, query);
    return 0;
}
