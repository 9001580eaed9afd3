/* command.h - one command of a WebSocket, from its frame to its one reply.
 * Owns:   itself and all that it read, until command_reply_*(); exactly one of them is called.
 * Thread: the worker's. Private to api. */
#pragma once

#include "api/rates.h"
#include "chat/chat.h"
#include "proto/encode.h"
#include "proto/fields.h"

struct ws_session;

struct command {
    struct ws_session *session;
    struct arena arena; /* which it lies in itself */
    struct fields fields;
    struct str reply_to;
    union {
        struct act act;
        struct query query;
    };
    enum { COMMAND_PLAIN, COMMAND_ACT, COMMAND_QUERY } holds;
    /* of sync: names that are no ids at all */
    struct str *unknown;
    size_t unknown_count;
};

/* A text frame came in. */
void command_receive(struct ws_session *session, struct str text);

/* Sends the act or query away; `done` gets it back and replies. Nothing is sent, and the client is
 * told why, where the fields were wrong. */
void command_post_act(struct command *command, void (*done)(struct act *act));
void command_post_query(struct command *command,
                        void (*post)(struct chat *chat, struct query *query),
                        void (*done)(struct query *query));
/* Of an act that appends an event: replies with its seq and time. Gives it a nonce where it has none. */
void command_post_done(struct command *command);
/* Takes tokens for people brought into rooms; true: there were none, and it was replied. Says nothing
 * where the fields are wrong, which is told first. */
bool command_joins_too_fast(struct command *command, size_t people);
/* The same of `count` of another kind. */
bool command_is_too_fast(struct command *command, enum rate_kind kind, uint64_t count);
struct command *command_of_act(struct act *act);
struct command *command_of_query(struct query *query);

/* The reply: `write` appends it to the frame. */
void command_reply(struct command *command,
                   void (*write)(struct buf *out, struct command *command));
void command_reply_ok(struct command *command);
void command_reply_problem(struct command *command, const struct problem *problem);

/* ---- the families ---------------------------------------------------------------------------- */
void cmd_auth(struct command *command);
void cmd_ping(struct command *command);
void cmd_message_send(struct command *command);
void cmd_message_forward(struct command *command);
void cmd_message_edit(struct command *command);
void cmd_message_delete(struct command *command);
void cmd_message_react(struct command *command);
void cmd_poll_vote(struct command *command);
void cmd_poll_close(struct command *command);
void cmd_message_unreact(struct command *command);
void cmd_message_pin(struct command *command);
void cmd_message_unpin(struct command *command);
void cmd_room_update(struct command *command);
void cmd_room_join(struct command *command);
void cmd_request_make(struct command *command);
void cmd_request_accept(struct command *command);
void cmd_request_close(struct command *command);
void cmd_member_add(struct command *command);
void cmd_member_remove(struct command *command);
void cmd_member_update(struct command *command);
void cmd_member_mute(struct command *command);
void cmd_member_delete_messages(struct command *command);
void cmd_member_unmute(struct command *command);
void cmd_member_ban(struct command *command);
void cmd_member_unban(struct command *command);
void cmd_link_make(struct command *command);
void cmd_link_list(struct command *command);
void cmd_link_revoke(struct command *command);
void cmd_link_join(struct command *command);
void cmd_report_make(struct command *command);
void cmd_report_resolve(struct command *command);
void cmd_report_escalate(struct command *command);
void cmd_report_delete_message(struct command *command);
void cmd_room_typing(struct command *command);
void cmd_room_read(struct command *command);
void cmd_room_delivered(struct command *command);
void cmd_room_history(struct command *command);
void cmd_feed_put(struct command *command);
void cmd_feed_delete(struct command *command);
void cmd_presence_watch(struct command *command);
void cmd_presence_away(struct command *command);
void cmd_presence_set(struct command *command);
void cmd_sync(struct command *command);
