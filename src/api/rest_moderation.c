/* Who is kept out of a room, what is not wanted in it, and what somebody wrote. */
#include "api/router.h"
#include "api/worker.h"
#include "core/clock.h"
#include "proto/moderation.h"

static struct act *begin(struct request *request, enum act_kind kind)
{
    request->act = (struct act){
        .kind = kind, .room = request_room(request), .target = request_user(request, 1)};
    return &request->act;
}

static void banned(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_done(&body, request->act.event, request->act.duplicate);
    request_answer_json(request, 200, &body);
}

void rest_ban(struct request *request)
{
    struct act *act = begin(request, ACT_BAN);
    act->payload = moderation_ban(&request->body, request->api->limits, &act->seconds);
    act->nonce = request_nonce(request);
    request_post_act(request, banned);
}

static void unbanned(struct request *request)
{
    request_answer_empty(request);
}

void rest_unban(struct request *request)
{
    begin(request, ACT_UNBAN)->nonce = request_nonce(request);
    request_post_act(request, unbanned);
}

static void bans_listed(struct request *request)
{
    const struct query *query = &request->query;
    struct buf body = BUF_INIT;
    encode_bans(&body, &query->bans, &query->users, query->next);
    request_answer_json(request, 200, &body);
}

void rest_list_bans(struct request *request)
{
    request->query = (struct query){.room = request_room(request)};
    request_page(request);
    request_post_query(request, query_bans, bans_listed);
}

static void filters_read(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_filters(&body, request->query.value);
    request_answer_json(request, 200, &body);
}

void rest_get_filters(struct request *request)
{
    request->query = (struct query){.room = request_room(request)};
    request_post_query(request, query_filters, filters_read);
}

static void messages_deleted(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_deleted(&body, request->query.deleted, request->query.next_seq);
    request_answer_json(request, 200, &body);
}

/* `?all=true`, and nothing else: what deletes everything is not guessed. */
static bool read_all(struct request *request)
{
    enum { TEXT_MOST = 64 };
    struct str all = params_text(&request->params, "all", TEXT_MOST);
    if (all.ptr && !str_eq(all, STR("true")) && request->problem.err == ERR_OK)
        request->problem =
            problem_field(ERR_FIELD_INVALID, STR("all"), STR("`all` must be `true`."));
    return all.ptr != NULL;
}

/* In the query, not in a body: who stands between may drop a DELETE's body (RFC 9110, 9.3.5). */
void rest_delete_messages_of(struct request *request)
{
    if (request_is_too_fast(request, RATE_MESSAGES, request->self.user.v, 1))
        return;
    request->query = (struct query){.room = request_room(request),
                                    .from = request_user(request, 1),
                                    .limit = request->api->limits->deletions};
    uint64_t seconds = params_number(&request->params, "seconds", 1, MODERATION_SECONDS_MOST, 0);
    request->query.seq = params_number(&request->params, "before", 1, INT64_MAX, 0);
    request->query.after_time =
        moderation_since(seconds, read_all(request), clock_now_ms(), &request->problem);
    request_post_query(request, query_delete_all, messages_deleted);
}
