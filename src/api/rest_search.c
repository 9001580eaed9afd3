#include "api/router.h"
#include "api/worker.h"
#include "core/clock.h"

enum { CURSOR_MAX = 64, TIME_MAX = 40, CHOICE_MAX = 16 };

static void refuse(struct request *request, const char *name, struct str detail)
{
    if (request->problem.err == ERR_OK)
        request->problem = problem_field(ERR_FIELD_INVALID, str_from_c(name), detail);
}

/* An id; what is none names nothing, as in a path. False: it was not given. */
static bool read_id(struct request *request, const char *name, uint64_t *out)
{
    struct str text = params_text(&request->params, name, CURSOR_MAX);
    if (!text.ptr)
        return false;
    if (!base62_parse(text, out))
        *out = UINT64_MAX >> 1;
    return true;
}

static int64_t read_time(struct request *request, const char *name, int64_t otherwise)
{
    struct str text = params_text(&request->params, name, TIME_MAX);
    int64_t ms = otherwise;
    if (text.ptr && !clock_parse(text, &ms))
        refuse(request, name,
               arena_printf(request->arena,
                            "`%s` must be a day, 2026-11-01, or a time, 2026-11-01T08:00:00Z.",
                            name));
    return ms;
}

/* True: `second`; false: `first`, or nothing was given. */
static bool read_choice(struct request *request, const char *name, const char *first,
                        const char *second)
{
    struct str text = params_text(&request->params, name, CHOICE_MAX);
    if (text.ptr && !str_eq(text, str_from_c(first)) && !str_eq(text, str_from_c(second)))
        refuse(request, name,
               arena_printf(request->arena, "`%s` must be %s%s`%s`.", name, first,
                            first[0] ? " or " : "", second));
    return text.ptr && str_eq(text, str_from_c(second));
}

static void found(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_found(&body, &request->query.found, request->query.next);
    request_answer_json(request, 200, &body);
}

void rest_search(struct request *request)
{
    const struct limits *limits = request->api->limits;
    struct params *params = &request->params;
    uint64_t room = 0, from = 0;
    if (request_is_too_fast(request, RATE_SEARCHES, request->self.user.v, 1))
        return;
    struct str text = params_text(params, "q", SIZE_MAX);
    if (text.len > limits->search_query_bytes) {
        LIMIT_HIT(limits, search_query_bytes);
        refuse(request, "q",
               arena_printf(request->arena, "`q` must be at most %llu bytes.",
                            (unsigned long long)limits->search_query_bytes));
    }
    request->query = (struct query){.text = text.ptr ? text : STR("")};
    request->query.in_room = read_id(request, "room", &room);
    (void)read_id(request, "from", &from);
    request->query.room = (room_id){room};
    request->query.from = (user_id){from};
    request->query.before = read_time(request, "before", INT64_MAX);
    request->query.after_time = read_time(request, "after", INT64_MIN);
    request->query.has_link = read_choice(request, "has", "", "link");
    request->query.best = read_choice(request, "order", "newest", "best");
    request->query.cursor = params_text(params, "cursor", CURSOR_MAX);
    request->query.limit =
        params_number(params, "limit", 1, limits->search_limit, limits->search_default);
    request_post_query(request, query_find, found);
}
