#include "acme/answer.h"

#include <stdio.h>
#include <time.h>

#include "json/reader.h"
#include "net/url.h"

enum { TYPE_LEN_MAX = 127, DETAIL_LEN_ENOUGH = 1024 };

static const struct str proof_names[ACME_PROOFS] = {
    [ACME_TLS_ALPN_01] = STR_INIT("tls-alpn-01"),
    [ACME_HTTP_01] = STR_INIT("http-01"),
};

struct str acme_proof_name(enum acme_proof proof)
{
    return proof_names[proof];
}

bool acme_is_token(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '-' || c == '_';
        if (!fine)
            return false;
    }
    return text.len > 0 && text.len <= ACME_TOKEN_LEN_MAX;
}

/* ---- members ---------------------------------------------------------------------------------- */

static const struct json *parse(struct arena *arena, struct str body)
{
    struct str why;
    const struct json *value = json_parse(arena, body, &why);
    return value && json_kind(value) == JSON_OBJECT ? value : NULL;
}

static struct str text_of(const struct json *object, struct str name)
{
    struct str text = STR_NONE;
    const struct json *value = json_get(object, name);
    if (value)
        (void)json_to_text(value, &text);
    return text;
}

static bool is_url(struct str text)
{
    struct url url;
    return url_parse_https(text, &url);
}

static bool take_url(const struct json *object, struct str name, struct str *out)
{
    *out = text_of(object, name);
    return is_url(*out);
}

static bool take_status(const struct json *object, enum acme_status *out)
{
    static const struct {
        struct str word;
        enum acme_status status;
    } words[] = {
        {STR_INIT("pending"), ACME_PENDING},  {STR_INIT("processing"), ACME_PROCESSING},
        {STR_INIT("ready"), ACME_READY},      {STR_INIT("valid"), ACME_VALID},
        {STR_INIT("invalid"), ACME_OVER},     {STR_INIT("expired"), ACME_OVER},
        {STR_INIT("deactivated"), ACME_OVER}, {STR_INIT("revoked"), ACME_OVER},
    };
    struct str said = text_of(object, STR("status"));
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_eq(words[i].word, said)) {
            *out = words[i].status;
            return true;
        }
    return false;
}

/* ---- problems --------------------------------------------------------------------------------- */

static struct str short_type(struct str type)
{
    static const struct str prefix = STR_INIT("urn:ietf:params:acme:error:");
    if (str_starts(type, prefix))
        type = str_of(type.ptr + prefix.len, type.len - prefix.len);
    return str_of(type.ptr, type.len < TYPE_LEN_MAX ? type.len : TYPE_LEN_MAX);
}

static void take_problem(struct arena *arena, const struct json *object, struct acme_problem *out)
{
    *out = (struct acme_problem){short_type(text_of(object, STR("type"))),
                                 text_of(object, STR("detail")),
                                 text_of(json_get(object, STR("identifier")), STR("value"))};
    struct json_iter at = json_iter(json_get(object, STR("subproblems")));
    while (out->detail.len < DETAIL_LEN_ENOUGH && json_next(&at)) {
        struct str name = text_of(json_get(at.value, STR("identifier")), STR("value"));
        struct str detail = text_of(at.value, STR("detail"));
        out->detail = arena_printf(arena, "%.*s; %.*s: %.*s", STR_ARG(out->detail), STR_ARG(name),
                                   STR_ARG(detail));
        if (out->name.len)
            continue;
        out->name = name;
        if (str_eq(out->type, STR("compound")))
            out->type = short_type(text_of(at.value, STR("type")));
    }
}

bool acme_read_problem(struct arena *arena, struct str body, struct acme_problem *out)
{
    const struct json *object = parse(arena, body);
    *out = (struct acme_problem){0};
    if (!object)
        return false;
    take_problem(arena, object, out);
    return out->type.len > 0 || out->detail.len > 0;
}

