/* What administrators of the server do to its people. Whether somebody is one, the store says. */
#include "api/router.h"
#include "api/worker.h"
#include "chat/profile.h"
#include "proto/moderation.h"

enum { STATE_MAX = 64 };

/* ---- looking ------------------------------------------------------------------------------------- */

static struct people people_of(const struct query *query)
{
    return (struct people){query->users, query->presences, query->suspensions};
}

static void people_listed(struct request *request)
{
    struct people people = people_of(&request->query);
    struct buf body = BUF_INIT;
    encode_people(&body, &people, request->query.next);
    request_answer_json(request, 200, &body);
}

static enum people_state read_state(struct request *request)
{
    static const struct str names[] = {[PEOPLE_ALL] = STR_INIT("all"),
                                       [PEOPLE_SUSPENDED] = STR_INIT("suspended"),
                                       [PEOPLE_ADMINS] = STR_INIT("admin")};
    struct str state = params_text(&request->params, "state", STATE_MAX);
    if (!state.ptr)
        return PEOPLE_ALL;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_eq(names[i], state))
            return (enum people_state)i;
    if (request->problem.err == ERR_OK)
        request->problem = problem_field(ERR_FIELD_INVALID, STR("state"),
                                         STR("`state` is all, suspended or admin."));
    return PEOPLE_ALL;
}

void rest_list_people(struct request *request)
{
    request->query = (struct query){.people_state = read_state(request)};
    request->query.text = params_text(&request->params, "search", PARAMS_SEARCH_MAX);
    request_page(request);
    request_post_query(request, query_people, people_listed);
}

static void person_read(struct request *request)
{
    struct people people = people_of(&request->query);
    struct buf body = BUF_INIT;
    encode_one_person(&body, &people, request->query.session_count);
    request_answer_json(request, 200, &body);
}

void rest_get_person(struct request *request)
{
    request->query = (struct query){.from = request_user(request, 0)};
    request_post_query(request, query_person, person_read);
}

/* ---- doing --------------------------------------------------------------------------------------- */

static struct auth_call *begin(struct request *request)
{
    request->call = (struct auth_call){.subject = request_user(request, 0)};
    return &request->call;
}

static void suspended(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_suspension(&body, &request->call.suspension);
    request_answer_json(request, 200, &body);
}

void rest_suspend(struct request *request)
{
    struct auth_call *call = begin(request);
    call->payload =
        moderation_suspension(&request->body, request->api->limits, &call->seconds, &call->reason);
    request_post_call(request, auth_suspend, suspended);
}

static void done_without_body(struct request *request)
{
    request_answer_empty(request);
}

void rest_unsuspend(struct request *request)
{
    begin(request);
    request_post_call(request, auth_unsuspend, done_without_body);
}

static void sessions_ended(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_ended(&body, request->call.ended);
    request_answer_json(request, 200, &body);
}

void rest_end_sessions_of(struct request *request)
{
    begin(request);
    request_post_call(request, auth_end_sessions_of, sessions_ended);
}

/* They see at once what they may do now: their page hears of them. */
static void admin_set(struct request *request)
{
    struct buf body = BUF_INIT;
    profile_tell(request->api->shared->chat, request->call.subject);
    encode_user(&body, &request->call.user, false);
    request_answer_json(request, 200, &body);
}

void rest_update_person(struct request *request)
{
    begin(request)->admin = fields_flag(&request->body, "admin", false);
    if (!fields_has(&request->body, "admin") && request->body.problem.err == ERR_OK)
        request->body.problem = problem_field(ERR_FIELD_MISSING, STR("admin"), STR_NONE);
    request_post_call(request, auth_set_admin, admin_set);
}
