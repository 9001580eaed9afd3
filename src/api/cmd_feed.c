/* feed.put, feed.delete */
#include "api/command.h"
#include "api/schedule.h"
#include "api/worker.h"
#include "api/ws_session.h"
#include "proto/feed_key.h"

static void write_rev(struct buf *out, struct command *command)
{
    encode_reply_feed(out, command->reply_to, command->query.entry.rev);
}

static void was_put(struct query *query)
{
    struct command *command = command_of_query(query);
    if (query->problem.err != ERR_OK)
        command_reply_problem(command, &query->problem);
    else
        command_reply(command, write_rev);
}

static void begin(struct command *command)
{
    command->query = (struct query){0};
    command->query.key = fields_feed_key(&command->fields);
    if (command->query.key.ptr)
        command->query.family = feed_key_family(command->query.key);
    command->query.only_at = fields_feed_rev(&command->fields);
}

void cmd_feed_put(struct command *command)
{
    begin(command);
    struct fields *fields = &command->fields;
    if (fields->problem.err == ERR_OK && feed_key_is_put_by_server(command->query.key))
        fields->problem = feed_key_problem(&command->arena);
    schedule_read_value(&command->fields, command->session->api->limits, &command->query);
    command_post_query(command, query_feed_put, was_put);
}

void cmd_feed_delete(struct command *command)
{
    begin(command);
    command->query.value = STR("null");
    command_post_query(command, query_feed_put, was_put);
}
