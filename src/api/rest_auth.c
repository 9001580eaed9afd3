#include "api/cookie.h"
#include "api/origin.h"
#include "api/router.h"
#include "api/worker.h"

/* Longer than any of ours, so that a longer one is refused before anything is done with it. */
enum { TOKEN_MAX = 256, EMAIL_MAX = 254, LOCALE_MAX = 35, NAME_MAX_BYTES = 512 };

/* ---- the cookie that keeps a page signed in ------------------------------------------------------- */

#define COOKIE_NAME "natternet_refresh"
#define COOKIE_PATH "/api/v1/auth"

/* "Secure" wherever the page came by TLS; on plain HTTP a browser would not keep it. */
static const char *secure_of(const struct request *request)
{
    struct str origin = http_header_get(request->http, STR("Origin"));
    return request->http->secure || str_starts(origin, STR("https://")) ? "; Secure" : "";
}

static void set_cookie(struct request *request, struct str token, uint64_t lifetime_s)
{
    request_header(request, STR("Set-Cookie"),
                   arena_printf(request->arena,
                                COOKIE_NAME "=%.*s; Path=" COOKIE_PATH
                                            "; Max-Age=%llu; HttpOnly; SameSite=Strict%s",
                                STR_ARG(token), (unsigned long long)lifetime_s,
                                secure_of(request)));
}

static struct str get_cookie(const struct request *request)
{
    return cookie_get(request->http, STR(COOKIE_NAME));
}

/* ---- signing up and in ------------------------------------------------------------------------------ */

static void answer_tokens(struct request *request, int status)
{
    const struct auth_call *call = &request->call;
    struct tokens tokens = {.access = call->access_token, .expires_in = call->expires_in};
    if (request->cookie)
        set_cookie(request, call->new_refresh_token, request->api->limits->session_idle_s);
    else
        tokens.refresh = call->new_refresh_token;
    struct buf body = BUF_INIT;
    encode_sign_in(&body, &call->user, &tokens);
    request_answer_json(request, status, &body);
}

static void signed_up(struct request *request)
{
    struct str user = request_id_text(request, request->call.user.id.v);
    request_location(request, arena_printf(request->arena, "/users/%.*s", STR_ARG(user)));
    answer_tokens(request, 201);
}

static void signed_in(struct request *request)
{
    answer_tokens(request, 200);
}

void rest_signup(struct request *request)
{
    struct fields *body = &request->body;
    /* The bounds of names and passwords are auth's to say; here only nothing endless gets in. */
    request->call = (struct auth_call){0};
    request->call.username = fields_text(body, "username", REQUIRED, 0, NAME_MAX_BYTES);
    request->call.password = fields_text(body, "password", REQUIRED, 0, NAME_MAX_BYTES);
    request->call.email = fields_text(body, "email", OPTIONAL, 0, EMAIL_MAX);
    request->call.display_name = fields_text(body, "display_name", OPTIONAL, 0, NAME_MAX_BYTES);
    request->call.locale = fields_text(body, "locale", OPTIONAL, 0, LOCALE_MAX);
    request->call.invite_code = fields_text(body, "invite", OPTIONAL, 0, NONCE_MAX);
    request->cookie = fields_flag(body, "cookie", false);
    request_post_call(request, auth_signup, signed_up);
}

void rest_signin(struct request *request)
{
    struct fields *body = &request->body;
    request->call = (struct auth_call){0};
    request->call.login = fields_text(body, "login", REQUIRED, 0, NAME_MAX_BYTES);
    request->call.password = fields_text(body, "password", REQUIRED, 0, NAME_MAX_BYTES);
    request->cookie = fields_flag(body, "cookie", false);
    request_post_call(request, auth_signin, signed_in);
}

