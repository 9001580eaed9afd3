#include "net/static_files.h"

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
static unsigned weight_of(struct str accept, struct str coding, unsigned otherwise)
{
    unsigned weight = otherwise;
    while (accept.ptr) {
        struct str parameters = str_cut(&accept, ',');
        struct str name = str_trim(str_cut(&parameters, ';'));
        if (str_eq_nocase(name, coding))
            return parse_weight(parameters);
        if (str_eq(name, STR("*")))
            weight = parse_weight(parameters);
    }
    return weight;
}

struct variant {
    struct str coding; /* empty: none */
    const struct static_blob *blob;
};

/* Smallest first; a later one must be more welcome to win. */
static struct variant choose(const struct static_file *file, struct str accept)
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
    struct variant best = {STR_NONE, &file->plain};
    unsigned best_weight = 0;
    for (size_t i = 0; i < ARRAY_LEN(offers); i++) {
        unsigned weight = weight_of(accept, offers[i].coding, offers[i].otherwise);
        if (!offers[i].blob->ptr || weight <= best_weight)
            continue;
        best_weight = weight;
        best = (struct variant){offers[i].coding, offers[i].blob};
    }
    if (best.blob == &file->plain)
        best.coding = STR_NONE;
    return best;
}

/* ---- does the browser have it ---- */

static bool names_etag(struct str list, struct str etag)
{
    while (list.ptr) {
        struct str tag = str_trim(str_cut(&list, ','));
        if (str_eq(tag, STR("*")))
            return true;
        if (str_starts(tag, STR("W/")))
            tag = str_of(tag.ptr + 2, tag.len - 2);
        if (str_eq(tag, etag))
            return true;
    }
    return false;
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

void static_files_send(const struct static_files *files, const struct static_file *file,
                       struct http_exchange *exchange)
{
    const struct http_request *request = http_request_of(exchange);
    struct variant variant = choose(file, http_header_get(request, STR("Accept-Encoding")));
    struct http_header headers[STATIC_FILES_HEADERS + 4];
    size_t count = 0;

    REQUIRE(files->header_count <= STATIC_FILES_HEADERS);
    for (; count < files->header_count; count++)
        headers[count] = files->headers[count];
    /* Weak, since all codings of the file share it (RFC 9110, 8.8.3.3). */
    headers[count++] = (struct http_header){
        STR("ETag"), arena_printf(http_arena_of(exchange), "W/%s", file->etag)};
    headers[count++] = (struct http_header){
        STR("Cache-Control"),
        file->immutable ? STR("public, max-age=31536000, immutable") : STR("no-cache")};
    if (file->gzip.ptr || file->br.ptr)
        headers[count++] = (struct http_header){STR("Vary"), STR("Accept-Encoding")};
    if (variant.coding.len)
        headers[count++] = (struct http_header){STR("Content-Encoding"), variant.coding};

    bool known = names_etag(http_header_get(request, STR("If-None-Match")), str_from_c(file->etag));
    struct http_answer answer = {
        .status = known ? 304 : 200,
        .type = str_from_c(file->type),
        .headers = headers,
        .header_count = count,
        .body = str_of((const char *)variant.blob->ptr, variant.blob->len),
        .body_constant = true,
    };
    http_respond(exchange, &answer);
}

bool static_files_serve(const struct static_files *files, struct http_exchange *exchange)
{
    const struct http_request *request = http_request_of(exchange);
    if (!str_eq(request->method, STR("GET")) && !str_eq(request->method, STR("HEAD")))
        return false;
    const struct static_file *file = static_files_find(files, request->path);
    if (!file)
        return false;
    static_files_send(files, file, exchange);
    return true;
}
