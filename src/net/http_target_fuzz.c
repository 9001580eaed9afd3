/* Targets and hosts: one that is taken has a path and a host that are valid by themselves, all paths
 * of one meaning become one, and that one stays. Input: the target. */
#include "net/http_target.h"

#include "core/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int hex(char c)
{
    const char *digits = "0123456789abcdef", *at = strchr(digits, c | 0x20);
    return (int)(at - digits);
}

/* All of it decoded. */
static struct str decode(struct arena *arena, struct str path)
{
    char *out = arena_take(arena, path.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < path.len; i++) {
        bool encoded = path.ptr[i] == '%';
        out[len++] =
            encoded ? (char)(hex(path.ptr[i + 1]) * 16 + hex(path.ptr[i + 2])) : path.ptr[i];
        i += encoded ? 2 : 0;
    }
    return str_of(out, len);
}

static void check_path(struct str path)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str once = path, twice;
    if (!http_path_normalize(&arena, &once))
        return;
    twice = once;
    REQUIRE(once.len <= path.len && http_path_normalize(&arena, &twice) && str_eq(once, twice));
    REQUIRE(str_eq(decode(&arena, path), decode(&arena, once)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct str methods[] = {STR_INIT("GET"), STR_INIT("OPTIONS")};
    struct str text = str_of((const char *)data, size);
    (void)http_authority_is_valid(text);
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        struct http_target target;
        if (!http_target_parse(text, methods[i], &target))
            continue;
        REQUIRE(target.path.len > 0);
        REQUIRE(target.path.ptr[0] == '/' || (i == 1 && str_eq(target.path, STR("*"))));
        REQUIRE(!target.authority.ptr || http_authority_is_valid(target.authority));
        REQUIRE(!target.https || target.authority.ptr);
        check_path(target.path);
    }
    return 0;
}
