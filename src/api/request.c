#include "api/request.h"

#include "api/worker.h"

void request_header(struct request *request, struct str name, struct str value)
{
    REQUIRE(request->header_count < REQUEST_HEADERS);
    request->headers[request->header_count++] = (struct http_header){name, value};
}

/* Whose rates it is: the person's, or of nobody the address's. */
static uint64_t request_who_pays(const struct request *request)
{
    return request->self.user.v ? request->self.user.v : rate_key_of(request->http->peer);
}

void request_location(struct request *request, struct str path)
{
    request_header(request, STR("Location"),
                   arena_printf(request->arena, "/api/v1%.*s", STR_ARG(path)));
}

struct str request_id_text(const struct request *request, uint64_t id)
{
    char text[BASE62_LEN];
    base62_print(id, text);
    return arena_copy(request->arena, str_of(text, sizeof(text)));
}

/* ---- answers ------------------------------------------------------------------------------------- */

static void finish(struct request *request, const struct http_answer *answer)
{
    struct api *api = request->api;
    if (request->holds == REQUEST_ACT)
        act_deinit(&request->act);
    else if (request->holds == REQUEST_QUERY)
        query_deinit(&request->query);
    api->under_way--;
    if (!config_trusts(api->shared->config, request->http->peer))
        rates_charge(&api->shared->rates, RATE_SENT, request_who_pays(request), answer->body.len,
                     loop_now_ms(api->loop));
    http_respond(request->exchange, answer); /* the request is gone with its arena */
}

static bool reads(const struct http_request *http)
{
    return str_eq(http->method, STR("GET")) || str_eq(http->method, STR("HEAD"));
}

/* "If-None-Match: *" is for who wants it only where there is none (RFC 9110, 13.1.2). */
static bool wants_none(const struct http_request *http)
{
    return reads(http) && str_eq(http_header_get(http, STR("If-None-Match")), STR("*"));
}

void request_answer(struct request *request, int status, struct str type, struct str body)
{
    if (status / 100 == 2 && request->unmet) {
        request_answer_err(request, ERR_PRECONDITION_FAILED);
        return;
    }
    if (status == 200 && wants_none(request->http))
        status = 304;
    finish(request, &(struct http_answer){.status = status,
                                          .type = type,
                                          .headers = request->headers,
                                          .header_count = request->header_count,
                                          .body = body});
}

void request_answer_json(struct request *request, int status, struct buf *body)
{
    struct str json = arena_copy(request->arena, buf_str(body));
    buf_deinit(body);
    request_answer(request, status, STR("application/json"), json);
}

void request_answer_empty(struct request *request)
{
    request_answer(request, 204, STR(""), STR(""));
}

static bool says(const struct request *request, struct str name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (str_eq(request->headers[i].name, name))
            return true;
    return false;
}

/* What a status must or may say besides (RFC 9110, 15.5.2 and 15.5.16; RFC 6750, 3; RFC 5789, 3.1):
 * who has shown no token is told of no error in it. */
static void add_what_helps(struct request *request, enum err err)
{
    static const struct str json = STR_INIT("application/json");
    bool token_is_bad = err == ERR_AUTH_INVALID_TOKEN || err == ERR_AUTH_SESSION_ENDED;
    if (err_status(err) == 401)
        request_header(request, STR("WWW-Authenticate"),
                       token_is_bad ? STR("Bearer realm=\"natternet\", error=\"invalid_token\"")
                                    : STR("Bearer realm=\"natternet\""));
    if (err != ERR_MEDIA_TYPE_UNSUPPORTED)
        return;
    if (!says(request, STR("Accept")))
        request_header(request, STR("Accept"), json);
    request_header(request, STR("Accept-Encoding"), STR("identity"));
    if (str_eq(request->http->method, STR("PATCH")))
        request_header(request, STR("Accept-Patch"), json);
}

void request_answer_problem(struct request *request, const struct problem *problem)
{
    struct buf body = BUF_INIT;
    struct problem told = *problem; /* it may lie in what finish() drops */
    if (err_status(told.err) == 503 && told.retry_after_s == 0)
        told.retry_after_s = 1;
    encode_problem(&body, &told);
    if (told.retry_after_s)
        request_header(
            request, STR("Retry-After"),
            arena_printf(request->arena, "%llu", (unsigned long long)told.retry_after_s));
    add_what_helps(request, told.err);
    atomic_fetch_add_explicit(&request->api->figures.refused, 1, memory_order_relaxed);
    struct str json = arena_copy(request->arena, buf_str(&body));
    buf_deinit(&body);
    request_answer(request, err_status(told.err), STR("application/problem+json"), json);
}

void request_answer_err(struct request *request, enum err err)
{
    request_answer_problem(request, &(struct problem){.err = err});
}

