/* A person's own entries. */
#include "api/router.h"
#include "api/schedule.h"
#include "api/worker.h"
#include "proto/feed_key.h"

/* The key of the path, with its family; a problem if it is none. */
static void read_key(struct request *request)
{
    struct query *query = &request->query;
    *query = (struct query){0};
    if (params_decode(request->arena, request->path[0], false, &query->key) &&
        feed_key_is_valid(query->key))
        query->family = feed_key_family(query->key);
    else
        request->problem = feed_key_problem(request->arena);
}

/* An entry has no entity tag, so none of another's is its, but it may be absent, which both conditions
 * can ask for (RFC 9110, 13.1.1 and 13.1.2). Whether it is, is for the store's writer to find out. */
static void read_conditions(struct request *request)
{
    struct str match = http_header_get(request->http, STR("If-Match"));
    bool if_there = match.ptr, is_tag = if_there && !str_eq(match, STR("*"));
    bool if_absent = str_eq(http_header_get(request->http, STR("If-None-Match")), STR("*"));
    request->unmet = false;
    if (is_tag || (if_there && if_absent))
        request->query.condition = FEED_NEVER;
    else if (if_there)
        request->query.condition = FEED_IF_THERE;
    else if (if_absent)
        request->query.condition = FEED_IF_ABSENT;
}

static void answer_entry(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_feed_entry(&body, &request->query.entry);
    request_answer_json(request, 200, &body);
}

void rest_get_feed(struct request *request)
{
    read_key(request);
    request_post_query(request, query_feed_get, answer_entry);
}

void rest_put_feed(struct request *request)
{
    read_key(request);
    if (request->problem.err == ERR_OK && feed_key_is_put_by_server(request->query.key))
        request->problem = feed_key_problem(request->arena);
    request->query.only_at = fields_feed_rev(&request->body);
    schedule_read_value(&request->body, request->api->limits, &request->query);
    read_conditions(request);
    request_post_query(request, query_feed_put, answer_entry);
}

static void entry_taken_away(struct request *request)
{
    request_answer_empty(request);
}

void rest_delete_feed(struct request *request)
{
    read_key(request);
    request->query.only_at = fields_feed_rev(&request->body);
    request->query.value = STR("null");
    read_conditions(request);
    request_post_query(request, query_feed_put, entry_taken_away);
}

static void entries_listed(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_feed_entries(&body, &request->query.entries, request->query.next);
    request_answer_json(request, 200, &body);
}

void rest_list_feed(struct request *request)
{
    const struct limits *limits = request->api->limits;
    request->query = (struct query){0};
    struct str family = params_text(&request->params, "family", FEED_KEY_MAX);
    request->query.family = arena_printf(request->arena, "%.*s:", STR_ARG(family));
    request->query.limit =
        params_number(&request->params, "limit", 1, limits->page_limit, limits->page_default);
    request->query.cursor = params_text(&request->params, "cursor", FEED_KEY_MAX);
    if (!feed_family_is_known(request->query.family) && request->problem.err == ERR_OK)
        request->problem =
            problem_field(ERR_FIELD_INVALID, STR("family"),
                          arena_printf(request->arena, "`family` is the first word of one of %.*s.",
                                       STR_ARG(feed_key_families)));
    request_post_query(request, query_feed_list, entries_listed);
}
