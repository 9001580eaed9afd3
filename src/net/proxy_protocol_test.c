#include "net/proxy_protocol.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base.h"

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define V4 "\xcb\x00\x71\x09\xc0\x00\x02\x01\x12\x67\x00\x50" /* 203.0.113.9 to 192.0.2.1 */
#define V6                                                                                         \
    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"                                                   \
    "\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"                                                         \
    "\x12\x67\x00\x50"

struct good {
    struct str bytes;
    const char *peer; /* NULL: not told */
    bool secure;
};

static const struct good goods[] = {
    {STR_INIT("PROXY TCP4 203.0.113.9 192.0.2.1 4711 80\r\n"), "203.0.113.9", false},
    {STR_INIT("PROXY TCP6 2001:db8::1 fd00::1 0 65535\r\n"), "2001:db8::1", false},
    {STR_INIT("PROXY UNKNOWN\r\n"), NULL, false},
    {STR_INIT("PROXY UNKNOWN ffff:f...f:ffff x 1 2\r\n"), NULL, false},
    {STR_INIT(SIGNATURE "\x21\x11\x00\x0c" V4), "203.0.113.9", false},
    {STR_INIT(SIGNATURE "\x21\x21\x00\x24" V6), "2001:db8::1", false},
    {STR_INIT(SIGNATURE "\x20\x00\x00\x00"), NULL, false},
    {STR_INIT(SIGNATURE "\x20\x11\x00\x0c" V4), NULL, false},
    {STR_INIT(SIGNATURE "\x21\x00\x00\x00"), NULL, false},
    {STR_INIT(SIGNATURE "\x21\x31\x00\x03"
                        "abc"),
     NULL, false},
    {STR_INIT(SIGNATURE "\x21\x11\x00\x14" V4 "\x20\x00\x05\x01\0\0\0\0"), "203.0.113.9", true},
    {STR_INIT(SIGNATURE "\x21\x11\x00\x14" V4 "\x20\x00\x05\x00\0\0\0\0"), "203.0.113.9", false},
    {STR_INIT(SIGNATURE "\x21\x11\x00\x0f" V4 "\x04\x00\x00"), "203.0.113.9", false},
};

static void a_header_says_who_comes_and_is_taken_to_its_last_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(goods); i++) {
        struct proxy_header header;
        char text[ADDRESS_TEXT_SIZE], more[600];
        size_t len = goods[i].bytes.len;
        memcpy(more, goods[i].bytes.ptr, len);
        memcpy(more + len, "GET /", 5);
        assert_int_equal(proxy_header_read(str_of(more, len + 5), &header), len);
        assert_int_equal(header.told, goods[i].peer != NULL);
        assert_int_equal(header.secure, goods[i].secure);
        if (header.told)
            assert_string_equal(address_print(&header.peer, text).ptr, goods[i].peer);
        for (size_t cut = 0; cut < len; cut++)
            assert_int_equal(proxy_header_read(str_of(more, cut), &header), PROXY_MORE);
    }
}

static void what_is_no_header_is_refused(void **state)
{
    static const struct str bad[] = {
        STR_INIT("GET / HTTP/1.1\r\n"),
        STR_INIT("PROXYTCP4"),
        STR_INIT("PROXY  TCP4 203.0.113.9 192.0.2.1 4711 80\r\n"),
        STR_INIT("PROXY\r\n"),
        STR_INIT("PROXY TCP4\r\n"),
        STR_INIT("PROXY TCP5 203.0.113.9 192.0.2.1 4711 80\r\n"),
        STR_INIT("PROXY TCP4 203.0.113.9 192.0.2.1 4711\r\n"),
        STR_INIT("PROXY TCP4 203.0.113.9 192.0.2.1 4711 80 \r\n"),
        STR_INIT("PROXY TCP4 203.0.113.9 192.0.2.1 4711 80 x\r\n"),
        STR_INIT("PROXY TCP4 203.0.113.9 192.0.2.1 4711 80\n"),
        STR_INIT("PROXY TCP4 203.0.113.9 192.0.2.1 4711 65536\r\n"),
        STR_INIT("PROXY TCP4 203.0.113.9 192.0.2.1 0080 80\r\n"),
        STR_INIT("PROXY TCP4 203.0.113.9 192.0.2.1 -1 80\r\n"),
        STR_INIT("PROXY TCP4 203.0.113.900 192.0.2.1 4711 80\r\n"),
        STR_INIT("PROXY TCP4 2001:db8::1 fd00::1 4711 80\r\n"),
        STR_INIT("PROXY TCP6 203.0.113.9 192.0.2.1 4711 80\r\n"),
        STR_INIT("PROXY TCP6 [2001:db8::1] fd00::1 4711 80\r\n"),
        STR_INIT("\r\n\r\n\0\r\nQUIX\n"),
        STR_INIT(SIGNATURE "\x11\x11\x00\x0c" V4),
        STR_INIT(SIGNATURE "\x22\x11\x00\x0c" V4),
        STR_INIT(SIGNATURE "\x21\x41\x00\x0c" V4),
        STR_INIT(SIGNATURE "\x21\x13\x00\x0c" V4),
        STR_INIT(SIGNATURE "\x21\x11\x00\x0b" V4),
        STR_INIT(SIGNATURE "\x21\x21\x00\x0c" V4),
        STR_INIT(SIGNATURE "\x21\x11\x00\x0e" V4 "\x04\x00"),
        STR_INIT(SIGNATURE "\x21\x11\x00\x0f" V4 "\x04\x00\x01"),
        STR_INIT(SIGNATURE "\x21\x11\x02\x09"),
        STR_INIT(SIGNATURE "\x21\x11\xff\xff"),
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct proxy_header header;
        if (proxy_header_read(bad[i], &header) != PROXY_BAD)
            fail_msg("case %zu: %s", i, bad[i].ptr);
    }
}

static void a_line_ends_within_its_107_bytes(void **state)
{
    struct proxy_header header;
    char line[108] = "PROXY UNKNOWN ";
    (void)state;
    memset(line + 14, 'x', sizeof(line) - 14);
    assert_int_equal(proxy_header_read(str_of(line, 106), &header), PROXY_MORE);
    assert_int_equal(proxy_header_read(str_of(line, 107), &header), PROXY_BAD);
    memcpy(line + 105, "\r\n", 2);
    assert_int_equal(proxy_header_read(str_of(line, 108), &header), 107);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_says_who_comes_and_is_taken_to_its_last_byte),
        cmocka_unit_test(what_is_no_header_is_refused),
        cmocka_unit_test(a_line_ends_within_its_107_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
