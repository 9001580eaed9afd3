#include "api/command.h"

#include "api/params.h"
#include "api/worker.h"
#include "api/ws_pause.h"
#include "api/ws_session.h"

enum {
    NEEDS_SIGN_IN = 1,
    COSTS_MESSAGE = 2,
};
enum { REPLY_BYTES = 256 }; /* which most are shorter than */

static const struct command_type {
    struct str name;
    void (*run)(struct command *command);
    unsigned flags;
} types[] = {
    /* what comes most often first */
    {STR_INIT("message.send"), cmd_message_send, NEEDS_SIGN_IN | COSTS_MESSAGE},
    {STR_INIT("room.read"), cmd_room_read, NEEDS_SIGN_IN},
    {STR_INIT("room.delivered"), cmd_room_delivered, NEEDS_SIGN_IN},
    {STR_INIT("room.typing"), cmd_room_typing, NEEDS_SIGN_IN},
    {STR_INIT("ping"), cmd_ping, NEEDS_SIGN_IN},
    /* and the others by what they are about */
    {STR_INIT("message.forward"), cmd_message_forward, NEEDS_SIGN_IN | COSTS_MESSAGE},
    {STR_INIT("message.edit"), cmd_message_edit, NEEDS_SIGN_IN | COSTS_MESSAGE},
    {STR_INIT("message.delete"), cmd_message_delete, NEEDS_SIGN_IN},
    {STR_INIT("message.react"), cmd_message_react, NEEDS_SIGN_IN | COSTS_MESSAGE},
    {STR_INIT("poll.vote"), cmd_poll_vote, NEEDS_SIGN_IN | COSTS_MESSAGE},
    {STR_INIT("poll.close"), cmd_poll_close, NEEDS_SIGN_IN},
    {STR_INIT("message.unreact"), cmd_message_unreact, NEEDS_SIGN_IN},
    {STR_INIT("message.pin"), cmd_message_pin, NEEDS_SIGN_IN},
    {STR_INIT("message.unpin"), cmd_message_unpin, NEEDS_SIGN_IN},
    {STR_INIT("room.update"), cmd_room_update, NEEDS_SIGN_IN},
    {STR_INIT("room.join"), cmd_room_join, NEEDS_SIGN_IN},
    {STR_INIT("request.make"), cmd_request_make, NEEDS_SIGN_IN},
    {STR_INIT("request.accept"), cmd_request_accept, NEEDS_SIGN_IN},
    {STR_INIT("request.close"), cmd_request_close, NEEDS_SIGN_IN},
    {STR_INIT("member.add"), cmd_member_add, NEEDS_SIGN_IN},
    {STR_INIT("member.remove"), cmd_member_remove, NEEDS_SIGN_IN},
    {STR_INIT("member.update"), cmd_member_update, NEEDS_SIGN_IN},
    {STR_INIT("member.mute"), cmd_member_mute, NEEDS_SIGN_IN},
    {STR_INIT("member.unmute"), cmd_member_unmute, NEEDS_SIGN_IN},
    {STR_INIT("member.ban"), cmd_member_ban, NEEDS_SIGN_IN},
    {STR_INIT("member.delete_messages"), cmd_member_delete_messages, NEEDS_SIGN_IN | COSTS_MESSAGE},
    {STR_INIT("member.unban"), cmd_member_unban, NEEDS_SIGN_IN},
    {STR_INIT("link.make"), cmd_link_make, NEEDS_SIGN_IN},
    {STR_INIT("link.list"), cmd_link_list, NEEDS_SIGN_IN},
    {STR_INIT("link.revoke"), cmd_link_revoke, NEEDS_SIGN_IN},
    {STR_INIT("link.join"), cmd_link_join, NEEDS_SIGN_IN},
    {STR_INIT("report.make"), cmd_report_make, NEEDS_SIGN_IN},
    {STR_INIT("report.resolve"), cmd_report_resolve, NEEDS_SIGN_IN},
    {STR_INIT("report.escalate"), cmd_report_escalate, NEEDS_SIGN_IN},
    {STR_INIT("report.delete_message"), cmd_report_delete_message, NEEDS_SIGN_IN},
    {STR_INIT("room.history"), cmd_room_history, NEEDS_SIGN_IN},
    {STR_INIT("feed.put"), cmd_feed_put, NEEDS_SIGN_IN},
    {STR_INIT("feed.delete"), cmd_feed_delete, NEEDS_SIGN_IN},
    {STR_INIT("presence.watch"), cmd_presence_watch, NEEDS_SIGN_IN},
    {STR_INIT("presence.away"), cmd_presence_away, NEEDS_SIGN_IN},
    {STR_INIT("presence.set"), cmd_presence_set, NEEDS_SIGN_IN},
    {STR_INIT("sync"), cmd_sync, NEEDS_SIGN_IN},
    {STR_INIT("auth"), cmd_auth, 0},
};

