#include "acme/session.h"

#include <stdio.h>
#include <time.h>

#include "acme/jws.h"
#include "core/clock.h"
#include "json/writer.h"

enum { REPLY_MAX = 131072, BAD_NONCES_MOST = 20, NONCE_LEN_MAX = 1024, WEEK_S = 7 * 86400 };

/* ---- failing ---------------------------------------------------------------------------------- */

static void copy_text(char *out, size_t size, struct str text)
{
    size_t len = text.len < size - 1 ? text.len : size - 1;
    if (len)
        memcpy(out, text.ptr, len);
    out[len] = '\0';
}

bool acme_fail_with(struct acme_session *session, const struct acme_problem *problem,
                    struct str name)
{
    struct acme_failure *failure = session->failure;
    copy_text(failure->type, sizeof(failure->type), problem->type);
    copy_text(failure->detail, sizeof(failure->detail),
              problem->detail.len ? problem->detail : STR("no reason was given"));
    copy_text(failure->name, sizeof(failure->name), problem->name.len ? problem->name : name);
    return false;
}

bool acme_fail(struct acme_session *session, const char *type, const char *detail, struct str name)
{
    const struct acme_problem problem = {.type = str_from_c(type), .detail = str_from_c(detail)};
    return acme_fail_with(session, &problem, name);
}

/* RFC 9110, 5.6.7: the one form of a date that is still written. */
static uint32_t seconds_until(struct str date, int64_t now_ms)
{
    char text[64];
    struct tm tm = {0};
    copy_text(text, sizeof(text), date);
    const char *end = strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &tm);
    if (!end || *end)
        return 0;
    int64_t wait_s = (int64_t)timegm(&tm) - now_ms / 1000;
    return wait_s <= 0 ? 0 : wait_s > WEEK_S ? WEEK_S : (uint32_t)wait_s;
}

uint32_t acme_read_retry_after(struct str value, int64_t now_ms)
{
    uint64_t seconds;
    if (!str_to_u64(value, &seconds))
        return seconds_until(value, now_ms);
    return seconds > WEEK_S ? WEEK_S : (uint32_t)seconds;
}

/* ---- asking ----------------------------------------------------------------------------------- */

/* One exchange, whatever its status. */
static bool ask(struct acme_session *session, const struct https_question *question,
                struct http_reply **out)
{
    char why[HTTPS_WHY_SIZE];
    if (https_ask(session->client, question, session->arena, out, why) != 0)
        return acme_fail(session, "", why, STR_NONE);
    struct str nonce = http_reply_header(*out, STR("Replay-Nonce"));
    if (acme_is_token(nonce) && nonce.len <= NONCE_LEN_MAX)
        session->nonce = nonce;
    return true;
}

static bool is_good(const struct http_reply *reply)
{
    return http_reply_status(reply) / 100 == 2;
}

/* What an answer that is no good says of itself. */
static bool refused(struct acme_session *session, const struct http_reply *reply)
{
    struct acme_problem problem;
    if (!acme_read_problem(session->arena, http_reply_body(reply), &problem)) {
        problem.type = STR("");
        problem.detail = arena_printf(session->arena,
                                      "it answered with status %d and no problem "
                                      "document; is this an ACME directory?",
                                      http_reply_status(reply));
    }
    session->failure->retry_after_s =
        acme_read_retry_after(http_reply_header(reply, STR("Retry-After")), clock_now_ms());
    return acme_fail_with(session, &problem, STR_NONE);
}

static bool get(struct acme_session *session, struct str url, struct http_reply **out)
{
    const struct https_question question = {
        .method = STR("GET"), .url = url, .reply_max = REPLY_MAX};
    if (!ask(session, &question, out))
        return false;
    return is_good(*out) || refused(session, *out);
}

static bool get_nonce(struct acme_session *session)
{
    OWN(http_reply_free) struct http_reply *reply = NULL;
    if (!get(session, session->directory.new_nonce, &reply))
        return false;
    return session->nonce.len || acme_fail(session, "", "it gave no nonce", STR_NONE);
}

