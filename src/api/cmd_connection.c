#include "api/command.h"
#include "api/ws_session.h"
#include "core/clock.h"

enum { TOKEN_MAX = 4096 };

static void write_time(struct buf *out, struct command *command)
{
    encode_reply_time(out, command->reply_to, clock_now_ms());
}

void cmd_ping(struct command *command)
{
    command_reply(command, write_time);
}

void cmd_auth(struct command *command)
{
    struct ws_session *session = command->session;
    struct str token = fields_text(&command->fields, "token", REQUIRED, 1, TOKEN_MAX);
    if (command->fields.problem.err != ERR_OK) {
        command_reply_problem(command, &command->fields.problem);
        return;
    }
    bool stranger = session->person == NULL;
    enum err err = ws_session_sign_in(session, token);
    ws_session_hold(session);
    if (err == ERR_OK) {
        command_reply_ok(command);
        if (stranger && session->ws)
            ws_session_greet(session);
    } else {
        command_reply_problem(command, &(struct problem){.err = err});
        ws_session_close(session, WS_CLOSE_NOT_SIGNED_IN, STR("the token is not valid"));
    }
    ws_session_release(session);
}
