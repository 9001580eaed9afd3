/* report.make, report.resolve, report.escalate, report.delete_message */
#include "api/command.h"
#include "api/worker.h"
#include "api/ws_session.h"
#include "proto/moderation.h"
#include "proto/report_read.h"

static void write_own(struct buf *out, struct command *command)
{
    encode_reply_own_report(out, command->reply_to, &command->query.reported);
}

static void write_whole(struct buf *out, struct command *command)
{
    encode_reply_report(out, command->reply_to, &command->query.reported);
}

static void reply(struct query *query, void (*write)(struct buf *, struct command *))
{
    struct command *command = command_of_query(query);
    if (query->problem.err != ERR_OK)
        command_reply_problem(command, &query->problem);
    else
        command_reply(command, write);
}

static void made(struct query *query)
{
    reply(query, write_own);
}

static void decided(struct query *query)
{
    reply(query, write_whole);
}

void cmd_report_make(struct command *command)
{
    struct query *query = &command->query;
    *query = (struct query){.evidence_of = encode_evidence};
    query->report = report_read(&command->fields, command->session->api->limits, &query->payload);
    if (!command_is_too_fast(command, RATE_REPORTS, 1))
        command_post_query(command, query_report, made);
}

static uint64_t read_id(struct command *command)
{
    return fields_room(&command->fields, "report").v; /* read as all ids are */
}

void cmd_report_resolve(struct command *command)
{
    struct query *query = &command->query;
    uint64_t id = read_id(command);
    *query = (struct query){0};
    query->report =
        report_read_outcome(&command->fields, command->session->api->limits, id, &query->payload);
    command_post_query(command, query_report_resolve, decided);
}

void cmd_report_escalate(struct command *command)
{
    struct query *query = &command->query;
    uint64_t id = read_id(command);
    *query = (struct query){0};
    query->report = report_read_escalation(&command->fields, command->session->api->limits, id,
                                           &query->payload);
    command_post_query(command, query_report_escalate, decided);
}

void cmd_report_delete_message(struct command *command)
{
    struct act *act = &command->act;
    *act = (struct act){.kind = ACT_DELETE_REPORTED, .report = read_id(command)};
    act->nonce = fields_nonce(&command->fields, OPTIONAL);
    act->payload = moderation_deletion(&command->fields, command->session->api->limits);
    command_post_done(command);
}
