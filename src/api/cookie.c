#include "api/cookie.h"

struct str cookie_get(const struct http_request *request, struct str name)
{
    struct str rest = http_header_get(request, STR("Cookie"));
    while (rest.ptr) {
        struct str value = str_trim(str_cut(&rest, ';'));
        struct str found = str_cut(&value, '=');
        if (str_eq(found, name) && value.ptr)
            return value;
    }
    return STR_NONE;
}
