/* Links that let into a room whoever has their code. */
#include "api/command.h"
#include "api/params.h"
#include "api/room_links.h"
#include "api/worker.h"
#include "api/ws_session.h"
#include "proto/moderation.h"

static const struct auth *auth_of(const struct command *command)
{
    return command->session->api->shared->auth;
}

static void begin(struct command *command, enum act_kind kind)
{
    command->act = (struct act){.kind = kind, .room = fields_room(&command->fields, "room")};
    command->act.nonce = fields_nonce(&command->fields, OPTIONAL);
}

/* ---- link.make ------------------------------------------------------------------------------------ */

static void write_made(struct buf *out, struct command *command)
{
    const struct act *act = &command->act;
    struct room_link link = room_links_made(act->event, &command->arena);
    struct str code = auth_link_code(auth_of(command), act->room, link.seq, &command->arena);
    encode_reply_link(out, command->reply_to, &link, code);
}

static void link_made(struct act *act)
{
    struct command *command = command_of_act(act);
    if (act->problem.err != ERR_OK)
        command_reply_problem(command, &act->problem);
    else
        command_reply(command, write_made);
}

void cmd_link_make(struct command *command)
{
    begin(command, ACT_MAKE_LINK);
    command->act.payload = moderation_link(&command->fields, command->session->api->limits,
                                           &command->act.seconds, &command->act.uses);
    if (command->act.nonce.len == 0)
        command->act.nonce = params_new_nonce(&command->arena);
    command_post_act(command, link_made);
}

/* ---- link.list, link.revoke ----------------------------------------------------------------------- */

static void write_links(struct buf *out, struct command *command)
{
    const struct query *query = &command->query;
    struct str *codes =
        room_links_codes(auth_of(command), query->room, &query->links, &command->arena);
    encode_reply_links(out, command->reply_to, &query->links, codes);
}

static void links_listed(struct query *query)
{
    struct command *command = command_of_query(query);
    if (query->problem.err != ERR_OK)
        command_reply_problem(command, &query->problem);
    else
        command_reply(command, write_links);
}

void cmd_link_list(struct command *command)
{
    command->query = (struct query){.room = fields_room(&command->fields, "room")};
    command_post_query(command, query_links, links_listed);
}

void cmd_link_revoke(struct command *command)
{
    begin(command, ACT_REVOKE_LINK);
    command->act.seq = fields_number(&command->fields, "seq", REQUIRED, 0, INT64_MAX, 0);
    command_post_done(command);
}

/* ---- link.join ------------------------------------------------------------------------------------ */

static void write_joined(struct buf *out, struct command *command)
{
    encode_reply_joined(out, command->reply_to, command->act.event, command->act.duplicate);
}

static void joined(struct act *act)
{
    struct command *command = command_of_act(act);
    if (act->problem.err != ERR_OK)
        command_reply_problem(command, &act->problem);
    else
        command_reply(command, write_joined);
}

void cmd_link_join(struct command *command)
{
    struct act *act = &command->act;
    *act = (struct act){.kind = ACT_JOIN, .target = command->session->person->id};
    act->nonce = fields_nonce(&command->fields, OPTIONAL);
    struct str code = fields_text(&command->fields, "code", REQUIRED, 1, 64);
    if (command->fields.problem.err == ERR_OK &&
        !auth_link_read(auth_of(command), code, &act->room, &act->seq))
        command->fields.problem = problem_of(ERR_LINK_NOT_FOUND);
    act->payload = moderation_by_link(&command->arena, act->seq);
    if (act->nonce.len == 0)
        act->nonce = params_new_nonce(&command->arena);
    if (!command_joins_too_fast(command, 1))
        command_post_act(command, joined);
}
