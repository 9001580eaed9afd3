#include "api/router.h"

#include "api/origin.h"
#include "api/worker.h"

enum {
    SIGNED_IN = 1, /* 401 without a good token */
    NO_RATE = 2,   /* asked by machines that watch the server */
    IMAGE = 4,     /* its body is one, with a limit of its own; the handler looks at it */
};

static const struct route {
    struct str method;
    struct str path; /* {} stands for any one segment */
    void (*handle)(struct request *request);
    unsigned flags;
} routes[] = {
    /* First, as it is what is asked most when many come back at once. */
    {STR_INIT("GET"), STR_INIT("/api/v1/ws"), rest_websocket, 0},
    {STR_INIT("GET"), STR_INIT("/healthz"), rest_healthz, NO_RATE},
    {STR_INIT("GET"), STR_INIT("/readyz"), rest_readyz, NO_RATE},
    {STR_INIT("GET"), STR_INIT("/metrics"), rest_metrics, NO_RATE},
    {STR_INIT("GET"), STR_INIT("/.well-known/jwks.json"), rest_jwks, NO_RATE},
#define X(name, method, path, flags) {STR_INIT(method), STR_INIT(path), rest_##name, flags},
    ROUTE_LIST(X)
#undef X
};

/* ---- the table ----------------------------------------------------------------------------------- */

/* Every request asks it of every route, so it goes no further than to the first letter that differs. */
static bool path_fits(struct str pattern, struct str path, struct str params[REQUEST_PATH_PARAMS])
{
    size_t found = 0;
    for (size_t i = 0; i < pattern.len; i++) {
        if (pattern.ptr[i] != '{') {
            if (path.len == 0 || path.ptr[0] != pattern.ptr[i])
                return false;
            path = str_of(path.ptr + 1, path.len - 1);
            continue;
        }
        struct str rest = path, have = str_cut(&rest, '/');
        if (have.len == 0 || found == REQUEST_PATH_PARAMS)
            return false;
        params[found++] = have;
        path = str_of(path.ptr + have.len, path.len - have.len);
        i++; /* "{}" */
    }
    return path.len == 0;
}

/* Before anything else is known of it: only how long its body may be. */
enum limit_id router_body_limit(const struct http_request *http)
{
    struct str params[REQUEST_PATH_PARAMS];
    for (size_t i = 0; i < ARRAY_LEN(routes); i++)
        if (routes[i].flags & IMAGE && str_eq(routes[i].method, http->method) &&
            path_fits(routes[i].path, http->path, params))
            return LIMIT_ID_emoji_bytes;
    return LIMIT_ID_http_body_bytes;
}

/* The route; NULL with *allow the methods that the path knows (empty: it knows no such path). */
static const struct route *find_route(struct request *request, struct str method, struct str *allow)
{
    *allow = STR_NONE;
    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        if (!path_fits(routes[i].path, request->http->path, request->path))
            continue;
        if (str_eq(routes[i].method, method))
            return &routes[i];
        const char *head = str_eq(routes[i].method, STR("GET")) ? ", HEAD" : "";
        *allow = arena_printf(request->arena, "%.*s%.*s%s, ", STR_ARG(*allow),
                              STR_ARG(routes[i].method), head);
    }
    if (allow->len)
        *allow = arena_printf(request->arena, "%.*sOPTIONS", STR_ARG(*allow));
    return NULL;
}

/* ---- what every request goes through ------------------------------------------------------------- */

static void add_cors(struct request *request)
{
    request_header(request, STR("Access-Control-Allow-Origin"),
                   http_header_get(request->http, STR("Origin")));
    request_header(request, STR("Access-Control-Expose-Headers"), STR("Retry-After, Location"));
}

static void answer_preflight(struct request *request, enum origin origin)
{
    if (origin != ORIGIN_ALLOWED && origin != ORIGIN_OWN) {
        request_answer_err(request, ERR_ORIGIN_FORBIDDEN);
        return;
    }
    request_header(request, STR("Access-Control-Allow-Methods"),
                   STR("GET, POST, PUT, PATCH, DELETE"));
    request_header(request, STR("Access-Control-Allow-Headers"),
                   STR("Authorization, Content-Type"));
    request_header(request, STR("Access-Control-Max-Age"), STR("600"));
    request_answer_empty(request);
}

static enum err sign_in(struct request *request)
{
    static const struct str name = STR_INIT("Authorization");
    struct str value = http_header_get(request->http, name);
    struct str scheme = str_cut(&value, ' ');
    if (!str_eq_nocase(scheme, STR("Bearer")) || value.len == 0)
        return ERR_AUTH_REQUIRED;
    if (http_header_count(request->http, name) > 1) /* who of them is it? (RFC 6750, 3.1) */
        return ERR_REQUEST_INVALID;
    return auth_check_token(request->api->shared->auth, str_trim(value), &request->self);
}

