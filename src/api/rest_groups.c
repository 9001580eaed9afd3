/* What administrators of the server see of its groups, and do to them. */
#include "api/router.h"
#include "api/worker.h"
#include "proto/moderation.h"

enum { STATE_MAX = 64, CURSOR_MAX = 256 };

static struct groups groups_of(const struct query *query)
{
    return (struct groups){query->directory, query->owners, query->users};
}

static void groups_listed(struct request *request)
{
    struct groups groups = groups_of(&request->query);
    struct buf body = BUF_INIT;
    encode_groups(&body, &groups, request->query.next);
    request_answer_json(request, 200, &body);
}

static enum groups_state read_state(struct request *request)
{
    static const struct str names[] = {[GROUPS_ALL] = STR_INIT("all"),
                                       [GROUPS_PUBLIC] = STR_INIT("public"),
                                       [GROUPS_LOCKED] = STR_INIT("locked"),
                                       [GROUPS_ARCHIVED] = STR_INIT("archived"),
                                       [GROUPS_EMPTY] = STR_INIT("empty")};
    struct str state = params_text(&request->params, "state", STATE_MAX);
    if (!state.ptr)
        return GROUPS_ALL;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_eq(names[i], state))
            return (enum groups_state)i;
    if (request->problem.err == ERR_OK)
        request->problem = problem_field(ERR_FIELD_INVALID, STR("state"),
                                         STR("`state` is all, public, locked, archived or empty."));
    return GROUPS_ALL;
}

void rest_list_groups(struct request *request)
{
    const struct limits *limits = request->api->limits;
    request->query = (struct query){.groups_state = read_state(request)};
    request->query.text = params_text(&request->params, "search", PARAMS_SEARCH_MAX);
    request->query.cursor = params_text(&request->params, "cursor", CURSOR_MAX);
    request->query.limit =
        params_number(&request->params, "limit", 1, limits->page_limit, limits->page_default);
    request_post_query(request, query_groups, groups_listed);
}

static void group_read(struct request *request)
{
    struct groups groups = groups_of(&request->query);
    struct buf body = BUF_INIT;
    encode_group(&body, &groups);
    request_answer_json(request, 200, &body);
}

void rest_get_group(struct request *request)
{
    request->query = (struct query){.room = request_room(request)};
    request_post_query(request, query_group, group_read);
}

static void members_listed(struct request *request)
{
    const struct query *query = &request->query;
    struct buf body = BUF_INIT;
    encode_members(&body, &query->members, &query->users, query->next);
    request_answer_json(request, 200, &body);
}

void rest_list_group_members(struct request *request)
{
    request->query = (struct query){.room = request_room(request)};
    request->query.text = params_text(&request->params, "search", PARAMS_SEARCH_MAX);
    request_page(request);
    request_post_query(request, query_group_members, members_listed);
}

static void overseen(struct request *request)
{
    room_id room = request->act.room;
    act_deinit(&request->act);
    request->holds = REQUEST_PLAIN;
    request->query = (struct query){.room = room};
    request_post_query(request, query_group, group_read);
}

void rest_oversee_group(struct request *request)
{
    struct act *act = &request->act;
    *act = (struct act){.kind = ACT_OVERSEE, .room = request_room(request)};
    act->nonce = request_nonce(request);
    struct oversight oversight =
        moderation_oversight(&request->body, request->api->limits, &act->target);
    act->hold = oversight.hold;
    act->release = oversight.release;
    act->payload = encode_oversight(request->arena, &oversight);
    request_post_act(request, overseen);
}