void rest_refresh(struct request *request)
{
    struct str token = fields_text(&request->body, "refresh_token", OPTIONAL, 0, TOKEN_MAX);
    enum origin origin = origin_of(request->api->shared->config, request->http);
    request->call = (struct auth_call){0};
    if (!token.ptr) {
        /* The browser adds the cookie by itself, so it must be our own page that asks. */
        if (origin == ORIGIN_FOREIGN) {
            request_answer_err(request, ERR_ORIGIN_FORBIDDEN);
            return;
        }
        token = get_cookie(request);
        request->cookie = true;
    }
    if (!token.ptr && request->body.problem.err == ERR_OK) {
        if (origin != ORIGIN_NONE) {
            request_answer_err(request, ERR_AUTH_REQUIRED);
            return;
        }
        fields_text(&request->body, "refresh_token", REQUIRED, 0,
                    TOKEN_MAX); /* a program: it has no cookie */
    }
    request->call.refresh_token = token;
    request_post_call(request, auth_refresh, signed_in);
}

/* ---- sessions ------------------------------------------------------------------------------------------- */

static void done_without_body(struct request *request)
{
    request_answer_empty(request);
}

static void signed_out(struct request *request)
{
    if (get_cookie(request).ptr)
        set_cookie(request, STR(""), 0);
    request_answer_empty(request);
}

void rest_signout(struct request *request)
{
    request->call = (struct auth_call){0};
    request_post_call(request, auth_signout, signed_out);
}

void rest_change_password(struct request *request)
{
    struct fields *body = &request->body;
    request->call = (struct auth_call){0};
    request->call.password = fields_text(body, "old_password", REQUIRED, 0, NAME_MAX_BYTES);
    request->call.new_password = fields_text(body, "new_password", REQUIRED, 0, NAME_MAX_BYTES);
    request_post_call(request, auth_change_password, done_without_body);
}

static void sessions_listed(struct request *request)
{
    struct auth_call *call = &request->call;
    struct str next = STR_NONE;
    if (call->sessions.count > request->call.limit - 1) {
        char text[BASE62_LEN];
        call->sessions.count = request->call.limit - 1;
        base62_print(call->sessions.items[call->sessions.count - 1].id.v, text);
        next = arena_copy(request->arena, str_of(text, sizeof(text)));
    }
    struct buf body = BUF_INIT;
    encode_sessions(&body, &call->sessions, request->self.session, next);
    request_answer_json(request, 200, &body);
}

static void list_sessions(struct request *request, user_id subject,
                          void (*post)(struct auth *auth, struct auth_call *call))
{
    const struct limits *limits = request->api->limits;
    struct str cursor = params_text(&request->params, "cursor", BASE62_LEN);
    request->call = (struct auth_call){.subject = subject};
    request->call.limit =
        1 + params_number(&request->params, "limit", 1, limits->page_limit, limits->page_default);
    if (cursor.len && !base62_parse(cursor, &request->call.after.v))
        request->problem = params_bad_cursor();
    request_post_call(request, post, sessions_listed);
}

void rest_list_sessions(struct request *request)
{
    list_sessions(request, (user_id){0}, auth_list_sessions);
}

void rest_list_sessions_of(struct request *request)
{
    list_sessions(request, request_user(request, 0), auth_list_sessions_of);
}

void rest_end_session(struct request *request)
{
    request->call = (struct auth_call){0};
    if (!base62_parse(request->path[0], &request->call.session.v)) {
        request_answer_err(request, ERR_SESSION_NOT_FOUND);
        return;
    }
    request_post_call(request, auth_end_session, done_without_body);
}

/* ---- invitations ------------------------------------------------------------------------------------------- */

static void invite_made(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_invite(&body, &request->call.invite);
    request_answer_json(request, 201, &body);
}

void rest_create_invite(struct request *request)
{
    enum { WEEK_S = 604800 };
    const struct limits *limits = request->api->limits;
    request->call = (struct auth_call){0};
    request->call.invite_uses =
        fields_number(&request->body, "uses", OPTIONAL, 1, limits->invite_uses, 1);
    request->call.invite_lifetime_s =
        fields_number(&request->body, "expires_in", OPTIONAL, 1, limits->invite_s, WEEK_S);
    request_post_call(request, auth_make_invite, invite_made);
}