/* A body must say that it is JSON, as a foreign page in a browser cannot without being allowed to. Programs, which
 * come from no page, may leave it out. */
static bool body_is_json(const struct http_request *http)
{
    struct str type = http_header_get(http, STR("Content-Type"));
    if (http_header_count(http, STR("Content-Type")) > 1)
        return false;
    if (!type.ptr)
        return !http_header_get(http, STR("Origin")).ptr;
    return str_eq_nocase(str_trim(str_cut(&type, ';')), STR("application/json"));
}

/* What a coding hides is not looked for: nobody needs to compress what is this short. */
static bool body_is_plain(const struct http_request *http)
{
    struct str coding = http_header_get(http, STR("Content-Encoding"));
    return !coding.ptr || str_eq_nocase(coding, STR("identity"));
}

/* Resources that change carry no entity tags, so none of another's is theirs; and whatever a method
 * is meant for exists, or it is told 404 (RFC 9110, 13.1.1 and 13.1.2). One that does not hold counts
 * only where all else is in order (13.2.1), which the handlers find out. */
static bool conditions_hold(const struct http_request *http)
{
    struct str match = http_header_get(http, STR("If-Match"));
    struct str none_match = http_header_get(http, STR("If-None-Match"));
    bool reads = str_eq(http->method, STR("GET")) || str_eq(http->method, STR("HEAD"));
    return (!match.ptr || str_eq(match, STR("*"))) && (reads || !str_eq(none_match, STR("*")));
}

static enum err check(struct request *request, const struct route *route)
{
    if (route->flags & SIGNED_IN) {
        enum err err = sign_in(request);
        if (err != ERR_OK)
            return err;
    }
    bool is_image = route->flags & IMAGE;
    struct str body = request->http->body;
    if (body.len && ((!is_image && !body_is_json(request->http)) || !body_is_plain(request->http)))
        return ERR_MEDIA_TYPE_UNSUPPORTED;
    fields_parse(&request->body, request->arena, is_image ? STR_NONE : body);
    return ERR_OK;
}

/* As it came, near enough. */
static size_t bytes_of(const struct http_request *http)
{
    size_t bytes = http->method.len + http->path.len + http->query.len + http->body.len;
    for (size_t i = 0; i < http->header_count; i++)
        bytes += http->headers[i].name.len + http->headers[i].value.len;
    return bytes;
}

/* Of the address, before anything is done for it; true: it was answered. */
static bool comes_too_fast(struct request *request)
{
    uint64_t address = rate_key_of(request->http->peer);
    return request_is_too_fast(request, RATE_REQUESTS, address, 1) ||
           request_is_too_fast(request, RATE_RECEIVED, address, bytes_of(request->http)) ||
           request_is_too_fast(request, RATE_SENT, address, 0);
}

/* Of the person. Sending has a rate of its own, and its answers are small. */
static bool asks_too_fast(struct request *request, const struct route *route)
{
    if (!(route->flags & SIGNED_IN) || route->handle == rest_send_message)
        return false;
    uint64_t person = request->self.user.v;
    return request_is_too_fast(request, RATE_COMMANDS, person, 1) ||
           request_is_too_fast(request, RATE_SENT, person, 0);
}

static void run_route(struct request *request, const struct route *route)
{
    bool late = request->api->stopping && !(route->flags & NO_RATE);
    enum err err = late ? ERR_SERVER_STOPPING : check(request, route);
    if (err != ERR_OK)
        request_answer_err(request, err);
    else if (!asks_too_fast(request, route)) {
        request->unmet = !conditions_hold(request->http);
        route->handle(request);
    }
}

static bool is_api_path(struct str path)
{
    static const struct str others[] = {STR_INIT("/healthz"), STR_INIT("/readyz"),
                                        STR_INIT("/metrics")};
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (str_eq(path, others[i]))
            return true;
    return str_starts(path, STR("/api/")) || str_starts(path, STR("/.well-known/"));
}

