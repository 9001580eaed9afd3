#include "net/http_header.h"

struct str http_header_get(const struct http_request *request, struct str name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (str_eq_nocase(request->headers[i].name, name))
            return request->headers[i].value;
    return STR_NONE;
}

size_t http_header_count(const struct http_request *request, struct str name)
{
    size_t count = 0;
    for (size_t i = 0; i < request->header_count; i++)
        count += str_eq_nocase(request->headers[i].name, name);
    return count;
}

bool http_list_next(struct http_list *list, struct str *member)
{
    for (;;) {
        while (list->rest.ptr) {
            *member = str_trim(str_cut(&list->rest, ','));
            if (member->len)
                return true;
        }
        const struct http_request *request = list->request;
        while (list->next < request->header_count &&
               !str_eq_nocase(request->headers[list->next].name, list->name))
            list->next++;
        if (list->next == request->header_count)
            return false;
        list->rest = request->headers[list->next++].value;
    }
}

bool http_header_has_token(const struct http_request *request, struct str name, struct str token)
{
    struct http_list list = {.request = request, .name = name};
    struct str member;
    while (http_list_next(&list, &member))
        if (str_eq_nocase(member, token))
            return true;
    return false;
}

bool http_is_token_char(char c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
        return true;
    return c && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}
