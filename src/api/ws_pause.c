#include "api/ws_pause.h"

#include "api/worker.h"

enum { PAUSE_MS = 100 };

struct ws_pause {
    struct list link; /* in api.pauses */
    struct loop_timer timer;
    struct ws_session *session;
};

static void pause_free(struct ws_pause *pause)
{
    pause->session->is_too_fast = false;
    pause->session->refusals = 0;
    list_remove(&pause->link);
    loop_timer_stop(pause->session->api->loop, &pause->timer);
    xfree(pause);
}

static void is_over(struct loop_timer *timer)
{
    struct ws_pause *pause = CONTAINER_OF(timer, struct ws_pause, timer);
    struct ws_session *session = pause->session;
    pause_free(pause);
    ws_session_look(session);
}

void ws_pause_refused(struct ws_session *session)
{
    struct api *api = session->api;
    if (session->is_too_fast || ++session->refusals < api->limits->refusals_in_a_row)
        return;
    LIMIT_HIT(api->limits, refusals_in_a_row);
    struct ws_pause *pause = NEW(struct ws_pause);
    pause->session = session;
    pause->timer.on_due = is_over;
    list_append(&api->pauses, &pause->link);
    loop_timer_start(api->loop, &pause->timer, PAUSE_MS);
    session->is_too_fast = true; /* whoever offered the command looks whether to read on */
}

void ws_pause_served(struct ws_session *session)
{
    session->refusals = 0;
}

void ws_pause_end(struct ws_session *session)
{
    struct list *link = session->api->pauses.next;
    if (!session->is_too_fast)
        return;
    while (CONTAINER_OF(link, struct ws_pause, link)->session != session)
        link = link->next;
    pause_free(CONTAINER_OF(link, struct ws_pause, link));
}