bool request_is_too_fast(struct request *request, enum rate_kind kind, uint64_t who, uint64_t count)
{
    struct api *api = request->api;
    if (config_trusts(api->shared->config, request->http->peer))
        return false;
    uint64_t wait = rates_take(&api->shared->rates, kind, who, count, loop_now_ms(api->loop));
    if (wait == 0)
        return false;
    request_answer_problem(request,
                           &(struct problem){.err = ERR_RATE_LIMITED, .retry_after_s = wait});
    return true;
}

bool request_joins_too_fast(struct request *request, size_t people)
{
    return request->body.problem.err == ERR_OK &&
           request_is_too_fast(request, RATE_JOINS, request->self.user.v, people);
}

/* ---- on its way -------------------------------------------------------------------------------------- */

/* What was wrong with parameters or body, if anything. */
static bool is_wrong(struct request *request)
{
    const struct problem *problem =
        request->problem.err != ERR_OK ? &request->problem : &request->body.problem;
    if (problem->err == ERR_OK)
        return false;
    request_answer_problem(request, problem);
    return true;
}

static void carry_on(struct request *request, const struct problem *problem)
{
    if (problem->err != ERR_OK)
        request_answer_problem(request, problem);
    else
        request->done(request);
}

static void act_done(struct act *act)
{
    carry_on(CONTAINER_OF(act, struct request, act), &act->problem);
}

static void query_done(struct query *query)
{
    carry_on(CONTAINER_OF(query, struct request, query), &query->problem);
}

static void call_done(struct auth_call *call)
{
    carry_on(CONTAINER_OF(call, struct request, call), &call->problem);
}

void request_post_act(struct request *request, void (*done)(struct request *request))
{
    if (is_wrong(request))
        return;
    request->done = done;
    request->holds = REQUEST_ACT;
    request->act.origin = request->api->inbox;
    request->act.done = act_done;
    request->act.self = request->self.user;
    request->act.arena = request->arena;
    request->act.unmet = request->unmet;
    act_post(request->api->shared->chat, &request->act);
}

void request_post_query(struct request *request,
                        void (*post)(struct chat *chat, struct query *query),
                        void (*done)(struct request *request))
{
    if (is_wrong(request))
        return;
    request->done = done;
    request->holds = REQUEST_QUERY;
    request->query.origin = request->api->inbox;
    request->query.done = query_done;
    request->query.self = request->self.user;
    request->query.arena = request->arena;
    post(request->api->shared->chat, &request->query);
}

void request_post_call(struct request *request,
                       void (*post)(struct auth *auth, struct auth_call *call),
                       void (*done)(struct request *request))
{
    if (is_wrong(request))
        return;
    request->done = done;
    request->holds = REQUEST_CALL;
    struct auth_call *call = &request->call;
    call->home = request->api->inbox;
    call->done = call_done;
    call->arena = request->arena;
    call->peer = *request->http->peer;
    call->trusted = config_trusts(request->api->shared->config, &call->peer);
    call->unmet = request->unmet;
    call->user_agent = http_header_get(request->http, STR("User-Agent"));
    call->self = request->self;
    post(request->api->shared->auth, call);
}

/* ---- parameters ------------------------------------------------------------------------------------------ */

static uint64_t path_id(const struct request *request, size_t which)
{
    uint64_t id;
    return base62_parse(request->path[which], &id) ? id : 0;
}

room_id request_room(const struct request *request)
{
    return (room_id){path_id(request, 0)};
}

user_id request_user(const struct request *request, size_t which)
{
    return (user_id){path_id(request, which)};
}

uint64_t request_seq(const struct request *request, size_t which)
{
    uint64_t seq;
    return str_to_u64(request->path[which], &seq) && seq <= INT64_MAX ? seq : 0;
}

struct str request_nonce(struct request *request)
{
    struct str nonce = fields_nonce(&request->body, OPTIONAL);
    return nonce.len ? nonce : params_new_nonce(request->arena);
}

void request_page(struct request *request)
{
    const struct limits *limits = request->api->limits;
    request->query.limit =
        params_number(&request->params, "limit", 1, limits->page_limit, limits->page_default);
    request->query.cursor = params_text(&request->params, "cursor", NONCE_MAX);
}

void request_read_ids(struct request *request, struct str ids)
{
    size_t most = request->api->limits->user_ids;
    request->query.ids = arena_take_array(request->arena, most, sizeof(user_id));
    while (ids.ptr) {
        uint64_t id;
        struct str text = str_cut(&ids, ',');
        if (request->query.id_count == most) {
            request->problem =
                problem_field(ERR_FIELD_INVALID, STR("ids"),
                              arena_printf(request->arena, "At most %zu ids at a time.", most));
            return;
        }
        if (base62_parse(text, &id))
            request->query.ids[request->query.id_count++] = (user_id){id};
    }
}
