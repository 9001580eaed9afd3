/* Who is there, and what one wants others to see. */
#include "api/router.h"
#include "api/worker.h"
#include "core/clock.h"
#include "proto/presence_read.h"

static void presences_listed(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_presences(&body, &request->query.presences, request->self.user);
    request_answer_json(request, 200, &body);
}

void rest_list_presences(struct request *request)
{
    const struct limits *limits = request->api->limits;
    request->query = (struct query){0};
    request_read_ids(request,
                     params_text(&request->params, "ids", limits->user_ids * (BASE62_LEN + 1)));
    request_post_query(request, query_presences, presences_listed);
}

static void own_read(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_own_presence(&body, &request->query.presences.items[0]);
    request_answer_json(request, 200, &body);
}

void rest_get_presence(struct request *request)
{
    request->query = (struct query){.ids = ARENA_NEW(request->arena, user_id), .id_count = 1};
    request->query.ids[0] = request->self.user;
    request_post_query(request, query_presences, own_read);
}

static void was_put(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_own_presence(&body, &request->query.presence);
    request_answer_json(request, 200, &body);
}

void rest_put_presence(struct request *request)
{
    struct presence wish = presence_read(&request->body, request->api->limits, clock_now_ms());
    if (request->unmet) {
        rest_get_presence(request);
        return;
    }
    request->query = (struct query){.presence = wish};
    request_post_query(request, query_presence_put, was_put);
}