static const struct command_type *type_of(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (str_eq(types[i].name, name))
            return &types[i];
    return NULL;
}

/* ---- rates: who pays ---------------------------------------------------------------------------- */

static bool is_free(const struct ws_session *session)
{
    return config_trusts(session->api->shared->config, ws_peer(session->ws));
}

/* Whose rates they are: the person's, or of nobody yet the address's. */
static uint64_t who_pays(const struct ws_session *session)
{
    return session->person ? session->person->id.v : rate_key_of(ws_peer(session->ws));
}

/* ---- replies ----------------------------------------------------------------------------------- */

static void command_free(struct command *command)
{
    struct ws_session *session = command->session;
    if (command->holds == COMMAND_ACT)
        act_deinit(&command->act);
    else if (command->holds == COMMAND_QUERY)
        query_deinit(&command->query);
    struct arena arena = command->arena;
    arena_deinit(&arena);
    ws_session_release(session);
}

void command_reply(struct command *command, void (*write)(struct buf *out, struct command *command))
{
    struct ws_session *session = command->session;
    if (session->ws) {
        struct buf text = BUF_INIT;
        buf_reserve(&text, REPLY_BYTES);
        write(&text, command);
        if (!is_free(session))
            rates_charge(&session->api->shared->rates, RATE_SENT, who_pays(session), text.len,
                         loop_now_ms(session->api->loop));
        ws_send(session->ws, buf_str(&text));
        buf_deinit(&text);
    }
    command_free(command);
}

static void write_ok(struct buf *out, struct command *command)
{
    encode_reply_ok(out, command->reply_to);
}

void command_reply_ok(struct command *command)
{
    command_reply(command, write_ok);
}

static void write_problem(struct buf *out, struct command *command)
{
    encode_reply_problem(out, command->reply_to, &command->fields.problem);
}

void command_reply_problem(struct command *command, const struct problem *problem)
{
    command->fields.problem = *problem;
    if (err_status(problem->err) == 503 && problem->retry_after_s == 0)
        command->fields.problem.retry_after_s = 1;
    atomic_fetch_add_explicit(&command->session->api->figures.refused, 1, memory_order_relaxed);
    command_reply(command, write_problem);
}

/* ---- on its way ---------------------------------------------------------------------------------- */

struct command *command_of_act(struct act *act)
{
    return CONTAINER_OF(act, struct command, act);
}

struct command *command_of_query(struct query *query)
{
    return CONTAINER_OF(query, struct command, query);
}

void command_post_act(struct command *command, void (*done)(struct act *act))
{
    if (command->fields.problem.err != ERR_OK) {
        command_reply_problem(command, &command->fields.problem);
        return;
    }
    struct api *api = command->session->api;
    command->holds = COMMAND_ACT;
    command->act.origin = api->inbox;
    command->act.done = done;
    command->act.line = &command->session->line;
    command->act.self = command->session->person->id;
    command->act.arena = &command->arena;
    act_post(api->shared->chat, &command->act);
}

static void write_done(struct buf *out, struct command *command)
{
    encode_reply_done(out, command->reply_to, command->act.event, command->act.duplicate);
}

static void act_done(struct act *act)
{
    struct command *command = command_of_act(act);
    if (act->problem.err != ERR_OK)
        command_reply_problem(command, &act->problem);
    else
        command_reply(command, write_done);
}

void command_post_done(struct command *command)
{
    if (command->act.nonce.len == 0)
        command->act.nonce = params_new_nonce(&command->arena);
    command_post_act(command, act_done);
}

