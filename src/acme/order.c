#include "acme/order.h"

#include "core/base64url.h"
#include "core/clock.h"
#include "json/writer.h"

enum { LOOK_MS = 250, LOOK_MOST_MS = 10000, RETRY_MOST_S = 60, PATIENCE_MS = 600000 };

/* One order under way. */
struct run {
    struct acme_session *session;
    const struct acme_wish *wish;
    struct str url;
    struct acme_order order;
    uint64_t deadline_ms;
    uint32_t look_ms; /* before the next look at what the authority is at */
};

static bool misunderstood(struct acme_session *session, struct str name)
{
    return acme_fail(session, "", "its answer was not understood", name);
}

/* As it asks, or longer each time. */
static bool wait_a_little(struct run *run, uint32_t retry_after_s)
{
    if (clock_monotonic_ms() > run->deadline_ms)
        return acme_fail(run->session, "", "it did not decide within ten minutes", STR_NONE);
    uint32_t asked_s = retry_after_s < RETRY_MOST_S ? retry_after_s : RETRY_MOST_S;
    run->wish->wait(run->wish->ctx, asked_s ? asked_s * 1000 : run->look_ms);
    run->look_ms = run->look_ms * 2 < LOOK_MOST_MS ? run->look_ms * 2 : LOOK_MOST_MS;
    return true;
}

/* ---- the order -------------------------------------------------------------------------------- */

static bool place(struct run *run)
{
    OWN(buf_deinit) struct buf payload = BUF_INIT;
    struct json_writer w = json_writer(&payload);
    struct acme_session *session = run->session;
    struct acme_reply reply;
    json_open(&w, '{');
    json_name(&w, "identifiers"), json_open(&w, '[');
    for (size_t i = 0; i < run->wish->count; i++) {
        json_open(&w, '{');
        json_name(&w, "type"), json_put_text(&w, STR("dns"));
        json_name(&w, "value"), json_put_text(&w, run->wish->names[i]);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    if (run->wish->replaces.len && session->directory.renewal_info.len)
        json_name(&w, "replaces"), json_put_text(&w, run->wish->replaces);
    json_close(&w, '}');
    if (!acme_post(session, session->directory.new_order, buf_str(&payload), &reply))
        return false;
    run->url = reply.location;
    return (run->url.len && acme_read_order(session->arena, reply.body, &run->order)) ||
           misunderstood(session, STR_NONE);
}

/* Looks again until the order is past `status`. */
static bool await_order(struct run *run, enum acme_status past)
{
    struct acme_session *session = run->session;
    run->look_ms = LOOK_MS;
    for (;;) {
        if (run->order.status == ACME_OVER)
            return acme_fail_with(session, &run->order.problem, STR_NONE);
        if (run->order.status > past)
            return true;
        struct acme_reply reply;
        if (!acme_post(session, run->url, STR_NONE, &reply))
            return false;
        if (!acme_read_order(session->arena, reply.body, &run->order))
            return misunderstood(session, STR_NONE);
        if (run->order.status <= past && !wait_a_little(run, reply.retry_after_s))
            return false;
    }
}

static bool finalize(struct run *run)
{
    OWN(buf_deinit) struct buf payload = BUF_INIT;
    struct acme_session *session = run->session;
    struct str csr = run->wish->csr;
    struct acme_reply reply;
    buf_put_lit(&payload, "{\"csr\":\"");
    payload.len +=
        base64url_print(csr.ptr, csr.len, buf_reserve(&payload, BASE64URL_SIZE(csr.len))).len;
    buf_put_lit(&payload, "\"}");
    if (!acme_post(session, run->order.finalize, buf_str(&payload), &reply))
        return false;
    return acme_read_order(session->arena, reply.body, &run->order) ||
           misunderstood(session, STR_NONE);
}

/* ---- the names -------------------------------------------------------------------------------- */

/* ACME_PROOFS: none is offered that may be given here. */
static enum acme_proof choose(const struct acme_wish *wish,
                              const struct acme_authorization *authorization)
{
    if (authorization->by[wish->proof].url.len)
        return wish->proof;
    enum acme_proof proof = 0;
    while (proof < ACME_PROOFS && !(wish->may[proof] && authorization->by[proof].url.len))
        proof++;
    return proof;
}

static bool await_authorization(struct run *run, struct str url, enum acme_proof proof)
{
    struct acme_session *session = run->session;
    struct acme_authorization authorization;
    struct acme_reply reply;
    run->look_ms = LOOK_MS;
    for (;;) {
        if (!acme_post(session, url, STR_NONE, &reply))
            return false;
        if (!acme_read_authorization(session->arena, reply.body, &authorization))
            return misunderstood(session, STR_NONE);
        if (authorization.status == ACME_VALID)
            return true;
        if (authorization.status == ACME_OVER)
            return acme_fail_with(session, &authorization.by[proof].problem, authorization.name);
        if (!wait_a_little(run, reply.retry_after_s))
            return false;
    }
}

/* One name, unless it was proved lately. */
static bool prove(struct run *run, struct str url)
{
    struct acme_session *session = run->session;
    struct acme_authorization authorization;
    struct acme_reply reply;
    if (!acme_post(session, url, STR_NONE, &reply))
        return false;
    if (!acme_read_authorization(session->arena, reply.body, &authorization))
        return misunderstood(session, STR_NONE);
    if (authorization.status == ACME_VALID)
        return true;
    enum acme_proof proof = choose(run->wish, &authorization);
    if (proof == ACME_PROOFS)
        return acme_fail(session, "noProof",
                         "no way to prove the name is offered that is open here",
                         authorization.name);
    const struct acme_challenge *challenge = &authorization.by[proof];
    if (authorization.status == ACME_OVER)
        return acme_fail_with(session, &challenge->problem, authorization.name);
    if (!run->wish->prove(run->wish->ctx, proof, authorization.name, challenge->token))
        return acme_fail(session, "", "the server would not prove this name", authorization.name);
    return acme_post(session, challenge->url, STR("{}"), &reply) &&
           await_authorization(run, url, proof);
}

static bool prove_all(struct run *run)
{
    for (size_t i = 0; i < run->order.authorization_count; i++)
        if (!prove(run, run->order.authorizations[i]))
            return false;
    return true;
}

bool acme_order_run(struct acme_session *session, const struct acme_wish *wish, struct str *chain)
{
    struct run run = {.session = session,
                      .wish = wish,
                      .look_ms = LOOK_MS,
                      .deadline_ms = clock_monotonic_ms() + PATIENCE_MS};
    struct acme_reply reply;
    /* An order that we placed before may be at any of its stages already (7.4). */
    bool done = place(&run) && (run.order.status != ACME_PENDING || prove_all(&run)) &&
                await_order(&run, ACME_PENDING) &&
                (run.order.status != ACME_READY || finalize(&run)) &&
                await_order(&run, ACME_READY) &&
                acme_post(session, run.order.certificate, STR_NONE, &reply);
    if (done)
        *chain = reply.body;
    return done;
}
