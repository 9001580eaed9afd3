#include "net/ws_close_code.h"

bool ws_close_code_may_come(unsigned code)
{
    if (code >= 3000)
        return code <= 4999;
    return code >= 1000 && code <= 1014 && code != 1004 && code != WS_CLOSE_NO_STATUS &&
           code != WS_CLOSE_ABNORMAL;
}

struct str ws_close_code_reason(uint16_t code)
{
    switch (code) {
    case WS_CLOSE_PROTOCOL:
        return STR("not as RFC 6455 has it");
    case WS_CLOSE_UNSUPPORTED:
        return STR("only text messages are understood");
    case WS_CLOSE_BAD_DATA:
        return STR("not UTF-8, or not DEFLATE");
    case WS_CLOSE_TOO_LARGE:
        return STR("the message is too large");
    case WS_CLOSE_TOO_SLOW:
        return STR("too slow a reader");
    default:
        return STR_NONE;
    }
}