bool command_is_too_fast(struct command *command, enum rate_kind kind, uint64_t count)
{
    struct ws_session *session = command->session;
    if (command->fields.problem.err != ERR_OK || is_free(session))
        return false;
    uint64_t wait = rates_take(&session->api->shared->rates, kind, who_pays(session), count,
                               loop_now_ms(session->api->loop));
    if (wait)
        command_reply_problem(command, &(struct problem){ERR_RATE_LIMITED, .retry_after_s = wait});
    return wait != 0;
}

bool command_joins_too_fast(struct command *command, size_t people)
{
    return command_is_too_fast(command, RATE_JOINS, people);
}

void command_post_query(struct command *command,
                        void (*post)(struct chat *chat, struct query *query),
                        void (*done)(struct query *query))
{
    if (command->fields.problem.err != ERR_OK) {
        command_reply_problem(command, &command->fields.problem);
        return;
    }
    struct api *api = command->session->api;
    command->holds = COMMAND_QUERY;
    command->query.origin = api->inbox;
    command->query.done = done;
    command->query.self = command->session->person->id;
    command->query.arena = &command->arena;
    post(api->shared->chat, &command->query);
}

/* ---- arrival --------------------------------------------------------------------------------------- */

/* What costs nothing of a rate of its own may still have to wait for answers that were large. */
static uint64_t wait_for_rate(const struct ws_session *session, unsigned flags, size_t len)
{
    struct rates *rates = &session->api->shared->rates;
    uint64_t now = loop_now_ms(session->api->loop), who = who_pays(session);
    if (is_free(session))
        return 0;
    enum rate_kind kind = RATE_COMMANDS;
    if (!session->person)
        kind = RATE_REQUESTS;
    else if (flags & COSTS_MESSAGE)
        kind = RATE_MESSAGES;
    uint64_t wait = rates_take(rates, kind, who, 1, now);
    if (wait == 0)
        wait = rates_take(rates, RATE_RECEIVED, rate_key_of(ws_peer(session->ws)), len, now);
    if (wait == 0 && !(flags & COSTS_MESSAGE))
        wait = rates_take(rates, RATE_SENT, who, 0, now);
    return wait;
}

static void run(struct command *command, const struct command_type *type)
{
    bool stranger = !command->session->person;
    struct problem problem = command->fields.problem;
    if (problem.err == ERR_OK && stranger && (!type || type->flags & NEEDS_SIGN_IN))
        problem = problem_of(ERR_AUTH_REQUIRED);
    else if (problem.err == ERR_OK && !type)
        problem = problem_of(ERR_COMMAND_UNKNOWN);
    else if (problem.err == ERR_OK && !api_has_memory(command->session->api))
        problem = problem_of(ERR_SERVER_BUSY);

    if (problem.err != ERR_OK)
        command_reply_problem(command, &problem);
    else
        type->run(command);
}

static struct command *command_new(struct ws_session *session)
{
    struct arena arena = ARENA_INIT;
    struct command *command = ARENA_NEW(&arena, struct command);
    command->arena = arena;
    command->session = session;
    command->reply_to = STR("null");
    return command;
}

void command_receive(struct ws_session *session, struct str text)
{
    struct command *command = command_new(session);
    ws_session_hold(session);
    atomic_fetch_add_explicit(&session->api->figures.commands, 1, memory_order_relaxed);

    struct fields *fields = &command->fields;
    struct str type = STR_NONE;
    if (text.len == 0)
        fields->problem = problem_of(ERR_JSON_MALFORMED);
    else if (fields_parse(fields, &command->arena, arena_copy(&command->arena, text))) {
        command->reply_to = fields_reply_to(fields);
        type = fields_text(fields, "type", REQUIRED, 1, NONCE_MAX);
    }
    const struct command_type *known = type_of(type);
    uint64_t wait = wait_for_rate(session, known ? known->flags : 0, text.len);
    if (wait) {
        ws_pause_refused(session);
        command_reply_problem(command, &(struct problem){ERR_RATE_LIMITED, .retry_after_s = wait});
        return;
    }
    ws_pause_served(session);
    run(command, known);
}
