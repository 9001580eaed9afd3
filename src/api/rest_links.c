/* Links that let into a room whoever has their code. */
#include "api/room_links.h"
#include "api/router.h"
#include "api/worker.h"
#include "proto/moderation.h"

static void link_made(struct request *request)
{
    const struct act *act = &request->act;
    struct room_link link = room_links_made(act->event, request->arena);
    struct str code =
        auth_link_code(request->api->shared->auth, act->room, link.seq, request->arena);
    struct buf body = BUF_INIT;
    encode_link(&body, &link, code);
    request_answer_json(request, act->duplicate ? 200 : 201, &body);
}

void rest_make_link(struct request *request)
{
    struct act *act = &request->act;
    *act = (struct act){.kind = ACT_MAKE_LINK, .room = request_room(request)};
    act->payload = moderation_link(&request->body, request->api->limits, &act->seconds, &act->uses);
    act->nonce = request_nonce(request);
    request_post_act(request, link_made);
}

static void link_revoked(struct request *request)
{
    request_answer_empty(request);
}

void rest_revoke_link(struct request *request)
{
    request->act = (struct act){
        .kind = ACT_REVOKE_LINK, .room = request_room(request), .seq = request_seq(request, 1)};
    request->act.nonce = request_nonce(request);
    request_post_act(request, link_revoked);
}

static void links_listed(struct request *request)
{
    const struct room_link_list *links = &request->query.links;
    struct str *codes =
        room_links_codes(request->api->shared->auth, request->query.room, links, request->arena);
    struct buf body = BUF_INIT;
    encode_links(&body, links, codes);
    request_answer_json(request, 200, &body);
}

void rest_list_links(struct request *request)
{
    request->query = (struct query){.room = request_room(request)};
    request_post_query(request, query_links, links_listed);
}
