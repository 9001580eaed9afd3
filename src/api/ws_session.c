#include "api/ws_session.h"

#include "api/command.h"
#include "api/worker.h"
#include "api/ws_pause.h"
#include "chat/chat.h"
#include "core/clock.h"
#include "proto/encode.h"

/* What a session needs only until it is live. Small: strangers who never sign in hold one each. */
struct greeting {
    struct api *api;
    struct ws_session *session; /* NULL: closed meanwhile */
    struct loop_timer timer;
    struct identity identity;
    struct arena arena;
    struct reading *reading; /* in the arena; under way, and frees this when it is back */
};

/* What the person is told of first. */
struct reading {
    struct greeting *greeting;
    struct query query;
};

static struct greeting *greeting_new(struct ws_session *session)
{
    struct greeting *greeting = NEW(struct greeting);
    greeting->api = session->api;
    greeting->session = session;
    return greeting;
}

static void greeting_free(struct greeting *greeting)
{
    if (greeting->reading)
        query_deinit(&greeting->reading->query);
    arena_deinit(&greeting->arena);
    xfree(greeting);
}

/* Commands are not read while the person's rooms are being read (a sync that came before the
 * subscriptions would miss what is published between the two), while too many are unanswered, and while
 * it rests from having asked too fast. */
void ws_session_look(struct ws_session *session)
{
    bool greeting = session->greeting && session->greeting->reading;
    bool full = session->in_flight >= session->api->limits->commands_in_flight;
    bool pause = greeting || full || session->is_too_fast;
    if (!session->ws || pause == session->paused)
        return;
    if (full)
        LIMIT_HIT(session->api->limits, commands_in_flight);
    session->paused = pause;
    if (pause)
        ws_pause(session->ws);
    else
        ws_resume(session->ws);
}

/* ---- from stranger to live ---------------------------------------------------------------------- */

static void say_connected(struct ws_session *session, const struct query *query)
{
    struct buf text = BUF_INIT;
    encode_connected(&text, &query->users.items[0], session->session, clock_now_ms(),
                     buf_str(&session->api->limits_told));
    ws_send(session->ws, buf_str(&text));
    buf_deinit(&text);
}

static void go_live(struct ws_session *session, const struct query *query)
{
    if (query->problem.err != ERR_OK || query->users.count == 0) {
        bool busy = query->problem.err == ERR_SERVER_BUSY;
        ws_session_close(session, WS_CLOSE_TRY_LATER,
                         busy ? STR("too much to do") : STR("the store does not answer"));
        return;
    }
    fanout_hide_receipts(session->person, query->hides_receipts);
    fanout_subscribe_all(session->api->fanout, session->person, query->room_ids,
                         query->room_id_count);
    query_follow(session->api->shared->chat, query);
    say_connected(session, query);
    session->live = true;
    session->is_present = true;
    presence_connect(session->api->shared->chat, session->person->id);
}

static void subscriptions_read(struct query *query)
{
    struct greeting *greeting = CONTAINER_OF(query, struct reading, query)->greeting;
    struct ws_session *session = greeting->session;
    greeting->api->under_way--;
    if (session) {
        session->greeting = NULL;
        go_live(session, query);
        ws_session_look(session);
    }
    greeting_free(greeting);
}

void ws_session_greet(struct ws_session *session)
{
    struct greeting *greeting = session->greeting;
    struct reading *reading = greeting->reading = ARENA_NEW(&greeting->arena, struct reading);
    reading->greeting = greeting;
    reading->query = (struct query){.origin = session->api->inbox,
                                    .done = subscriptions_read,
                                    .arena = &greeting->arena,
                                    .self = greeting->identity.user};
    session->api->under_way++;
    ws_session_look(session);
    query_subscriptions(session->api->shared->chat, &reading->query);
}

static void enter(struct ws_session *session, const struct identity *identity)
{
    struct api *api = session->api;
    session->greeting->identity = *identity;
    session->session = identity->session;
    session->person = fanout_enter(api->fanout, identity->user, &session->link);
    if (ws_is_deflating(session->ws))
        bus_deflating_add(api->shared->bus);
    loop_timer_stop(api->loop, &session->greeting->timer);
    atomic_fetch_add_explicit(&api->figures.signed_in, 1, memory_order_relaxed);
    atomic_uint *sockets = api_sockets_of(api, identity->user);
    session->counted = atomic_fetch_add(sockets, 1) < api->limits->sockets_per_user;
    if (!session->counted) {
        LIMIT_HIT(api->limits, sockets_per_user);
        atomic_fetch_sub(sockets, 1);
        ws_session_close(session, WS_CLOSE_TRY_LATER, STR("too many connections of one person"));
    }
}

