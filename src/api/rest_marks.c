/* What people put on messages: reactions and pins. */
#include "api/router.h"
#include "api/worker.h"
#include "proto/emoji.h"

/* The emoji of the path; a problem if it is none. */
static struct str path_emoji(struct request *request)
{
    struct str emoji;
    if (params_decode(request->arena, request->path[2], false, &emoji) && emoji_is_reaction(emoji))
        return emoji;
    request->problem =
        problem_field(ERR_FIELD_INVALID, STR("emoji"),
                      STR("The path must end with one emoji, percent-encoded, or :name: of one of "
                          "this server, and nothing else."));
    return STR_NONE;
}

static void begin(struct request *request, enum act_kind kind)
{
    request->act =
        (struct act){.kind = kind, .room = request_room(request), .seq = request_seq(request, 1)};
    request->act.nonce = request_nonce(request);
}

static void put_there(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_done(&body, request->act.event, request->act.duplicate);
    request_answer_json(request, 200, &body);
}

static void taken_away(struct request *request)
{
    request_answer_empty(request);
}

/* ---- reactions ----------------------------------------------------------------------------------- */

static void begin_reaction(struct request *request, enum act_kind kind)
{
    begin(request, kind);
    request->act.emoji = path_emoji(request);
    request->act.payload = fields_emoji_payload(request->arena, request->act.emoji);
}

void rest_add_reaction(struct request *request)
{
    if (request_is_too_fast(request, RATE_MESSAGES, request->self.user.v, 1))
        return;
    begin_reaction(request, ACT_REACT);
    request_post_act(request, put_there);
}

void rest_remove_reaction(struct request *request)
{
    begin_reaction(request, ACT_UNREACT);
    request_post_act(request, taken_away);
}

static void users_listed(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_users(&body, &request->query.users, request->query.next);
    request_answer_json(request, 200, &body);
}

void rest_list_reaction_users(struct request *request)
{
    request->query = (struct query){.room = request_room(request), .seq = request_seq(request, 1)};
    request->query.text = path_emoji(request);
    request_page(request);
    request_post_query(request, query_reaction_users, users_listed);
}

/* ---- pins ------------------------------------------------------------------------------------------ */

void rest_add_pin(struct request *request)
{
    begin(request, ACT_PIN);
    request_post_act(request, put_there);
}

void rest_remove_pin(struct request *request)
{
    begin(request, ACT_UNPIN);
    request_post_act(request, taken_away);
}

static void pins_listed(struct request *request)
{
    struct buf body = BUF_INIT;
    encode_pins(&body, &request->query.events, request->query.reactions);
    request_answer_json(request, 200, &body);
}

void rest_list_pins(struct request *request)
{
    request->query = (struct query){.room = request_room(request)};
    request_post_query(request, query_pins, pins_listed);
}
