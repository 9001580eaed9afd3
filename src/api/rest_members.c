/* Who is in a room, and as what. */
#include "api/router.h"
#include "api/worker.h"
#include "proto/moderation.h"

static void members_listed(struct request *request)
{
    const struct query *query = &request->query;
    struct buf body = BUF_INIT;
    encode_members(&body, &query->members, &query->users, query->next);
    request_answer_json(request, 200, &body);
}

void rest_list_members(struct request *request)
{
    request->query = (struct query){.room = request_room(request)};
    request->query.text = params_text(&request->params, "search", PARAMS_SEARCH_MAX);
    request_page(request);
    request_post_query(request, query_members, members_listed);
}

static void receipts_listed(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_receipts(&body, &request->query.members, request->query.next);
    request_answer_json(request, 200, &body);
}

void rest_list_receipts(struct request *request)
{
    request->query = (struct query){.room = request_room(request)};
    request_page(request);
    request_post_query(request, query_receipts, receipts_listed);
}

/* ---- coming and going ------------------------------------------------------------------------------------------------ */

static void answer_member(struct request *request, int status)
{
    const struct query *query = &request->query;
    struct buf body = BUF_INIT;
    encode_member(&body, &query->members.items[0],
                  query->users.count ? &query->users.items[0] : NULL);
    request_answer_json(request, status, &body);
}

static void answer_member_added(struct request *request)
{
    struct str room = request_id_text(request, request_room(request).v);
    struct str user = request_id_text(request, request->query.ids[0].v);
    request_location(request, arena_printf(request->arena, "/rooms/%.*s/members/%.*s",
                                           STR_ARG(room), STR_ARG(user)));
    answer_member(request, 201);
}

static void answer_member_there(struct request *request)
{
    answer_member(request, 200);
}

/* The answer is the event: whoever sends it again gets it again, whatever happened since. */
static void member_added(struct request *request)
{
    bool duplicate = request->act.duplicate;
    const struct event *joined = request->act.event;
    struct member *member = ARENA_NEW(request->arena, struct member);
    *member = (struct member){.user = {joined->target},
                              .role = joined->role,
                              .joined_at = joined->created_at,
                              .joined_seq = joined->seq};
    act_deinit(&request->act);
    request->holds = REQUEST_PLAIN;
    request->query = (struct query){.ids = &member->user, .id_count = 1, .members = {member, 1}};
    request_post_query(request, query_users, duplicate ? answer_member_there : answer_member_added);
}

void rest_add_member(struct request *request)
{
    request->act = (struct act){.kind = ACT_ADD_MEMBER, .room = request_room(request)};
    request->act.target = fields_user(&request->body, "user_id");
    request->act.nonce = request_nonce(request);
    if (!request_joins_too_fast(request, 1))
        request_post_act(request, member_added);
}

static void member_removed(struct request *request)
{
    request_answer_empty(request);
}

void rest_remove_member(struct request *request)
{
    request->act = (struct act){.kind = ACT_REMOVE_MEMBER,
                                .room = request_room(request),
                                .target = request_user(request, 1)};
    request->act.payload = moderation_reason(&request->body, request->api->limits);
    request->act.nonce = request_nonce(request);
    request_post_act(request, member_removed);
}

/* ---- roles ------------------------------------------------------------------------------------------------ */

static void member_updated(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_done(&body, request->act.event, request->act.duplicate);
    request_answer_json(request, 200, &body);
}

void rest_update_member(struct request *request)
{
    request->act = (struct act){
        .kind = ACT_SET_ROLE, .room = request_room(request), .target = request_user(request, 1)};
    request->act.role = fields_role(&request->body, "role");
    request->act.nonce = request_nonce(request);
    request_post_act(request, member_updated);
}

/* ---- the word ---------------------------------------------------------------------------------------------- */

void rest_mute_member(struct request *request)
{
    struct act *act = &request->act;
    *act = (struct act){
        .kind = ACT_MUTE, .room = request_room(request), .target = request_user(request, 1)};
    act->payload = moderation_mute(&request->body, request->api->limits, &act->seconds);
    act->nonce = request_nonce(request);
    request_post_act(request, member_updated);
}

void rest_unmute_member(struct request *request)
{
    request->act = (struct act){
        .kind = ACT_UNMUTE, .room = request_room(request), .target = request_user(request, 1)};
    request->act.nonce = request_nonce(request);
    request_post_act(request, member_removed);
}
