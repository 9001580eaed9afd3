/* Replies of other servers: whole and byte by byte must mean the same. */
#include "net/http_reply.h"

enum { BODY_MAX = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct str all = str_of((const char *)data, size);
    struct http_reply *whole = http_reply_new(&arena, BODY_MAX);
    struct http_reply *cut = http_reply_new(&arena, BODY_MAX);
    (void)http_reply_read(whole, all);
    for (size_t i = 0; i < size; i++)
        (void)http_reply_read(cut, str_of(all.ptr + i, 1));
    enum http_reply_state state = http_reply_end(whole);
    REQUIRE(state == http_reply_end(cut) && state != HTTP_REPLY_MORE);
    if (state == HTTP_REPLY_WHOLE) {
        REQUIRE(http_reply_status(whole) == http_reply_status(cut));
        REQUIRE(str_eq(http_reply_body(whole), http_reply_body(cut)));
        struct str name = STR("Replay-Nonce");
        REQUIRE(str_eq(http_reply_header(whole, name), http_reply_header(cut, name)));
    }
    http_reply_free(whole);
    http_reply_free(cut);
    arena_deinit(&arena);
    return 0;
}
