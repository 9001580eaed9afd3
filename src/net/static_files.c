#include "net/static_files.h"

#include "net/http_conditions.h"
#include "net/http_header.h"
#include "net/http_range.h"

/* ---- which coding ---- */

/* The weight behind "coding;q=0.5", in thousandths (RFC 9110, 12.4.2); what is no weight is 0. */
static unsigned parse_weight(struct str parameters)
{
    unsigned weight = 1000;
    while (parameters.ptr) {
        struct str parameter = str_trim(str_cut(&parameters, ';'));
        struct str value = parameter;
        struct str name = str_trim(str_cut(&value, '='));
        if (!str_eq_nocase(name, STR("q")))
            continue;
        value = str_trim(value);
        weight = 0;
        unsigned scale = 1000;
        for (size_t i = 0; i < value.len && i < 5; i++) {
            char c = value.ptr[i];
            if (c == '.' && i == 1)
                continue;
            if (c < '0' || c > '9')
                return 0;
            weight += (unsigned)(c - '0') * scale;
            scale /= 10;
        }
    }
    return weight > 1000 ? 1000 : weight;
}

/* How welcome a coding is: its own weight, else that of "*", else `otherwise`. */
static unsigned weight_of(const struct http_request *request, struct str coding, unsigned otherwise)
{
    struct http_list accepted = {.request = request, .name = STR("Accept-Encoding")};
    struct str parameters;
    unsigned weight = otherwise;
    while (http_list_next(&accepted, &parameters)) {
        struct str name = str_trim(str_cut(&parameters, ';'));
        if (str_eq_nocase(name, STR("x-gzip"))) /* an old name (8.4.1.3) */
            name = STR("gzip");
        if (str_eq_nocase(name, coding))
            return parse_weight(parameters);
        if (str_eq(name, STR("*")))
            weight = parse_weight(parameters);
    }
    return weight;
}

struct variant {
    struct str coding;              /* empty: none */
    const struct static_blob *blob; /* NULL: no variant is welcome */
};

/* Smallest first; a later one must be more welcome to win. */
static struct variant choose(const struct static_file *file, const struct http_request *request)
{
    const struct {
        struct str coding;
        const struct static_blob *blob;
        unsigned otherwise;
    } offers[] = {
        {STR("br"), &file->br, 0},
        {STR("gzip"), &file->gzip, 0},
        {STR("identity"), &file->plain, 1},
    };
    struct variant best = {STR_NONE, NULL};
    unsigned best_weight = 0;
    for (size_t i = 0; i < ARRAY_LEN(offers); i++) {
        unsigned weight = weight_of(request, offers[i].coding, offers[i].otherwise);
        if (!offers[i].blob->ptr || weight <= best_weight)
            continue;
        best_weight = weight;
        best = (struct variant){offers[i].coding, offers[i].blob};
    }
    if (best.blob == &file->plain)
        best.coding = STR_NONE;
    return best;
}

/* ---- the answer ---- */

const struct static_file *static_files_find(const struct static_files *files, struct str path)
{
    if (str_eq(path, STR("/")))
        path = STR("/index.html");
    for (size_t i = 0; i < files->count; i++)
        if (str_eq(str_from_c(files->files[i].path), path))
            return &files->files[i];
    return NULL;
}

bool static_files_is_read(const struct http_request *request)
{
    return str_eq(request->method, STR("GET")) || str_eq(request->method, STR("HEAD"));
}

const struct static_file *static_files_asked(const struct static_files *files,
                                             const struct http_request *request)
{
    return static_files_is_read(request) ? static_files_find(files, request->path) : NULL;
}

/* Each coding has a tag of its own, since a part of one is no part of another (8.8.3.3). */
static struct str etag_of(const struct static_file *file, struct variant variant,
                          struct arena *arena)
{
    struct str etag = str_from_c(file->etag);
    if (variant.coding.len == 0)
        return etag;
    return arena_printf(arena, "%.*s-%.*s\"", (int)etag.len - 1, etag.ptr, STR_ARG(variant.coding));
}

struct headers {
    struct http_header items[STATIC_FILES_HEADERS + 7];
    size_t count;
};

static void add(struct headers *headers, struct str name, struct str value)
{
    headers->items[headers->count++] = (struct http_header){name, value};
}

static void add_vary(struct headers *headers, const struct static_file *file, bool by_accept)
{
    if (by_accept)
        add(headers, STR("Vary"), STR("Accept"));
    if (file->gzip.ptr || file->br.ptr)
        add(headers, STR("Vary"), STR("Accept-Encoding"));
}

static void add_headers(struct headers *headers, const struct static_files *files,
                        const struct static_file *file, struct str coding)
{
    REQUIRE(files->header_count <= STATIC_FILES_HEADERS);
    for (size_t i = 0; i < files->header_count; i++)
        headers->items[headers->count++] = files->headers[i];
    add(headers, STR("Accept-Ranges"), STR("bytes"));
    add(headers, STR("Cache-Control"),
        file->immutable ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
    if (coding.len)
        add(headers, STR("Content-Encoding"), coding);
}

/* Makes it the answer to a part of its body, if one was asked for. 416: there is no such part. */
static void narrow(struct http_answer *answer, struct headers *headers,
                   const struct http_request *request, struct arena *arena)
{
    struct str range = http_header_get(request, STR("Range"));
    size_t size = answer->body.len, first, len;
    if (!range.ptr || !str_eq(request->method, STR("GET")))
        return;
    switch (http_range_parse(range, size, &first, &len)) {
    case HTTP_RANGE_NONE:
        return;
    case HTTP_RANGE_PART:
        answer->status = 206;
        answer->body = str_of(answer->body.ptr + first, len);
        add(headers, STR("Content-Range"),
            arena_printf(arena, "bytes %zu-%zu/%zu", first, first + len - 1, size));
        return;
    case HTTP_RANGE_UNSATISFIABLE:
        answer->status = 416;
        headers->count = 0;
        add(headers, STR("Content-Range"), arena_printf(arena, "bytes */%zu", size));
        return;
    }
}

static size_t send_variant(const struct static_files *files, const struct static_file *file,
                           struct variant variant, struct http_exchange *exchange,
                           struct headers headers)
{
    const struct http_request *request = http_request_of(exchange);
    struct arena *arena = http_arena_of(exchange);
    struct str etag = etag_of(file, variant, arena);
    int condition = http_conditions_check(request, etag);
    struct http_answer answer = {
        .status = condition ? condition : 200,
        .type = str_from_c(file->type),
        .body = str_of((const char *)variant.blob->ptr, variant.blob->len),
        .body_constant = true,
    };
    add(&headers, STR("ETag"), etag);
    add_headers(&headers, files, file, condition ? STR_NONE : variant.coding);
    if (condition == 0 && http_range_applies(request, etag))
        narrow(&answer, &headers, request, arena);
    if (answer.status >= 400) {
        http_respond_error(exchange, answer.status, headers.items, headers.count);
        return 0;
    }
    answer.headers = headers.items;
    answer.header_count = headers.count;
    bool has_body = condition == 0 && str_eq(request->method, STR("GET"));
    http_respond(exchange, &answer);
    return has_body ? answer.body.len : 0;
}

size_t static_files_send(const struct static_files *files, const struct static_file *file,
                         bool by_accept, struct http_exchange *exchange)
{
    struct variant variant = choose(file, http_request_of(exchange));
    struct headers headers = {.count = 0};
    add_vary(&headers, file, by_accept);
    if (variant.blob)
        return send_variant(files, file, variant, exchange, headers);
    http_respond_error(exchange, 406, headers.items, headers.count);
    return 0;
}
