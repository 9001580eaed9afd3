/* presence.watch, presence.away, presence.set */
#include "api/command.h"
#include "api/worker.h"
#include "api/ws_session.h"
#include "core/clock.h"
#include "proto/presence_read.h"

static void write_presences(struct buf *out, struct command *command)
{
    encode_reply_presences(out, command->reply_to, &command->query.presences, command->query.self);
}

static void presences_read(struct query *query)
{
    struct command *command = command_of_query(query);
    if (query->problem.err != ERR_OK)
        command_reply_problem(command, &query->problem);
    else
        command_reply(command, write_presences);
}

/* Watches before it asks, so that nothing is missed between the two. */
void cmd_presence_watch(struct command *command)
{
    struct ws_session *session = command->session;
    struct api *api = session->api;
    struct fields *fields = &command->fields;
    struct query *query = &command->query;
    *query = (struct query){0};
    query->ids = fields_users(fields, "users", api->limits->presence_watch, &query->id_count);
    if (fields->problem.err == ERR_OK && session->ws)
        fanout_watch(api->fanout, session, query->ids, query->id_count);
    command_post_query(command, query_presences, presences_read);
}

void cmd_presence_away(struct command *command)
{
    struct ws_session *session = command->session;
    bool away = fields_flag(&command->fields, "away", true);
    if (command->fields.problem.err != ERR_OK) {
        command_reply_problem(command, &command->fields.problem);
        return;
    }
    ws_session_move(session, !away);
    command_reply_ok(command);
}

static void write_own(struct buf *out, struct command *command)
{
    encode_reply_own_presence(out, command->reply_to, &command->query.presence);
}

static void was_put(struct query *query)
{
    struct command *command = command_of_query(query);
    if (query->problem.err != ERR_OK)
        command_reply_problem(command, &query->problem);
    else
        command_reply(command, write_own);
}

void cmd_presence_set(struct command *command)
{
    command->query = (struct query){0};
    command->query.presence =
        presence_read(&command->fields, command->session->api->limits, clock_now_ms());
    command_post_query(command, query_presence_put, was_put);
}