enum err ws_session_sign_in(struct ws_session *session, struct str token)
{
    struct identity identity;
    enum err err = auth_check_token(session->api->shared->auth, token, &identity);
    if (err != ERR_OK)
        return err;
    if (!session->person)
        enter(session, &identity);
    return user_id_eq(session->person->id, identity.user) ? ERR_OK : ERR_AUTH_INVALID_TOKEN;
}

static void nobody_signed_in(struct loop_timer *timer)
{
    struct greeting *greeting = CONTAINER_OF(timer, struct greeting, timer);
    LIMIT_HIT(greeting->api->limits, auth_timeout_s);
    ws_session_close(greeting->session, WS_CLOSE_NOT_SIGNED_IN, STR("no sign-in in time"));
}

/* ---- the socket ------------------------------------------------------------------------------------ */

static void on_text(struct websocket *ws, struct str text)
{
    struct ws_session *session = ws_user(ws);
    command_receive(session, text);
    ws_session_look(session);
}

static void drop_greeting(struct ws_session *session)
{
    struct greeting *greeting = session->greeting;
    if (!greeting)
        return;
    loop_timer_stop(session->api->loop, &greeting->timer);
    session->greeting = NULL;
    greeting->session = NULL;
    if (!greeting->reading)
        greeting_free(greeting);
}

static void session_free(struct ws_session *session)
{
    xfree(session);
}

/* Others no longer see its person by it, and it sees nobody. */
static void leave(struct ws_session *session)
{
    fanout_watch(session->api->fanout, session, NULL, 0);
    if (session->is_present)
        presence_disconnect(session->api->shared->chat, session->person->id, !session->is_away);
    session->is_present = false;
}

static void on_close(struct websocket *ws, uint16_t code)
{
    struct ws_session *session = ws_user(ws);
    (void)code;
    session->ws = NULL;
    session->live = false;
    ws_pause_end(session);
    drop_greeting(session);
    if (session->person) {
        leave(session);
        if (ws_is_deflating(ws))
            bus_deflating_remove(session->api->shared->bus);
        if (session->counted)
            atomic_fetch_sub(api_sockets_of(session->api, session->person->id), 1);
        fanout_leave(session->api->fanout, session->person, &session->link);
        atomic_fetch_sub_explicit(&session->api->figures.signed_in, 1, memory_order_relaxed);
        session->person = NULL;
    }
    if (session->in_flight == 0)
        session_free(session);
}

static const struct ws_handler handler = {.on_text = on_text, .on_close = on_close};

/* The subprotocol if the client offered it (RFC 6455, 4.2.2); none otherwise. */
static struct str choose_protocol(const struct http_request *request)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (!str_eq_nocase(request->headers[i].name, STR("Sec-WebSocket-Protocol")))
            continue;
        struct str rest = request->headers[i].value;
        while (rest.ptr)
            if (str_eq(str_trim(str_cut(&rest, ',')), STR("natternet.v1")))
                return STR("natternet.v1");
    }
    return STR_NONE;
}

void ws_session_begin(struct api *api, struct http_exchange *exchange,
                      const struct identity *identity)
{
    struct ws_session *session = NEW(struct ws_session);
    session->api = api;
    list_init(&session->link);
    act_line_init(&session->line);
    struct str protocol = choose_protocol(http_request_of(exchange));
    session->ws = ws_accept(exchange, protocol, &handler, session);
    if (!session->ws) {
        session_free(session);
        return;
    }
    session->greeting = greeting_new(session);
    session->greeting->timer.on_due = nobody_signed_in;
    if (identity) {
        ws_hold(session->ws);
        enter(session, identity);
        ws_session_greet(session);
    } else {
        loop_timer_start(api->loop, &session->greeting->timer, api->limits->auth_timeout_s * 1000);
    }
}

void ws_session_give(struct ws_session *session, const struct ws_text *text)
{
    if (session->live)
        ws_send_shared(session->ws, text);
}

void ws_session_fetch(const struct ws_session *session)
{
    if (session->ws)
        ws_fetch(session->ws);
}

void ws_session_end(struct ws_session *session, session_id ended)
{
    if (session->session.v == ended.v)
        ws_session_close(session, WS_CLOSE_SESSION_ENDED, STR("the session has ended"));
}

void ws_session_close(struct ws_session *session, uint16_t code, struct str reason)
{
    session->live = false;
    if (session->ws)
        ws_close(session->ws, code, reason);
}

void ws_session_move(struct ws_session *session, bool active)
{
    if (!session->is_present || session->is_away == !active)
        return;
    session->is_away = !active;
    presence_move(session->api->shared->chat, session->person->id, active);
}

void ws_session_hold(struct ws_session *session)
{
    session->in_flight++;
    session->api->under_way++;
}

void ws_session_release(struct ws_session *session)
{
    session->api->under_way--;
    if (--session->in_flight == 0 && !session->ws) {
        session_free(session);
        return;
    }
    ws_session_look(session);
}
