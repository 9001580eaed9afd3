/* Who is in a room, as what, and what is set in it. */
#include "api/command.h"
#include "api/worker.h"
#include "api/ws_session.h"
#include "core/clock.h"
#include "proto/moderation.h"
#include "proto/room_change.h"

static void begin(struct command *command, enum act_kind kind)
{
    command->act = (struct act){.kind = kind};
    command->act.room = fields_room(&command->fields, "room");
    command->act.nonce = fields_nonce(&command->fields, OPTIONAL);
}

static void begin_about(struct command *command, enum act_kind kind)
{
    begin(command, kind);
    command->act.target = fields_user(&command->fields, "user_id");
}

void cmd_room_update(struct command *command)
{
    begin(command, ACT_CHANGE_ROOM);
    room_change_read_act(&command->fields, command->session->api->limits, &command->act.change,
                         &command->act.payload);
    command_post_done(command);
}

void cmd_room_join(struct command *command)
{
    begin(command, ACT_JOIN);
    command->act.target = command->session->person->id;
    if (!command_joins_too_fast(command, 1))
        command_post_done(command);
}

void cmd_request_make(struct command *command)
{
    begin(command, ACT_ASK);
    command->act.target = command->session->person->id;
    command->act.text = moderation_request(&command->fields, command->session->api->limits);
    if (!command_joins_too_fast(command, 1))
        command_post_done(command);
}

void cmd_request_accept(struct command *command)
{
    begin_about(command, ACT_ACCEPT);
    command_post_done(command);
}

void cmd_request_close(struct command *command)
{
    begin_about(command, ACT_CLOSE);
    command_post_done(command);
}

void cmd_member_add(struct command *command)
{
    begin_about(command, ACT_ADD_MEMBER);
    if (!command_joins_too_fast(command, 1))
        command_post_done(command);
}

void cmd_member_remove(struct command *command)
{
    begin_about(command, ACT_REMOVE_MEMBER);
    command->act.payload = moderation_reason(&command->fields, command->session->api->limits);
    command_post_done(command);
}

void cmd_member_update(struct command *command)
{
    begin_about(command, ACT_SET_ROLE);
    command->act.role = fields_role(&command->fields, "role");
    command_post_done(command);
}

void cmd_member_mute(struct command *command)
{
    begin_about(command, ACT_MUTE);
    command->act.payload =
        moderation_mute(&command->fields, command->session->api->limits, &command->act.seconds);
    command_post_done(command);
}

void cmd_member_ban(struct command *command)
{
    begin_about(command, ACT_BAN);
    command->act.payload =
        moderation_ban(&command->fields, command->session->api->limits, &command->act.seconds);
    command_post_done(command);
}

void cmd_member_unban(struct command *command)
{
    begin_about(command, ACT_UNBAN);
    command_post_done(command);
}

void cmd_member_unmute(struct command *command)
{
    begin_about(command, ACT_UNMUTE);
    command_post_done(command);
}

static void write_deleted(struct buf *out, struct command *command)
{
    encode_reply_deleted(out, command->reply_to, command->query.deleted, command->query.next_seq);
}

static void messages_deleted(struct query *query)
{
    struct command *command = command_of_query(query);
    if (query->problem.err != ERR_OK)
        command_reply_problem(command, &query->problem);
    else
        command_reply(command, write_deleted);
}

void cmd_member_delete_messages(struct command *command)
{
    command->query = (struct query){.limit = command->session->api->limits->deletions};
    command->query.room = fields_room(&command->fields, "room");
    command->query.from = fields_user(&command->fields, "user_id");
    struct fields *fields = &command->fields;
    uint64_t seconds = fields_number(fields, "seconds", OPTIONAL, 1, MODERATION_SECONDS_MOST, 0);
    bool all = fields_flag(fields, "all", false);
    command->query.seq = fields_number(fields, "before", OPTIONAL, 1, INT64_MAX, 0);
    command->query.after_time = moderation_since(seconds, all, clock_now_ms(), &fields->problem);
    command_post_query(command, query_delete_all, messages_deleted);
}
