/* Any bytes, read as a command that sets filters. What is taken is canonical, takes no more memory than it may, and
 * judges any text. */
#include "proto/filter_read.h"

#include "core/buf.h"
#include "filter/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a filter takes beside what its entries do. */
enum { BESIDE = 2048, MOST = 16384 };

static struct str read(struct arena *arena, struct str text, struct problem *problem)
{
    struct limits limits;
    struct fields fields;
    limits_init(&limits);
    limits.filter_bytes = MOST;
    fields_parse(&fields, arena, text);
    struct str canonical = fields_filters(&fields, &limits);
    *problem = fields.problem;
    return canonical;
}

static void check_canonical(struct arena *arena, struct str canonical)
{
    OWN(buf_deinit) struct buf again = BUF_INIT;
    struct problem problem;
    buf_printf(&again, "{\"filters\":%.*s}", STR_ARG(canonical));
    struct str same = read(arena, buf_str(&again), &problem);
    REQUIRE(problem.err == ERR_OK && str_eq(same, canonical));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str text = str_of((const char *)data, size);
    struct problem problem;
    struct str canonical = read(&arena, text, &problem);
    REQUIRE(problem.err == ERR_OK || canonical.len == 0);
    if (canonical.len == 0)
        return 0;
    check_canonical(&arena, canonical);
    struct filter *filter = filter_new(canonical);
    REQUIRE(filter_bytes(filter) <= MOST + BESIDE);
    (void)filter_judge(filter, text);
    filter_unref(filter);
    return 0;
}
