#include "api/router.h"
#include "api/worker.h"
#include "proto/content.h"
#include "proto/poll.h"

/* A message has no address of its own: it is the one page that begins with it. */
static void add_location(struct request *request, const struct event *event)
{
    struct str room = request_id_text(request, event->room.v);
    request_location(request,
                     arena_printf(request->arena, "/rooms/%.*s/messages?around=%llu&limit=1",
                                  STR_ARG(room), (unsigned long long)event->seq));
}

static void message_sent(struct request *request)
{
    struct buf body = BUF_INIT;
    bool created = !request->act.duplicate;
    encode_message(&body, request->act.event, NULL);
    if (created)
        add_location(request, request->act.event);
    request_answer_json(request, created ? 201 : 200, &body);
}

void rest_send_message(struct request *request)
{
    if (request_is_too_fast(request, RATE_MESSAGES, request->self.user.v, 1))
        return;
    request->act = (struct act){.kind = ACT_SEND, .room = request_room(request)};
    request->act.nonce = request_nonce(request);
    request->act.payload =
        fields_content(&request->body, request->api->limits, &request->act.mentions);
    request->act.poll = content_poll(request->act.payload, request->arena);
    request->act.seq = fields_number(&request->body, "reply_to", OPTIONAL, 1, INT64_MAX, 0);
    request->act.thread = fields_number(&request->body, "thread", OPTIONAL, 1, INT64_MAX, 0);
    request->act.problem = fields_take_content_problem(&request->body);
    request_post_act(request, message_sent);
}

void rest_forward_message(struct request *request)
{
    if (request_is_too_fast(request, RATE_MESSAGES, request->self.user.v, 1))
        return;
    request->act = (struct act){.kind = ACT_FORWARD, .room = fields_room(&request->body, "to")};
    request->act.nonce = request_nonce(request);
    request->act.forward = (struct forward){.room = request_room(request),
                                            .seq = request_seq(request, 1),
                                            .content_of = content_forwarded};
    request_post_act(request, message_sent);
}

/* ---- one message -------------------------------------------------------------------------------- */

static void message_edited(struct request *request)
{
    struct buf body = BUF_INIT;
    if (!request->act.event->message) { /* it is too old by now, as this was sent before */
        request_answer_err(request, ERR_MESSAGE_NOT_FOUND);
        return;
    }
    encode_message(&body, request->act.event->message, NULL);
    request_answer_json(request, 200, &body);
}

void rest_edit_message(struct request *request)
{
    if (request_is_too_fast(request, RATE_MESSAGES, request->self.user.v, 1))
        return;
    request->act = (struct act){
        .kind = ACT_EDIT, .room = request_room(request), .seq = request_seq(request, 1)};
    request->act.nonce = request_nonce(request);
    request->act.payload =
        fields_content(&request->body, request->api->limits, &request->act.mentions);
    request->act.poll = content_poll(request->act.payload, request->arena);
    request_post_act(request, message_edited);
}

static void message_deleted(struct request *request)
{
    request_answer_empty(request);
}

void rest_delete_message(struct request *request)
{
    request->act = (struct act){
        .kind = ACT_DELETE, .room = request_room(request), .seq = request_seq(request, 1)};
    request->act.nonce = request_nonce(request);
    request_post_act(request, message_deleted);
}

static void message_read(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_message(&body, request->query.events.items[0], request->query.reactions);
    request_answer_json(request, 200, &body);
}

void rest_get_message(struct request *request)
{
    request->query = (struct query){.room = request_room(request), .seq = request_seq(request, 1)};
    request_post_query(request, query_message, message_read);
}

static void versions_listed(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_versions(&body, &request->query.versions, request->query.has_more);
    request_answer_json(request, 200, &body);
}

void rest_list_versions(struct request *request)
{
    const struct limits *limits = request->api->limits;
    request->query = (struct query){.room = request_room(request), .seq = request_seq(request, 1)};
    request->query.after = params_number(&request->params, "after", 0, INT64_MAX, 0);
    request->query.limit =
        params_number(&request->params, "limit", 1, limits->page_limit, limits->page_default);
    request_post_query(request, query_versions, versions_listed);
}

/* ---- pages of them ------------------------------------------------------------------------------ */

static void read_position(struct request *request)
{
    static const struct {
        const char *name;
        enum position position;
    } positions[] = {
        {"before", POSITION_BEFORE}, {"after", POSITION_AFTER}, {"around", POSITION_AROUND}};
    struct query *query = &request->query;
    for (size_t i = 0; i < ARRAY_LEN(positions); i++) {
        if (!params_has(&request->params, positions[i].name))
            continue;
        if (query->position != POSITION_NEWEST) {
            request->problem = params_two_positions(str_from_c(positions[i].name));
            return;
        }
        query->position = positions[i].position;
        query->seq = params_number(&request->params, positions[i].name, 0, INT64_MAX, 0);
    }
}

static void messages_listed(struct request *request)
{
    const struct message_page *page = &request->query.page;
    struct buf body = BUF_INIT;
    encode_messages(&body, &(struct message_view){page->messages, request->query.reactions,
                                                  page->has_older, page->has_newer});
    request_answer_json(request, 200, &body);
}

void rest_list_messages(struct request *request)
{
    const struct limits *limits = request->api->limits;
    request->query = (struct query){.room = request_room(request), .position = POSITION_NEWEST};
    request->query.limit =
        params_number(&request->params, "limit", 1, limits->history_limit, limits->history_default);
    request->query.thread = params_number(&request->params, "thread", 1, INT64_MAX, 0);
    read_position(request);
    request_post_query(request, query_messages, messages_listed);
}

static void events_listed(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_events(&body, &request->query.events, request->query.has_more);
    request_answer_json(request, 200, &body);
}

void rest_list_events(struct request *request)
{
    const struct limits *limits = request->api->limits;
    request->query = (struct query){.room = request_room(request)};
    request->query.seq = params_number(&request->params, "after", 0, INT64_MAX, 0);
    request->query.limit =
        params_number(&request->params, "limit", 1, limits->history_limit, limits->history_default);
    request_post_query(request, query_events, events_listed);
}
