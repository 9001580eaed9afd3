#include "net/ws_extension.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define BOTH "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
#define MALFORMED "malformed"
#define NONE ""

/* What is answered to these headers. */
static struct str answer(const char *const *values, size_t count, struct buf *out)
{
    struct http_header headers[4] = {{STR("Host"), STR("x")}};
    for (size_t i = 0; i < count; i++)
        headers[1 + i] =
            (struct http_header){STR("sec-websocket-EXTENSIONS"), str_from_c(values[i])};
    struct http_request request = {.headers = headers, .header_count = 1 + count};
    struct ws_agreement agreement;
    buf_clear(out);
    if (!ws_extension_agree(&request, &agreement))
        return STR(MALFORMED);
    ws_extension_put(out, &agreement);
    const struct str name = STR("Sec-WebSocket-Extensions: ");
    if (out->len == 0)
        return STR(NONE);
    assert_true(str_starts(buf_str(out), name));
    assert_memory_equal(out->ptr + out->len - 2, "\r\n", 2);
    return str_of(out->ptr + name.len, out->len - name.len - 2);
}

static void assert_answer(const char *const *values, size_t count, const char *expected)
{
    struct buf out = BUF_INIT;
    struct str got = answer(values, count, &out);
    if (!str_eq(got, str_from_c(expected)))
        fail_msg("\"%s\" is answered by \"%.*s\", not \"%s\"", values[0], STR_ARG(got), expected);
    buf_deinit(&out);
}

