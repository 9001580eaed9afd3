#include "api/router.h"
#include "api/worker.h"

enum {
    CURSOR_MAX = 512,
    NAME_MAX_BYTES = 512,
    LOCALE_MAX = 35,
    ABOUT_MAX = 8192,
    TIME_ZONE_MAX = 96
};

static void answer_user(struct request *request, const struct user *user)
{
    struct buf body = BUF_INIT;
    encode_user(&body, user, user_id_eq(user->id, request->self.user));
    request_answer_json(request, 200, &body);
}

/* ---- oneself ------------------------------------------------------------------------------------- */

static void one_user_read(struct request *request)
{
    const struct user_list *users = &request->query.users;
    if (users->count == 0)
        request_answer_err(request, ERR_USER_NOT_FOUND);
    else
        answer_user(request, &users->items[0]);
}

static void read_one_user(struct request *request, user_id id)
{
    request->query = (struct query){.ids = ARENA_NEW(request->arena, user_id), .id_count = 1};
    request->query.ids[0] = id;
    request_post_query(request, query_users, one_user_read);
}

void rest_get_me(struct request *request)
{
    read_one_user(request, request->self.user);
}

/* What others see, and are told of when it changes. */
static bool is_seen(const struct auth_call *call)
{
    return call->display_name.ptr || call->about.ptr || call->pronouns.ptr || call->time_zone.ptr;
}

static void profile_updated(struct request *request)
{
    const struct auth_call *call = &request->call;
    if (is_seen(call))
        profile_tell(request->api->shared->chat, request->self.user);
    answer_user(request, &call->user);
}

void rest_update_me(struct request *request)
{
    struct fields *body = &request->body;
    request->call = (struct auth_call){0};
    request->call.display_name = fields_text(body, "display_name", OPTIONAL, 0, NAME_MAX_BYTES);
    request->call.locale = fields_text(body, "locale", OPTIONAL, 0, LOCALE_MAX);
    request->call.about = fields_text(body, "about", OPTIONAL, 0, ABOUT_MAX);
    request->call.pronouns = fields_text(body, "pronouns", OPTIONAL, 0, NAME_MAX_BYTES);
    request->call.time_zone = fields_text(body, "time_zone", OPTIONAL, 0, TIME_ZONE_MAX);
    if (body->problem.err == ERR_OK && is_seen(&request->call) &&
        request_is_too_fast(request, RATE_PROFILES, request->self.user.v, 1))
        return;
    request_post_call(request, auth_update_profile, profile_updated);
}

static void account_deleted(struct request *request)
{
    profile_tell_last(request->api->shared->chat, request->self.user);
    request_answer_empty(request);
}

void rest_delete_me(struct request *request)
{
    request->call = (struct auth_call){0};
    request->call.password = fields_text(&request->body, "password", REQUIRED, 0, NAME_MAX_BYTES);
    request_post_call(request, auth_delete_account, account_deleted);
}

/* ---- others --------------------------------------------------------------------------------------- */

static void users_found(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_users(&body, &request->query.users, request->query.next);
    request_answer_json(request, 200, &body);
}

void rest_list_users(struct request *request)
{
    const struct limits *limits = request->api->limits;
    struct params *params = &request->params;
    request->query = (struct query){0};
    if (params_has(params, "ids")) {
        request_read_ids(request, params_text(params, "ids", limits->user_ids * (BASE62_LEN + 1)));
        request_post_query(request, query_users, users_found);
        return;
    }
    request->query.text = params_text(params, "search", PARAMS_SEARCH_MAX);
    request->query.cursor = params_text(params, "cursor", CURSOR_MAX);
    request->query.limit =
        params_number(params, "limit", 1, limits->page_limit, limits->page_default);
    request_post_query(request, query_search, users_found);
}

void rest_get_user(struct request *request)
{
    read_one_user(request, request_user(request, 0));
}
