/* Polls: votes, who gave them, and the end. */
#include "api/router.h"
#include "api/worker.h"
#include "proto/poll.h"

static void begin(struct request *request, enum act_kind kind)
{
    request->act =
        (struct act){.kind = kind, .room = request_room(request), .seq = request_seq(request, 1)};
    request->act.nonce = request_nonce(request);
}

static void it_stands(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_done(&body, request->act.event, request->act.duplicate);
    request_answer_json(request, 200, &body);
}

void rest_vote(struct request *request)
{
    if (request_is_too_fast(request, RATE_MESSAGES, request->self.user.v, 1))
        return;
    begin(request, ACT_VOTE);
    request->act.ballot = fields_ballot(&request->body);
    request_post_act(request, it_stands);
}

static void taken_back(struct request *request)
{
    request_answer_empty(request);
}

void rest_unvote(struct request *request)
{
    begin(request, ACT_VOTE);
    request_post_act(request, taken_back);
}

void rest_close_poll(struct request *request)
{
    begin(request, ACT_CLOSE_POLL);
    request_post_act(request, it_stands);
}

static void voters_listed(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_users(&body, &request->query.users, request->query.next);
    request_answer_json(request, 200, &body);
}

void rest_list_voters(struct request *request)
{
    request->query = (struct query){.room = request_room(request), .seq = request_seq(request, 1)};
    if (!str_to_u64(request->path[2], &request->query.option))
        request->query.option = POLL_OPTIONS_MAX; /* which no poll has */
    request_page(request);
    request_post_query(request, query_voters, voters_listed);
}