static void every_offer_has_its_answer(void **state)
{
    static const struct {
        const char *offer, *answer;
    } cases[] = {
        {"permessage-deflate", BOTH},
        {"permessage-deflate; server_no_context_takeover", BOTH},
        {"permessage-deflate; client_no_context_takeover", BOTH},
        {"permessage-deflate; client_no_context_takeover; server_no_context_takeover", BOTH},
        {"permessage-deflate; client_max_window_bits", BOTH},
        {"permessage-deflate; client_max_window_bits=8", BOTH},
        {"permessage-deflate; client_max_window_bits=15", BOTH},
        {"permessage-deflate; server_max_window_bits=8", BOTH "; server_max_window_bits=8"},
        {"permessage-deflate; server_max_window_bits=9", BOTH "; server_max_window_bits=9"},
        {"permessage-deflate; server_max_window_bits=10", BOTH "; server_max_window_bits=10"},
        {"permessage-deflate; server_max_window_bits=11", BOTH "; server_max_window_bits=11"},
        {"permessage-deflate; server_max_window_bits=12", BOTH "; server_max_window_bits=12"},
        {"permessage-deflate; server_max_window_bits=13", BOTH "; server_max_window_bits=13"},
        {"permessage-deflate; server_max_window_bits=14", BOTH "; server_max_window_bits=14"},
        {"permessage-deflate; server_max_window_bits=15", BOTH "; server_max_window_bits=15"},
        {"permessage-deflate; server_max_window_bits=10; client_max_window_bits=9;"
         " server_no_context_takeover; client_no_context_takeover",
         BOTH "; server_max_window_bits=10"},
        /* the value may be quoted, with escapes (RFC 6455, 9.1) */
        {"permessage-deflate; server_max_window_bits=\"10\"", BOTH "; server_max_window_bits=10"},
        {"permessage-deflate; server_max_window_bits=\"1\\0\"", BOTH "; server_max_window_bits=10"},
        {"\tpermessage-deflate ;client_max_window_bits\t; server_max_window_bits = 12 ",
         BOTH "; server_max_window_bits=12"},
        /* parameters that are none, or have no such value: declined */
        {"permessage-deflate; server_max_window_bits", NONE},
        {"permessage-deflate; server_max_window_bits=7", NONE},
        {"permessage-deflate; server_max_window_bits=16", NONE},
        {"permessage-deflate; server_max_window_bits=0", NONE},
        {"permessage-deflate; server_max_window_bits=1", NONE},
        {"permessage-deflate; server_max_window_bits=08", NONE},
        {"permessage-deflate; server_max_window_bits=010", NONE},
        {"permessage-deflate; server_max_window_bits=100", NONE},
        {"permessage-deflate; server_max_window_bits=1000000000000000000010", NONE},
        {"permessage-deflate; server_max_window_bits=+9", NONE},
        {"permessage-deflate; server_max_window_bits=-9", NONE},
        {"permessage-deflate; server_max_window_bits=9.0", NONE},
        {"permessage-deflate; server_max_window_bits=true", NONE},
        {"permessage-deflate; client_max_window_bits=7", NONE},
        {"permessage-deflate; client_max_window_bits=16", NONE},
        {"permessage-deflate; client_max_window_bits=09", NONE},
        {"permessage-deflate; client_max_window_bits=x", NONE},
        {"permessage-deflate; server_no_context_takeover=1", NONE},
        {"permessage-deflate; server_no_context_takeover=true", NONE},
        {"permessage-deflate; client_no_context_takeover=10", NONE},
        {"permessage-deflate; client_no_context_takeover=\"10\"", NONE},
        {"permessage-deflate; level=9", NONE},
        {"permessage-deflate; x", NONE},
        {"permessage-deflate; Server_No_Context_Takeover", NONE},
        /* each at most once */
        {"permessage-deflate; server_no_context_takeover; server_no_context_takeover", NONE},
        {"permessage-deflate; client_no_context_takeover; client_no_context_takeover", NONE},
        {"permessage-deflate; server_max_window_bits=9; server_max_window_bits=9", NONE},
        {"permessage-deflate; client_max_window_bits; client_max_window_bits=9", NONE},
        /* others */
        {"", NONE},
        {" , ,", NONE},
        {"x-webkit-deflate-frame", NONE},
        {"permessage-bzip2; level=3", NONE},
        {"permessage-deflated", NONE},
        {"permessage-deflat", NONE},
        {"x; y=\"z\"", NONE},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_answer(&cases[i].offer, 1, cases[i].answer);
}

static void of_several_offers_the_first_valid_one_is_taken(void **state)
{
    static const struct {
        const char *offer, *answer;
    } cases[] = {
        {"permessage-deflate; server_max_window_bits=9, permessage-deflate",
         BOTH "; server_max_window_bits=9"},
        {"permessage-deflate, permessage-deflate; server_max_window_bits=9", BOTH},
        {"permessage-deflate; server_max_window_bits=7, permessage-deflate", BOTH},
        {"permessage-deflate; x; server_max_window_bits=9,"
         "permessage-deflate;server_max_window_bits=10,permessage-deflate",
         BOTH "; server_max_window_bits=10"},
        {"mux; max-channels=4; flow-control, permessage-deflate", BOTH},
        {",,permessage-deflate,,", BOTH},
        {"permessage-deflate; server_max_window_bits, permessage-deflate; x=1", NONE},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_answer(&cases[i].offer, 1, cases[i].answer);
}

static void several_headers_are_one_list(void **state)
{
    const char *const second_is_valid[] = {"permessage-deflate; x", "permessage-deflate"};
    const char *const both_are[] = {"permessage-deflate; server_max_window_bits=9",
                                    "permessage-deflate; server_max_window_bits=10"};
    const char *const second_is_malformed[] = {"permessage-deflate", ";"};
    (void)state;
    assert_answer(second_is_valid, 2, BOTH);
    assert_answer(both_are, 2, BOTH "; server_max_window_bits=9");
    assert_answer(second_is_malformed, 2, MALFORMED);
    assert_answer(NULL, 0, NONE);
}

static void what_is_no_list_of_extensions_is_malformed(void **state)
{
    static const char *const cases[] = {
        ";",
        "=",
        "permessage-deflate;",
        "permessage-deflate; ;x",
        "permessage-deflate; =9",
        "permessage-deflate; x=",
        "permessage-deflate; x=, y",
        "permessage-deflate; x=\"\"",
        "permessage-deflate; x=\"9",
        "permessage-deflate; x=\"9\\",
        "permessage-deflate; x=\"a b\"",
        "permessage-deflate; x=\"a,b\"",
        "permessage-deflate; x=\"9\"9",
        "permessage-deflate; x=9\"9\"",
        "permessage-deflate x",
        "permessage-deflate; x y",
        "permessage-deflate; x=1=2",
        "permessage/deflate",
        "permessage-deflate; x=\xc3\xa4",
        "permessage-deflate, (",
        "permessage-deflate; x\x01",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_answer(&cases[i], 1, MALFORMED);
}

static void a_window_holds_what_is_no_longer_than_it(void **state)
{
    (void)state;
    assert_false(ws_window_holds(0, 1)); /* nothing agreed on */
    assert_true(ws_window_holds(8, 256));
    assert_false(ws_window_holds(8, 257));
    assert_true(ws_window_holds(14, 16384));
    assert_false(ws_window_holds(14, 16385));
    assert_true(ws_window_holds(15, 1 << 20)); /* what zlib itself keeps to */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_offer_has_its_answer),
        cmocka_unit_test(of_several_offers_the_first_valid_one_is_taken),
        cmocka_unit_test(several_headers_are_one_list),
        cmocka_unit_test(what_is_no_list_of_extensions_is_malformed),
        cmocka_unit_test(a_window_holds_what_is_no_longer_than_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
