/* What people report, and what is decided of it. */
#include "api/router.h"
#include "api/worker.h"
#include "proto/moderation.h"
#include "proto/report_read.h"

enum { STATE_MAX = 64 };

static uint64_t read_id(const struct request *request)
{
    uint64_t id;
    return base62_parse(request->path[0], &id) ? id : 0;
}

/* ---- reporting ----------------------------------------------------------------------------------- */

static void made(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_own_report(&body, &request->query.reported);
    request_answer_json(request, request->query.duplicate ? 200 : 201, &body);
}

void rest_make_report(struct request *request)
{
    struct query *query = &request->query;
    *query = (struct query){.evidence_of = encode_evidence};
    query->report = report_read(&request->body, request->api->limits, &query->payload);
    if (request->body.problem.err == ERR_OK &&
        request_is_too_fast(request, RATE_REPORTS, request->self.user.v, 1))
        return;
    request_post_query(request, query_report, made);
}

/* ---- the queues ---------------------------------------------------------------------------------- */

static void listed(struct request *request)
{
    const struct query *query = &request->query;
    struct buf body = BUF_INIT;
    encode_reports(&body, &(struct report_page){&query->reports, &query->users, &query->named,
                                                query->open_reports, query->next});
    request_answer_json(request, 200, &body);
}

static bool read_open(struct request *request)
{
    struct str state = params_text(&request->params, "state", STATE_MAX);
    bool all = state.ptr && str_eq(state, STR("all"));
    if (state.ptr && !all && !str_eq(state, STR("open")) && request->problem.err == ERR_OK)
        request->problem =
            problem_field(ERR_FIELD_INVALID, STR("state"), STR("`state` is `open` or `all`."));
    return !all;
}

static void list(struct request *request, room_id queue)
{
    request->query = (struct query){.report_filter = {.queue = queue}};
    request->query.report_filter.open = read_open(request);
    request->query.text = params_text(&request->params, "q", PARAMS_SEARCH_MAX);
    request_page(request);
    request_post_query(request, query_reports, listed);
}

void rest_list_reports(struct request *request)
{
    list(request, (room_id){0});
}

void rest_list_room_reports(struct request *request)
{
    room_id room = request_room(request);
    if (room.v)
        list(request, room);
    else
        request_answer_err(request, ERR_ROOM_NOT_FOUND);
}

static void got(struct request *request)
{
    const struct query *query = &request->query;
    struct buf body = BUF_INIT;
    encode_report_named(&body, &query->reported, &query->users, &query->named);
    request_answer_json(request, 200, &body);
}

void rest_get_report(struct request *request)
{
    request->query = (struct query){.report = {.id = read_id(request)}};
    request_post_query(request, query_report_get, got);
}

/* ---- deciding ------------------------------------------------------------------------------------ */

static void decided(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_report(&body, &request->query.reported);
    request_answer_json(request, 200, &body);
}

void rest_resolve_report(struct request *request)
{
    struct query *query = &request->query;
    *query = (struct query){0};
    query->report = report_read_outcome(&request->body, request->api->limits, read_id(request),
                                        &query->payload);
    request_post_query(request, query_report_resolve, decided);
}

void rest_escalate_report(struct request *request)
{
    struct query *query = &request->query;
    *query = (struct query){0};
    query->report = report_read_escalation(&request->body, request->api->limits, read_id(request),
                                           &query->payload);
    request_post_query(request, query_report_escalate, decided);
}

/* ---- deleting ------------------------------------------------------------------------------------ */

static void deleted(struct request *request)
{
    request_answer_empty(request);
}

void rest_delete_reported(struct request *request)
{
    struct act *act = &request->act;
    *act = (struct act){.kind = ACT_DELETE_REPORTED, .report = read_id(request)};
    act->nonce = request_nonce(request);
    act->payload = moderation_deletion(&request->body, request->api->limits);
    request_post_act(request, deleted);
}
