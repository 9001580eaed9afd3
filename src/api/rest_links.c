/* Links that let into a room whoever has their code. */
#include "api/router.h"
#include "api/worker.h"
#include "proto/moderation.h"

static struct str code_of(struct request *request, uint64_t seq)
{
    return auth_link_code(request->api->shared->auth, request_room(request), seq, request->arena);
}

/* The answer is the link as its event made it: whoever sends it again gets it again, whatever they sent. */
static void link_made(struct request *request)
{
    const struct act *act = &request->act;
    const struct event *made = act->event;
    uint64_t seconds, uses;
    moderation_link_made(request->arena, made->payload, &seconds, &uses);
    int64_t until = seconds ? made->created_at + (int64_t)seconds * 1000 : LINK_FOR_EVER;
    struct room_link link = {.seq = made->seq,
                             .by = made->sender,
                             .created_at = made->created_at,
                             .expires_at = until,
                             .most = uses};
    struct buf body = BUF_INIT;
    encode_link(&body, &link, code_of(request, link.seq));
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
    struct str *codes = arena_take_array(request->arena, links->count, sizeof(*codes));
    for (size_t i = 0; i < links->count; i++)
        codes[i] = code_of(request, links->items[i].seq);
    struct buf body = BUF_INIT;
    encode_links(&body, links, codes);
    request_answer_json(request, 200, &body);
}

void rest_list_links(struct request *request)
{
    request->query = (struct query){.room = request_room(request)};
    request_post_query(request, query_links, links_listed);
}
