/* Who asks to be let into a public group, and what is decided of it. */
#include "api/router.h"
#include "api/worker.h"
#include "proto/moderation.h"

static struct act *begin(struct request *request, enum act_kind kind, user_id target)
{
    request->act = (struct act){.kind = kind, .room = request_room(request), .target = target};
    return &request->act;
}

static void done(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_done(&body, request->act.event, request->act.duplicate);
    request_answer_json(request, 200, &body);
}

void rest_ask(struct request *request)
{
    struct act *act = begin(request, ACT_ASK, request->self.user);
    act->text = moderation_request(&request->body, request->api->limits);
    act->nonce = request_nonce(request);
    if (!request_joins_too_fast(request, 1))
        request_post_act(request, done);
}

void rest_accept_request(struct request *request)
{
    begin(request, ACT_ACCEPT, request_user(request, 1))->nonce = request_nonce(request);
    request_post_act(request, done);
}

static void closed(struct request *request)
{
    request_answer_empty(request);
}

void rest_close_request(struct request *request)
{
    begin(request, ACT_CLOSE, request_user(request, 1))->nonce = request_nonce(request);
    request_post_act(request, closed);
}

static void requests_listed(struct request *request)
{
    const struct query *query = &request->query;
    struct buf body = BUF_INIT;
    encode_requests(&body, &query->requests, &query->users, query->next);
    request_answer_json(request, 200, &body);
}

void rest_list_requests(struct request *request)
{
    request->query = (struct query){.room = request_room(request)};
    request_page(request);
    request_post_query(request, query_requests, requests_listed);
}

static void own_requests_listed(struct request *request)
{
    const struct query *query = &request->query;
    struct buf body = BUF_INIT;
    encode_own_requests(&body, &query->requests,
                        (int64_t)request->api->limits->request_again_s * 1000, query->next);
    request_answer_json(request, 200, &body);
}

void rest_list_own_requests(struct request *request)
{
    request->query = (struct query){0};
    request_page(request);
    request_post_query(request, query_own_requests, own_requests_listed);
}
