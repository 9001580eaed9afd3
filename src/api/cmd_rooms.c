#include "api/command.h"
#include "api/params.h"
#include "api/worker.h"
#include "api/ws_session.h"
#include "proto/content.h"
#include "proto/poll.h"

/* ---- message.send -------------------------------------------------------------------------------- */

static void write_sent(struct buf *out, struct command *command)
{
    encode_reply_sent(out, command->reply_to, command->act.event, command->act.duplicate);
}

static void message_sent(struct act *act)
{
    struct command *command = command_of_act(act);
    if (act->problem.err != ERR_OK)
        command_reply_problem(command, &act->problem);
    else
        command_reply(command, write_sent);
}

void cmd_message_send(struct command *command)
{
    struct fields *fields = &command->fields;
    command->act = (struct act){.kind = ACT_SEND};
    command->act.room = fields_room(fields, "room");
    command->act.nonce = fields_nonce(fields, OPTIONAL);
    command->act.payload =
        fields_content(fields, command->session->api->limits, &command->act.mentions);
    command->act.poll = content_poll(command->act.payload, &command->arena);
    command->act.seq = fields_number(fields, "reply_to", OPTIONAL, 1, INT64_MAX, 0);
    command->act.thread = fields_number(fields, "thread", OPTIONAL, 1, INT64_MAX, 0);
    command->act.problem = fields_take_content_problem(fields);
    if (command->act.nonce.len == 0)
        command->act.nonce = params_new_nonce(&command->arena);
    command_post_act(command, message_sent);
}

/* ---- message.forward -------------------------------------------------------------------------------- */

void cmd_message_forward(struct command *command)
{
    struct fields *fields = &command->fields;
    command->act = (struct act){.kind = ACT_FORWARD, .room = fields_room(fields, "to")};
    command->act.nonce = fields_nonce(fields, OPTIONAL);
    command->act.forward.room = fields_room(fields, "room");
    command->act.forward.seq = fields_number(fields, "seq", REQUIRED, 0, INT64_MAX, 0);
    command->act.forward.content_of = content_forwarded;
    if (command->act.nonce.len == 0)
        command->act.nonce = params_new_nonce(&command->arena);
    command_post_act(command, message_sent);
}

/* ---- message.edit, message.delete ------------------------------------------------------------------ */

/* Room, message and nonce of an act that is about a message. */
static void begin_change(struct command *command, enum act_kind kind)
{
    struct fields *fields = &command->fields;
    command->act = (struct act){.kind = kind};
    command->act.room = fields_room(fields, "room");
    command->act.seq = fields_number(fields, "seq", REQUIRED, 0, INT64_MAX, 0);
    command->act.nonce = fields_nonce(fields, OPTIONAL);
}

void cmd_message_edit(struct command *command)
{
    begin_change(command, ACT_EDIT);
    command->act.payload =
        fields_content(&command->fields, command->session->api->limits, &command->act.mentions);
    command->act.poll = content_poll(command->act.payload, &command->arena);
    command_post_done(command);
}

void cmd_message_delete(struct command *command)
{
    begin_change(command, ACT_DELETE);
    command_post_done(command);
}

/* ---- message.react, message.pin ---------------------------------------------------------------------- */

static void post_reaction(struct command *command, enum act_kind kind)
{
    begin_change(command, kind);
    command->act.emoji = fields_emoji(&command->fields, "emoji");
    command->act.payload = fields_emoji_payload(&command->arena, command->act.emoji);
    command_post_done(command);
}

void cmd_message_react(struct command *command)
{
    post_reaction(command, ACT_REACT);
}

void cmd_message_unreact(struct command *command)
{
    post_reaction(command, ACT_UNREACT);
}

void cmd_message_pin(struct command *command)
{
    begin_change(command, ACT_PIN);
    command_post_done(command);
}

void cmd_message_unpin(struct command *command)
{
    begin_change(command, ACT_UNPIN);
    command_post_done(command);
}

/* ---- poll.vote, poll.close --------------------------------------------------------------------------- */

void cmd_poll_vote(struct command *command)
{
    begin_change(command, ACT_VOTE);
    command->act.ballot = fields_ballot(&command->fields);
    command_post_done(command);
}

void cmd_poll_close(struct command *command)
{
    begin_change(command, ACT_CLOSE_POLL);
    command_post_done(command);
}

/* ---- room.typing, room.read, room.delivered ------------------------------------------------------------------------ */

static void told(struct act *act)
{
    struct command *command = command_of_act(act);
    if (act->problem.err != ERR_OK)
        command_reply_problem(command, &act->problem);
    else
        command_reply_ok(command);
}

void cmd_room_typing(struct command *command)
{
    command->act = (struct act){.kind = ACT_TYPING};
    command->act.room = fields_room(&command->fields, "room");
    command->act.thread = fields_number(&command->fields, "thread", OPTIONAL, 1, INT64_MAX, 0);
    command_post_act(command, told);
}

