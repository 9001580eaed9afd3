/* Any bytes: what is taken as JSON is UTF-8, can be walked, and each text of it, quoted again, reads
 * as the same text. */
#include "core/buf.h"
#include "json/reader.h"
#include "json/writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(struct arena *arena, struct str text)
{
    OWN(buf_deinit) struct buf quoted = BUF_INIT;
    struct str why, back = STR_NONE;
    REQUIRE(str_is_utf8(text));
    json_quote(&quoted, text);
    const struct json *value = json_parse(arena, buf_str(&quoted), &why);
    REQUIRE(value && json_to_text(value, &back) && str_eq(text, back));
}

static void check_number(struct arena *arena, const struct json *number)
{
    struct str text = json_number_text(number), why;
    uint64_t value;
    REQUIRE(text.len > 0 && json_parse(arena, text, &why));
    if (json_to_u64(number, &value))
        REQUIRE(text.ptr[0] >= '0' && text.ptr[0] <= '9');
}

static void check(struct arena *arena, const struct json *value, int depth)
{
    struct str text;
    REQUIRE(depth <= JSON_DEPTH_MAX);
    if (json_to_text(value, &text))
        check_text(arena, text);
    if (json_kind(value) == JSON_NUMBER)
        check_number(arena, value);
    size_t count = 0;
    struct json_iter at = json_iter(value);
    for (; json_next(&at); count++) {
        if (json_kind(value) == JSON_OBJECT) {
            check_text(arena, at.name);
            REQUIRE(json_get(value, at.name) == at.value);
        }
        check(arena, at.value, depth + 1);
    }
    REQUIRE(count == json_count(value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str bytes = str_of((const char *)data, size), why = STR_NONE;
    const struct json *value = json_parse(&arena, bytes, &why);
    if (!value) {
        REQUIRE(why.len > 0);
        return 0;
    }
    REQUIRE(str_is_utf8(bytes));
    check(&arena, value, 0);
    return 0;
}
