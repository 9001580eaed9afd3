/* Invitations as people type them: case, hyphens and spaces make no other code, and whatever else
 * does. Input: the text. */
#include "auth/invite_code.h"

#include "core/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    OWN(buf_deinit) struct buf spread = BUF_INIT;
    struct str code = str_of((const char *)data, size);
    struct str key = invite_code_key(code, &arena);
    for (size_t i = 0; i < size; i++) {
        char c = code.ptr[i];
        buf_put_char(&spread, c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
        buf_put_lit(&spread, "- ");
    }
    REQUIRE(str_eq(invite_code_key(buf_str(&spread), &arena), key));
    buf_put_char(&spread, 'a');
    REQUIRE(key.len == 0 || invite_code_key(buf_str(&spread), &arena).len == 0);
    return 0;
}
