#include "core/err.h"

#include "core/base.h"

struct err_entry {
    struct str code, title, detail;
    int status;
};

static const struct err_entry entries[ERR_COUNT] = {
    [ERR_OK] = {STR_INIT(""), STR_INIT(""), STR_INIT(""), 200},
#define X(name, code, status, title, detail)                                                       \
    [ERR_##name] = {STR_INIT(code), STR_INIT(title), STR_INIT(detail), status},
    ERR_LIST(X)
#undef X
};

static const struct err_entry *entry_of(enum err err)
{
    REQUIRE(err >= ERR_OK && err < ERR_COUNT);
    return &entries[err];
}

struct str err_code(enum err err)
{
    return entry_of(err)->code;
}

int err_status(enum err err)
{
    return entry_of(err)->status;
}

struct str err_title(enum err err)
{
    return entry_of(err)->title;
}

struct str err_detail(enum err err)
{
    return entry_of(err)->detail;
}