static bool post_once(struct acme_session *session, struct str url, struct str payload,
                      struct http_reply **out)
{
    if (!session->nonce.len && !get_nonce(session))
        return false;
    OWN(buf_deinit) struct buf body = BUF_INIT;
    struct acme_jws jws = {
        .url = url, .nonce = session->nonce, .kid = session->kid, .payload = payload};
    session->nonce = STR_NONE; /* each is good for once */
    acme_jws_put(session->account, &jws, &body);
    const struct https_question question = {.method = STR("POST"),
                                            .url = url,
                                            .type = STR("application/jose+json"),
                                            .body = buf_str(&body),
                                            .reply_max = REPLY_MAX};
    return ask(session, &question, out);
}

bool acme_post(struct acme_session *session, struct str url, struct str payload,
               struct acme_reply *out)
{
    for (int i = 0; i < BAD_NONCES_MOST; i++) {
        OWN(http_reply_free) struct http_reply *reply = NULL;
        if (!post_once(session, url, payload, &reply))
            return false;
        if (is_good(reply)) {
            struct str after = http_reply_header(reply, STR("Retry-After"));
            *out =
                (struct acme_reply){.body = arena_copy(session->arena, http_reply_body(reply)),
                                    .location = http_reply_header(reply, STR("Location")),
                                    .retry_after_s = acme_read_retry_after(after, clock_now_ms())};
            return true;
        }
        (void)refused(session, reply);
        if (strcmp(session->failure->type, "badNonce") != 0)
            return false;
    }
    return false;
}

/* ---- signing in ------------------------------------------------------------------------------- */

static void put_contact(struct json_writer *w, const char *email)
{
    if (!email)
        return;
    json_name(w, "contact"), json_open(w, '[');
    OWN(buf_deinit) struct buf url = BUF_INIT;
    buf_printf(&url, "mailto:%s", email);
    json_put_text(w, buf_str(&url));
    json_close(w, ']');
}

/* Finds the account of the key, or makes it (7.3, 7.3.1). */
static bool sign_in(struct acme_session *session, const char *email)
{
    OWN(buf_deinit) struct buf payload = BUF_INIT;
    struct json_writer w = json_writer(&payload);
    struct acme_reply reply;
    json_open(&w, '{');
    json_name(&w, "termsOfServiceAgreed"), json_put_flag(&w, true);
    put_contact(&w, email);
    json_close(&w, '}');
    if (!acme_post(session, session->directory.new_account, buf_str(&payload), &reply))
        return false;
    session->kid = reply.location;
    return session->kid.len || acme_fail(session, "", "it did not name the account", STR_NONE);
}

static bool read_directory(struct acme_session *session, struct str url)
{
    OWN(http_reply_free) struct http_reply *reply = NULL;
    if (!get(session, url, &reply))
        return false;
    return acme_read_directory(session->arena, http_reply_body(reply), &session->directory) ||
           acme_fail(session, "", "its answer is no ACME directory", STR_NONE);
}

bool acme_session_look(struct acme_session *session, struct str directory_url, struct str id,
                       int64_t *from_ms, int64_t *to_ms, uint32_t *again_s)
{
    OWN(http_reply_free) struct http_reply *reply = NULL;
    if (!read_directory(session, directory_url))
        return false;
    struct str base = session->directory.renewal_info;
    if (!base.len)
        return acme_fail(session, "", "it has no wishes about renewal", STR_NONE);
    struct str url = arena_printf(session->arena, "%.*s/%.*s", STR_ARG(base), STR_ARG(id));
    if (!get(session, url, &reply))
        return false;
    *again_s = acme_read_retry_after(http_reply_header(reply, STR("Retry-After")), clock_now_ms());
    return acme_read_window(session->arena, http_reply_body(reply), from_ms, to_ms) ||
           acme_fail(session, "", "its wish was not understood", STR_NONE);
}

bool acme_session_open(struct acme_session *session, struct str directory_url, const char *email)
{
    return read_directory(session, directory_url) && sign_in(session, email);
}
