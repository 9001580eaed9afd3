#include "acme/helper.h"

#include <errno.h>
#include <time.h>

#include "acme/order.h"

enum { CONNECT_MS = 10000, ANSWER_MS = 60000, PROOF_BITS = 255 };

struct helper {
    int fd;
    const struct acme_helper_options *options;
    struct buf space; /* what was received last lies here */
};

/* ---- what an order needs of us ---------------------------------------------------------------- */

static bool prove(void *ctx, enum acme_proof proof, struct str name, struct str token)
{
    struct helper *helper = ctx;
    struct parcel answer;
    const struct parcel asked = {
        .kind = ACME_PROVE, .number = (uint32_t)proof, .texts = {name, token}};
    return parcel_send(helper->fd, &asked) == 0 &&
           parcel_receive(helper->fd, &helper->space, &answer) == 0 && answer.kind == ACME_SHOWN &&
           answer.number == 1;
}

static void wait_ms(void *ctx UNUSED, uint32_t ms)
{
    struct timespec left = {ms / 1000, ms % 1000 * 1000000L};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}

/* ---- orders ----------------------------------------------------------------------------------- */

static bool begin(const struct helper *helper, struct acme_session *session)
{
    static const struct https_times times = {CONNECT_MS, ANSWER_MS};
    char why[HTTPS_WHY_SIZE];
    session->account = helper->options->account;
    return https_client_new(&session->client, helper->options->ca_file, &times, why) == 0 ||
           acme_fail(session, "", why, STR_NONE);
}

static bool run(struct helper *helper, const struct acme_wish *wish, struct arena *arena,
                struct acme_failure *failure, struct str *chain)
{
    const struct acme_helper_options *options = helper->options;
    struct acme_session session = {.arena = arena, .failure = failure};
    bool done = begin(helper, &session) &&
                acme_session_open(&session, str_from_c(options->directory), options->email) &&
                acme_order_run(&session, wish, chain);
    https_client_free(session.client);
    return done;
}

static int tell_failure(const struct helper *helper, const struct acme_failure *failure)
{
    const struct parcel told = {.kind = ACME_FAILURE,
                                .number = failure->retry_after_s,
                                .texts = {str_from_c(failure->type), str_from_c(failure->detail),
                                          str_from_c(failure->name)}};
    return parcel_send(helper->fd, &told);
}

static int serve_order(struct helper *helper, const struct parcel *order)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct acme_failure failure = {0};
    struct str chain;
    bool http_too = order->number & ACME_ORDER_HTTP_TOO;
    const struct acme_wish wish = {
        .names = helper->options->names,
        .count = helper->options->name_count,
        .csr = arena_copy(&arena, order->texts[0]),
        .replaces = arena_copy(&arena, order->texts[1]),
        .proof = (order->number & PROOF_BITS) == ACME_HTTP_01 ? ACME_HTTP_01 : ACME_TLS_ALPN_01,
        .may = {[ACME_TLS_ALPN_01] = true, [ACME_HTTP_01] = http_too},
        .prove = prove,
        .wait = wait_ms,
        .ctx = helper};
    if (!run(helper, &wish, &arena, &failure, &chain))
        return tell_failure(helper, &failure);
    return parcel_send(helper->fd, &(struct parcel){.kind = ACME_CERTIFICATE, .texts = {chain}});
}

/* That there is no wish, or that nobody could be asked, is no failure: the life's end decides. */
static int look(const struct helper *helper, const struct parcel *asked)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct acme_failure failure = {0};
    struct acme_session session = {.arena = &arena, .failure = &failure};
    struct parcel told = {.kind = ACME_WINDOW};
    int64_t from_ms, to_ms;
    if (begin(helper, &session) &&
        acme_session_look(&session, str_from_c(helper->options->directory), asked->texts[0],
                          &from_ms, &to_ms, &told.number)) {
        told.texts[0] = arena_printf(&arena, "%lld", (long long)(from_ms / 1000));
        told.texts[1] = arena_printf(&arena, "%lld", (long long)(to_ms / 1000));
    }
    https_client_free(session.client);
    return parcel_send(helper->fd, &told);
}

int acme_helper_run(int fd, const struct acme_helper_options *options)
{
    struct helper helper = {.fd = fd, .options = options};
    int rc = parcel_send(fd, &(struct parcel){.kind = ACME_HELLO});
    while (rc == 0) {
        struct parcel parcel;
        rc = parcel_receive(fd, &helper.space, &parcel);
        if (rc == 0 && parcel.kind == ACME_ORDER)
            rc = serve_order(&helper, &parcel);
        else if (rc == 0 && parcel.kind == ACME_LOOK)
            rc = look(&helper, &parcel);
        else if (rc == 0 && parcel.kind != ACME_SHOWN) /* for the one before us */
            rc = -EBADMSG;
    }
    buf_deinit(&helper.space);
    return rc == -EPIPE ? 0 : rc;
}
