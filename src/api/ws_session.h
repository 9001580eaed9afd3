/* ws_session.h - one WebSocket of somebody: from the upgrade to the close.
 *
 * It begins as a stranger who must sign in within limits.auth_timeout_s (unless the upgrade carried
 * a token), then its person's rooms are read and subscribed, then it is live: it has been told
 * `connection.connected` and gets every event from there on.
 * Owns:   itself; it lives until its socket is closed and its last command was answered.
 * Thread: the worker's. Private to api. */
#pragma once

#include "api/fanout.h"
#include "auth/accounts.h"
#include "chat/act.h"
#include "chat/query.h"
#include "net/websocket.h"

struct api;
struct greeting;

struct ws_session {
    struct websocket *ws; /* NULL once closed */
    struct api *api;
    struct person *person;     /* NULL before sign-in */
    struct greeting *greeting; /* while it is not live */
    struct list link;          /* in the person's sessions */
    session_id session;
    struct watching *watching; /* whom it hears come and go; NULL: nobody */
    struct act_line line;      /* what it sent that has not gone to its rooms yet */
    uint32_t in_flight;        /* commands without an answer */
    uint16_t refusals;         /* since a command came in time, ws_pause.h */
    bool live : 1;
    bool counted : 1;     /* among the sockets of its person */
    bool is_present : 1;  /* counted among those that its person is there by */
    bool is_away : 1;     /* nobody is at it, says the client */
    bool is_too_fast : 1; /* too fast for too long */
    bool paused : 1;      /* not read: too fast, too many are unanswered, or it is being greeted */
};
IS_SIZED(struct ws_session, 88);

/* Answers the upgrade, with an identity or (NULL) as a stranger. */
void ws_session_begin(struct api *api, struct http_exchange *exchange,
                      const struct identity *identity);

/* The `auth` command: ERR_OK and then connection.connected. */
enum err ws_session_sign_in(struct ws_session *session, struct str token);
/* Greets it, behind the reply to `auth`. */
void ws_session_greet(struct ws_session *session);

void ws_session_give(struct ws_session *session, const struct ws_text *text); /* if it is live */
void ws_session_fetch(const struct ws_session *session); /* given to in a moment: into the cache */
void ws_session_end(struct ws_session *session, session_id ended); /* 4003 if it is that one */
void ws_session_close(struct ws_session *session, uint16_t code, struct str reason);

void ws_session_move(struct ws_session *session, bool active); /* somebody is at it, or goes */

/* Whether its commands are to be read now has changed. */
void ws_session_look(struct ws_session *session);
/* A command is under way, and answered. The last answer frees a closed session. */
void ws_session_hold(struct ws_session *session);
void ws_session_release(struct ws_session *session);
