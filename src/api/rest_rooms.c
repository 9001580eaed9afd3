#include "api/router.h"
#include "api/worker.h"
#include "proto/moderation.h"
#include "proto/room_change.h"

/* ---- a room as the one who asks sees it ------------------------------------------------------------ */

/* Reads the room behind an act, to answer with it. A retry is answered though its sender has left
 * since; without an event it was the making of the room, its first. */
static void read_room_of_act(struct request *request, void (*done)(struct request *request))
{
    room_id room = request->act.room;
    uint64_t seq = request->act.event ? request->act.event->seq : 1;
    act_deinit(&request->act);
    request->holds = REQUEST_PLAIN;
    request->query = (struct query){.room = room, .seq = seq};
    request_post_query(request, query_room_after, done);
}

static void answer_room(struct request *request, int status)
{
    const struct query *query = &request->query;
    struct buf body = BUF_INIT;
    bool with_members = query->limit > 0;
    if (query->events.count) { /* of somebody who is not in it any more */
        encode_past_room(&body, &query->view.room, query->events.items[0]);
        request_answer_json(request, status, &body);
        return;
    }
    encode_room(&body, &query->view, with_members ? &query->members : NULL,
                with_members ? &query->users : NULL);
    request_answer_json(request, status, &body);
}

static void answer_room_ok(struct request *request)
{
    answer_room(request, 200);
}

static void answer_room_created(struct request *request)
{
    struct str room = request_id_text(request, request->query.room.v);
    request_location(request, arena_printf(request->arena, "/rooms/%.*s", STR_ARG(room)));
    answer_room(request, 201);
}

void rest_get_room(struct request *request)
{
    request->query = (struct query){.room = request_room(request),
                                    .limit = request->api->limits->room_view_members};
    request_post_query(request, query_room, answer_room_ok);
}

/* ---- making and renaming ---------------------------------------------------------------------------- */

static void room_created(struct request *request)
{
    read_room_of_act(request, request->act.duplicate ? answer_room_ok : answer_room_created);
}

static enum room_kind read_kind(struct fields *body)
{
    struct str kind = fields_text(body, "kind", REQUIRED, 1, NONCE_MAX);
    if (str_eq(kind, STR("direct")))
        return ROOM_DIRECT;
    if (body->problem.err == ERR_OK && !str_eq(kind, STR("group")))
        body->problem =
            problem_field(ERR_FIELD_INVALID, STR("kind"), STR("`kind` is `direct` or `group`."));
    return ROOM_GROUP;
}

/* What is set as it begins. Of a direct room only how long what is said there is kept can be. */
static void read_first_settings(struct request *request)
{
    struct fields *body = &request->body;
    struct act *act = &request->act;
    act->change = ROOM_CHANGE_NONE;
    if (act->room_kind == ROOM_GROUP) {
        act->change = room_change_read(body, request->api->limits);
        if (!act->change.name.ptr && body->problem.err == ERR_OK)
            fields_text(body, "name", REQUIRED, 1, 1); /* is missing, and says so */
        act->payload = encode_room_change(request->arena, &act->change);
        return;
    }
    act->change.retention_s = room_retention_read(body, request->api->limits);
    if (act->change.retention_s > 0)
        act->payload = encode_room_change(request->arena, &act->change);
    if (fields_has(body, "name") && body->problem.err == ERR_OK) {
        body->problem = problem_field(ERR_FIELD_INVALID, STR("name"),
                                      STR("A direct room has no name; leave `name` away."));
    }
}

void rest_create_room(struct request *request)
{
    if (request_is_too_fast(request, RATE_ROOMS, request->self.user.v, 1))
        return;
    struct fields *body = &request->body;
    struct act *act = &request->act;
    *act = (struct act){.kind = ACT_CREATE_ROOM};
    act->room_kind = read_kind(body);
    act->nonce = request_nonce(request);
    act->members =
        fields_users(body, "members", request->api->limits->room_first_members, &act->member_count);
    read_first_settings(request);
    if (!request_joins_too_fast(request, act->member_count + 1))
        request_post_act(request, room_created);
}

static void room_changed(struct request *request)
{
    read_room_of_act(request, answer_room_ok);
}

void rest_update_room(struct request *request)
{
    struct act *act = &request->act;
    *act = (struct act){.kind = ACT_CHANGE_ROOM, .room = request_room(request)};
    act->nonce = request_nonce(request);
    room_change_read_act(&request->body, request->api->limits, &act->change, &act->payload);
    request_post_act(request, room_changed);
}

void rest_join_by_link(struct request *request)
{
    struct act *act = &request->act;
    *act = (struct act){
        .kind = ACT_JOIN, .target = request->self.user, .nonce = request_nonce(request)};
    struct str code = fields_text(&request->body, "code", REQUIRED, 1, 64);
    if (request->body.problem.err == ERR_OK &&
        !auth_link_read(request->api->shared->auth, code, &act->room, &act->seq)) {
        request_answer_err(request, ERR_LINK_NOT_FOUND);
        return;
    }
    act->payload = moderation_by_link(request->arena, act->seq);
    if (!request_joins_too_fast(request, 1))
        request_post_act(request, room_changed);
}

/* ---- public groups --------------------------------------------------------------------------------- */

void rest_join_room(struct request *request)
{
    request->act = (struct act){.kind = ACT_JOIN,
                                .room = request_room(request),
                                .target = request->self.user,
                                .nonce = request_nonce(request)};
    if (!request_joins_too_fast(request, 1))
        request_post_act(request, room_changed);
}

static void directory_listed(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_directory(&body, &request->query.directory, request->query.next);
    request_answer_json(request, 200, &body);
}

void rest_list_directory(struct request *request)
{
    enum { CURSOR_MAX = 256 };
    const struct limits *limits = request->api->limits;
    if (request_is_too_fast(request, RATE_SEARCHES, request->self.user.v, 1))
        return;
    request->query =
        (struct query){.text = params_text(&request->params, "search", PARAMS_SEARCH_MAX)};
    request->query.cursor = params_text(&request->params, "cursor", CURSOR_MAX);
    request->query.limit =
        params_number(&request->params, "limit", 1, limits->page_limit, limits->page_default);
    request_post_query(request, query_directory, directory_listed);
}

/* ---- lists ------------------------------------------------------------------------------------------------ */

static void rooms_listed(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_rooms(&body, &request->query.rooms, request->query.next);
    request_answer_json(request, 200, &body);
}

void rest_list_rooms(struct request *request)
{
    request->query = (struct query){0};
    request_page(request);
    request_post_query(request, query_rooms, rooms_listed);
}

/* ---- reading ---------------------------------------------------------------------------------------------- */

static void room_read(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_read(&body, request->act.read_seq, request->act.unread);
    request_answer_json(request, 200, &body);
}

void rest_mark_read(struct request *request)
{
    request->act = (struct act){.kind = ACT_READ, .room = request_room(request)};
    request->act.seq = fields_number(&request->body, "seq", REQUIRED, 0, INT64_MAX, 0);
    request_post_act(request, room_read);
}

static void room_delivered(struct request *request)
{
    request_answer_empty(request);
}

void rest_mark_delivered(struct request *request)
{
    request->act = (struct act){.kind = ACT_DELIVERED, .room = request_room(request)};
    request->act.seq = fields_number(&request->body, "seq", REQUIRED, 0, INT64_MAX, 0);
    request_post_act(request, room_delivered);
}
