#include "api/ws_rest.h"

#include "api/worker.h"

enum { REST_MS = 100 };

struct rest {
    struct list link; /* in api.resting */
    struct loop_timer timer;
    struct ws_session *session;
};

static void rest_free(struct rest *rest)
{
    rest->session->is_resting = false;
    rest->session->refusals = 0;
    list_remove(&rest->link);
    loop_timer_stop(rest->session->api->loop, &rest->timer);
    xfree(rest);
}

static void is_over(struct loop_timer *timer)
{
    struct rest *rest = CONTAINER_OF(timer, struct rest, timer);
    struct ws_session *session = rest->session;
    rest_free(rest);
    ws_session_look(session);
}

void ws_rest_refused(struct ws_session *session)
{
    struct api *api = session->api;
    if (session->is_resting || ++session->refusals < api->limits->refusals_in_a_row)
        return;
    LIMIT_HIT(api->limits, refusals_in_a_row);
    struct rest *rest = NEW(struct rest);
    rest->session = session;
    rest->timer.on_due = is_over;
    list_append(&api->resting, &rest->link);
    loop_timer_start(api->loop, &rest->timer, REST_MS);
    session->is_resting = true; /* whoever offered the command looks whether to read on */
}

void ws_rest_served(struct ws_session *session)
{
    session->refusals = 0;
}

void ws_rest_end(struct ws_session *session)
{
    struct list *link = session->api->resting.next;
    if (!session->is_resting)
        return;
    while (CONTAINER_OF(link, struct rest, link)->session != session)
        link = link->next;
    rest_free(CONTAINER_OF(link, struct rest, link));
}
