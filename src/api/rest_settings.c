/* What this server is like for those who come to it, and what its administrators set of that. */
#include "api/router.h"
#include "api/worker.h"

enum { POLICY_MOST = 64 };

static void service_read(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_service(&body, STR(NATTERNET_VERSION), signup_policy_name(request->call.signup.policy));
    request_header(request, STR("Cache-Control"), STR("no-store"));
    request_answer_json(request, 200, &body);
}

void rest_service(struct request *request)
{
    request->call = (struct auth_call){0};
    request_post_call(request, auth_read_signup, service_read);
}

static void settings_read(struct request *request)
{
    const struct signup_state *state = &request->call.signup;
    struct buf body = BUF_INIT;
    encode_settings(&body, signup_policy_name(state->policy), signup_policy_name(state->by_default),
                    state->is_set);
    request_answer_json(request, 200, &body);
}

void rest_get_settings(struct request *request)
{
    request->call = (struct auth_call){0};
    request_post_call(request, auth_read_settings, settings_read);
}

void rest_update_settings(struct request *request)
{
    struct fields *body = &request->body;
    request->call = (struct auth_call){0};
    struct str name = fields_text(body, "signup", REQUIRED, 1, POLICY_MOST);
    if (body->problem.err == ERR_OK && !signup_policy_of(name, &request->call.signup_wanted))
        body->problem = problem_field(ERR_FIELD_INVALID, STR("signup"),
                                      STR("`signup` is open, invite, closed or default."));
    request_post_call(request, auth_set_signup, settings_read);
}