/* ---- the rest --------------------------------------------------------------------------------- */

bool acme_read_directory(struct arena *arena, struct str body, struct acme_directory *out)
{
    const struct json *object = parse(arena, body);
    *out = (struct acme_directory){0};
    if (object && !take_url(object, STR("renewalInfo"), &out->renewal_info))
        out->renewal_info = STR_NONE;
    return object && take_url(object, STR("newNonce"), &out->new_nonce) &&
           take_url(object, STR("newAccount"), &out->new_account) &&
           take_url(object, STR("newOrder"), &out->new_order);
}

/* RFC 3339, 5.6. */
static bool take_time(const struct json *object, struct str name, int64_t *out_ms)
{
    char text[64];
    struct tm tm = {0};
    struct str said = text_of(object, name);
    if (said.len >= sizeof(text))
        return false;
    snprintf(text, sizeof(text), "%.*s", STR_ARG(said));
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    if (!rest)
        return false;
    int64_t seconds = timegm(&tm);
    if (*rest == '.')
        rest += 1 + strspn(rest + 1, "0123456789");
    struct tm away = {0};
    bool ahead = *rest == '+', behind = *rest == '-';
    if (ahead || behind)
        rest = strptime(rest + 1, "%H:%M", &away);
    else if (*rest != 'Z')
        return false;
    else
        rest++;
    int64_t offset_s = away.tm_hour * 3600 + away.tm_min * 60;
    *out_ms = (seconds + (behind ? offset_s : -offset_s)) * 1000;
    return rest && !*rest;
}

bool acme_read_window(struct arena *arena, struct str body, int64_t *from_ms, int64_t *to_ms)
{
    const struct json *window = json_get(parse(arena, body), STR("suggestedWindow"));
    return window && take_time(window, STR("start"), from_ms) &&
           take_time(window, STR("end"), to_ms) && *from_ms >= 0 && *from_ms < *to_ms;
}

bool acme_read_order(struct arena *arena, struct str body, struct acme_order *out)
{
    const struct json *object = parse(arena, body);
    *out = (struct acme_order){0};
    if (!object || !take_status(object, &out->status) ||
        !take_url(object, STR("finalize"), &out->finalize))
        return false;
    struct json_iter at = json_iter(json_get(object, STR("authorizations")));
    while (json_next(&at)) {
        struct str url;
        if (out->authorization_count == ACME_NAMES_MAX || !json_to_text(at.value, &url) ||
            !is_url(url))
            return false;
        out->authorizations[out->authorization_count++] = url;
    }
    take_problem(arena, json_get(object, STR("error")), &out->problem);
    bool has_certificate = take_url(object, STR("certificate"), &out->certificate);
    return has_certificate || out->status != ACME_VALID;
}

static bool take_challenge(struct arena *arena, const struct json *object,
                           struct acme_authorization *out)
{
    struct str type = text_of(object, STR("type"));
    for (enum acme_proof proof = 0; proof < ACME_PROOFS; proof++) {
        struct acme_challenge *challenge = &out->by[proof];
        if (!str_eq(type, proof_names[proof]))
            continue;
        challenge->token = text_of(object, STR("token"));
        take_problem(arena, json_get(object, STR("error")), &challenge->problem);
        return acme_is_token(challenge->token) && take_url(object, STR("url"), &challenge->url) &&
               take_status(object, &challenge->status);
    }
    return true;
}

bool acme_read_authorization(struct arena *arena, struct str body, struct acme_authorization *out)
{
    const struct json *object = parse(arena, body);
    *out = (struct acme_authorization){0};
    if (!object || !take_status(object, &out->status))
        return false;
    out->name = text_of(json_get(object, STR("identifier")), STR("value"));
    struct json_iter at = json_iter(json_get(object, STR("challenges")));
    while (json_next(&at))
        if (!take_challenge(arena, at.value, out))
            return false;
    return out->name.len > 0;
}