/* What may be done with a resource, or ("*") with the server at all (RFC 9110, 9.3.7). */
static void answer_no_route(struct request *request, struct str allow)
{
    bool asked = str_eq(request->http->method, STR("OPTIONS"));
    if (asked && str_eq(request->http->path, STR("*")))
        allow = STR("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    else if (!allow.len && static_files_find(request->api->shared->page, request->http->path))
        allow = STR("GET, HEAD, OPTIONS");
    if (allow.len)
        request_header(request, STR("Allow"), allow);
    else if (!is_api_path(request->http->path)) /* to who accepts HTML it is the page */
        request_header(request, STR("Vary"), STR("Accept"));
    if (asked && allow.len && memmem(allow.ptr, allow.len, "PATCH", 5)) /* RFC 5789, 3.1 */
        request_header(request, STR("Accept-Patch"), STR("application/json"));
    if (allow.len && asked)
        request_answer_empty(request);
    else
        request_answer_err(request, allow.len ? ERR_METHOD_NOT_ALLOWED : ERR_ROUTE_NOT_FOUND);
}

static struct request *request_new(struct api *api, struct http_exchange *exchange)
{
    struct arena *arena = http_arena_of(exchange);
    struct request *request = ARENA_NEW(arena, struct request);
    request->api = api;
    request->exchange = exchange;
    request->http = http_request_of(exchange);
    request->arena = arena;
    request->params = (struct params){
        .arena = arena, .query = request->http->query, .problem = &request->problem};
    api->under_way++;
    return request;
}

static bool accepts_html(const struct http_request *http)
{
    struct str rest = http_header_get(http, STR("Accept"));
    while (rest.ptr) {
        struct str member = str_cut(&rest, ',');
        if (str_eq_nocase(str_trim(str_cut(&member, ';')), STR("text/html")))
            return true;
    }
    return false;
}

/* The page's own files. An address inside the page, reloaded or sent by somebody, is the page: its
 * own script finds the place. */
static bool serve_page(struct request *request)
{
    const struct static_files *page = request->api->shared->page;
    const struct http_request *http = request->http;
    if (is_api_path(http->path))
        return false;
    const struct static_file *file = static_files_asked(page, http);
    bool by_accept = !file && static_files_is_read(http) && accepts_html(http);
    if (by_accept)
        file = static_files_find(page, STR("/"));
    if (!file)
        return false;
    struct api *api = request->api;
    bool is_free = config_trusts(api->shared->config, http->peer);
    uint64_t who = rate_key_of(http->peer);
    api->under_way--;
    /* The request is gone after this. */
    size_t bytes = static_files_send(page, file, by_accept, request->exchange);
    if (!is_free)
        rates_charge(&api->shared->rates, RATE_SENT, who, bytes, loop_now_ms(api->loop));
    return true;
}

void router_on_request(struct api *api, struct http_exchange *exchange)
{
    struct request *request = request_new(api, exchange);
    const struct http_request *http = request->http;
    bool head = str_eq(http->method, STR("HEAD"));
    struct str allow;
    const struct route *route = find_route(request, head ? STR("GET") : http->method, &allow);
    enum origin origin = origin_of(api->shared->config, http);
    if (api->shared->config->allow_origin_count) /* also where nothing is allowed (Fetch, 3.2.5) */
        request_header(request, STR("Vary"), STR("Origin"));
    if (origin == ORIGIN_ALLOWED)
        add_cors(request);
    bool counts = !route || !(route->flags & NO_RATE);
    if (counts && !api_has_memory(api)) {
        request_answer_err(request, ERR_SERVER_BUSY);
        return;
    }
    if ((counts && comes_too_fast(request)) || serve_page(request))
        return;
    if (str_eq(http->method, STR("OPTIONS")) && origin != ORIGIN_NONE) {
        answer_preflight(request, origin);
        return;
    }
    if (route)
        run_route(request, route);
    else
        answer_no_route(request, allow);
}

struct str router_error_body(int status, struct arena *arena, struct str *type)
{
    static const enum err errs[] = {
        ERR_METHOD_NOT_ALLOWED,    ERR_CODING_NOT_ACCEPTABLE, ERR_REQUEST_TIMEOUT,
        ERR_PRECONDITION_FAILED,   ERR_REQUEST_TOO_LARGE,     ERR_URI_TOO_LONG,
        ERR_RANGE_NOT_SATISFIABLE, ERR_EXPECTATION_FAILED,    ERR_REQUEST_MISDIRECTED,
        ERR_RATE_LIMITED,          ERR_HEADERS_TOO_LARGE,     ERR_METHOD_UNKNOWN,
        ERR_SERVER_BUSY,           ERR_VERSION_UNSUPPORTED,
    };
    enum err err = ERR_REQUEST_INVALID;
    for (size_t i = 0; i < ARRAY_LEN(errs); i++)
        if (err_status(errs[i]) == status)
            err = errs[i];
    REQUIRE(err_status(err) == status);
    struct buf body = BUF_INIT;
    encode_problem(&body, &(struct problem){.err = err});
    struct str json = arena_copy(arena, buf_str(&body));
    buf_deinit(&body);
    *type = STR("application/problem+json");
    return json;
}
