#include "store/mongo/mongo_doc.h"

int64_t doc_i64(const bson_t *doc, const char *field)
{
    bson_iter_t at;
    return bson_iter_init_find(&at, doc, field) ? bson_iter_as_int64(&at) : 0;
}

bool doc_bool(const bson_t *doc, const char *field)
{
    bson_iter_t at;
    return bson_iter_init_find(&at, doc, field) && bson_iter_as_bool(&at);
}

struct str doc_str(const bson_t *doc, const char *field)
{
    bson_iter_t at;
    uint32_t len = 0;
    if (!bson_iter_init_find(&at, doc, field))
        return STR_NONE;
    if (BSON_ITER_HOLDS_UTF8(&at)) {
        const char *text = bson_iter_utf8(&at, &len);
        return str_of(text, len);
    }
    if (BSON_ITER_HOLDS_BINARY(&at)) {
        const uint8_t *bytes;
        bson_iter_binary(&at, NULL, &len, &bytes);
        return str_of((const char *)bytes, len);
    }
    return STR_NONE;
}
