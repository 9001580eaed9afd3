/* What this server is like for those who come to it, and what its administrators set of that. */
#include "api/router.h"
#include "api/worker.h"
#include "proto/filter_read.h"
#include "proto/newcomers.h"

enum { POLICY_MOST = 64 };

static void service_read(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_service(&body, signup_policy_name(request->call.signup.policy),
                   chat_newcomers(request->api->shared->chat), request->api->limits);
    request_header(request, STR("Cache-Control"), STR("no-store"));
    request_answer_json(request, 200, &body);
}

void rest_get_service(struct request *request)
{
    request->call = (struct auth_call){0};
    request_post_call(request, auth_read_signup, service_read);
}

static void answer_settings(struct request *request)
{
    const struct auth_call *call = &request->call;
    struct buf body = BUF_INIT;
    encode_settings(&body, &(struct server_settings){
                               .signup = signup_policy_name(call->signup.policy),
                               .signup_default = signup_policy_name(call->signup.by_default),
                               .signup_set = call->signup.is_set,
                               .filters = call->filters,
                               .newcomers = call->newcomers});
    request_answer_json(request, 200, &body);
}

void rest_get_settings(struct request *request)
{
    request->call = (struct auth_call){0};
    request_post_call(request, auth_read_settings, answer_settings);
}

/* ---- setting them ---------------------------------------------------------------------------- */

struct told_homes {
    struct chat_rules_wait wait;
    struct request *request;
};

static void homes_know(struct chat_rules_wait *wait)
{
    answer_settings(CONTAINER_OF(wait, struct told_homes, wait)->request);
}

/* Answered when what is sent from now on is judged by it. */
static void settings_changed(struct request *request)
{
    struct told_homes *told = ARENA_NEW(request->arena, struct told_homes);
    told->request = request;
    told->wait = (struct chat_rules_wait){.home = request->api->inbox, .done = homes_know};
    chat_rules_changed(request->api->shared->chat, &told->wait);
}

static struct str read_signup(struct fields *body, struct auth_call *call)
{
    struct str name = fields_text(body, "signup", OPTIONAL, 1, POLICY_MOST);
    call->sets_signup = name.len > 0;
    if (call->sets_signup && !signup_policy_of(name, &call->signup_wanted))
        body->problem = problem_field(ERR_FIELD_INVALID, STR("signup"),
                                      STR("`signup` is open, invite, closed or default."));
    return name;
}

void rest_update_settings(struct request *request)
{
    const struct limits *limits = request->api->limits;
    struct fields *body = &request->body;
    struct auth_call *call = &request->call;
    *call = (struct auth_call){0};
    struct str signup = read_signup(body, call);
    call->filters_wanted = fields_filters(body, limits);
    call->newcomers_wanted = fields_newcomers(body, limits, true);
    if (body->problem.err == ERR_OK && !call->sets_signup && !call->filters_wanted.ptr &&
        call->newcomers_wanted < 0)
        body->problem =
            problem_field(ERR_FIELD_MISSING, STR("signup"),
                          STR("Nothing is to change; send `signup`, `filters` or `newcomers`."));
    call->payload = encode_settings_change(request->arena, signup, call->filters_wanted,
                                           call->newcomers_wanted);
    request_post_call(request, auth_set_settings, settings_changed);
}