static void write_read(struct buf *out, struct command *command)
{
    encode_reply_read(out, command->reply_to, command->act.read_seq, command->act.unread);
}

static void marker_moved(struct act *act)
{
    struct command *command = command_of_act(act);
    if (act->problem.err != ERR_OK)
        command_reply_problem(command, &act->problem);
    else
        command_reply(command, write_read);
}

void cmd_room_read(struct command *command)
{
    command->act = (struct act){.kind = ACT_READ};
    command->act.room = fields_room(&command->fields, "room");
    command->act.seq = fields_number(&command->fields, "seq", REQUIRED, 0, INT64_MAX, 0);
    command_post_act(command, marker_moved);
}

void cmd_room_delivered(struct command *command)
{
    command->act = (struct act){.kind = ACT_DELIVERED};
    command->act.room = fields_room(&command->fields, "room");
    command->act.seq = fields_number(&command->fields, "seq", REQUIRED, 0, INT64_MAX, 0);
    command_post_act(command, told);
}

/* ---- room.history ------------------------------------------------------------------------------------- */

static void write_page(struct buf *out, struct command *command)
{
    const struct message_page *page = &command->query.page;
    encode_reply_messages(out, command->reply_to,
                          &(struct message_view){page->messages, command->query.reactions,
                                                 page->has_older, page->has_newer});
}

static void history_read(struct query *query)
{
    struct command *command = command_of_query(query);
    if (query->problem.err != ERR_OK)
        command_reply_problem(command, &query->problem);
    else
        command_reply(command, write_page);
}

static void read_position(struct fields *fields, struct query *query)
{
    static const struct {
        const char *name;
        enum position position;
    } positions[] = {
        {"before", POSITION_BEFORE}, {"after", POSITION_AFTER}, {"around", POSITION_AROUND}};
    for (size_t i = 0; i < ARRAY_LEN(positions); i++) {
        if (!fields_has(fields, positions[i].name))
            continue;
        if (query->position != POSITION_NEWEST) {
            fields->problem = params_two_positions(str_from_c(positions[i].name));
            return;
        }
        query->position = positions[i].position;
        query->seq = fields_number(fields, positions[i].name, REQUIRED, 0, INT64_MAX, 0);
    }
}

void cmd_room_history(struct command *command)
{
    const struct limits *limits = command->session->api->limits;
    struct fields *fields = &command->fields;
    command->query = (struct query){.position = POSITION_NEWEST};
    command->query.room = fields_room(fields, "room");
    command->query.limit =
        fields_number(fields, "limit", OPTIONAL, 1, limits->history_limit, limits->history_default);
    command->query.thread = fields_number(fields, "thread", OPTIONAL, 1, INT64_MAX, 0);
    read_position(fields, &command->query);
    command_post_query(command, query_messages, history_read);
}

/* ---- sync ------------------------------------------------------------------------------------------------ */

static void write_sync(struct buf *out, struct command *command)
{
    encode_reply_sync(out, command->reply_to, &command->query.answer, command->unknown,
                      command->unknown_count);
}

static void synced(struct query *query)
{
    struct command *command = command_of_query(query);
    if (query->problem.err != ERR_OK)
        command_reply_problem(command, &query->problem);
    else
        command_reply(command, write_sync);
}

/* Fewer than an operator gives may always be asked for, and twenty too where that is fewer. */
static uint64_t newest_most(const struct limits *limits)
{
    return limits->sync_new_room > SYNC_NEWEST ? limits->sync_new_room : SYNC_NEWEST;
}

void cmd_sync(struct command *command)
{
    const struct limits *limits = command->session->api->limits;
    struct fields *fields = &command->fields;
    command->query = (struct query){0};
    struct sync_query *sync = &command->query.sync;
    fields_seen(fields, sync, &command->unknown, &command->unknown_count);
    sync->rev = fields_number(fields, "rev", OPTIONAL, 0, INT64_MAX, 0);
    sync->limit =
        fields_number(fields, "limit", OPTIONAL, 1, limits->sync_limit, limits->sync_default);
    sync->newest =
        fields_number(fields, "newest", OPTIONAL, 1, newest_most(limits), limits->sync_new_room);
    sync->only = fields_flag(fields, "only", false);
    if (fields_has(fields, "after"))
        sync->after = fields_room(fields, "after");
    if (fields_has(fields, "through"))
        sync->through = fields_room(fields, "through");
    sync->cursor = fields_text(fields, "cursor", OPTIONAL, 0, SYNC_CURSOR_MAX);
    if (sync->cursor.len) /* they were on the first page */
        command->unknown_count = sync->reserved = 0;
    command_post_query(command, query_sync, synced);
}
