/* Origins: only the host that was asked for, by the scheme that it came by, is our own. Input: a byte
 * that is the scheme, then Origin and Host with a line end between. */
#include "api/origin.h"

#include "core/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct str allowed = STR("https://app.example.org");
    const struct config config = {.allow_origins = &allowed, .allow_origin_count = 1};
    struct str host = str_of((const char *)data + 1, size - 1);
    struct str origin = str_cut(&host, '\n');
    const struct http_header headers[] = {{STR("Origin"), origin}, {STR("Host"), host}};
    const struct http_request request = {
        .headers = headers, .header_count = ARRAY_LEN(headers), .secure = data[0] & 1};
    OWN(buf_deinit) struct buf own = BUF_INIT;
    buf_put_str(&own, data[0] & 1 ? STR("https://") : STR("http://"));
    buf_put_str(&own, host);

    enum origin found = origin_of(&config, &request);
    bool is_own = host.len && str_eq_nocase(origin, buf_str(&own)) &&
                  str_starts(origin, data[0] & 1 ? STR("https") : STR("http"));
    REQUIRE((found == ORIGIN_OWN) == is_own);
    REQUIRE(is_own || (found == ORIGIN_ALLOWED) == str_eq_nocase(origin, allowed));
    REQUIRE(found != ORIGIN_NONE || !origin.ptr);
    return 0;
}
