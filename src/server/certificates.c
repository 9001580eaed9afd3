#include "server/certificates.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acme/answer.h"
#include "acme/certificate.h"
#include "acme/failure.h"
#include "acme/helper.h"
#include "core/clock.h"
#include "core/private_file.h"
#include "core/random.h"
#include "net/url.h"
#include "server/outpost.h"
#include "server/proofs.h"
#include "server/renewal.h"

enum { FILE_BYTES_MAX = 262144, GROWTH_MOST = 20, PARCELS_A_TURN = 64 };

struct certificates {
    const struct config *config;
    struct acme_account *account;
    struct acme_helper_options helper;
    struct proofs *proofs;
    char folder[PATH_MAX / 2], file[PATH_MAX];
    int fd; /* to the helper; -1: it is gone for good */
    struct buf space;

    /* The order under way. */
    struct acme_request *request; /* NULL: there is none */
    enum acme_proof proof;        /* the one to ask for */
    size_t proved;                /* names, some maybe in both ways */
    bool listening;               /* the helper said HELLO */

    /* The next order is due when both are past. */
    struct renewal renewal;
    uint64_t earliest_ms; /* monotonic: between orders there is a pause */
    atomic_uint failures; /* in a row */

    _Atomic int64_t metrics_due_ms; /* since 1970 */
    _Atomic uint64_t orders, failed, shown, helpers;
    atomic_bool gone;
};

/* ---- making ----------------------------------------------------------------------------------- */

static int fail(const char *event, int rc, const char *why)
{
    LOG(LOG_ERROR, event, KV_C("why", why), KV_INT("errno", -rc));
    return rc;
}

static int make_folder(const char *path)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : -errno;
}

/* DATA/acme/HOST, and the names of the files in it. */
static int make_folders(struct certificates *certificates)
{
    const struct config *config = certificates->config;
    struct url url;
    char why[ACME_WHY_SIZE];
    if (!url_parse_https(str_from_c(config->acme_directory), &url))
        return fail("start.failed", -EINVAL, "--acme-directory is no https URL");
    char *folder = certificates->folder;
    int size = sizeof(certificates->folder), rc = make_folder(config->data);
    int len = snprintf(folder, (size_t)size, "%s/acme", config->data);
    if (rc == 0 && len < size)
        rc = make_folder(folder);
    len = snprintf(folder, (size_t)size, "%s/acme/%.*s", config->data, STR_ARG(url.authority));
    if (rc == 0 && len < size)
        rc = make_folder(folder);
    if (len >= size)
        rc = -ENAMETOOLONG;
    snprintf(certificates->file, sizeof(certificates->file), "%s/certificate.pem", folder);
    snprintf(why, sizeof(why), "cannot make the folder %.300s: %s", folder, strerror(-rc));
    return rc == 0 ? 0 : fail("start.failed", rc, why);
}

static int open_account(struct certificates *certificates)
{
    char path[PATH_MAX], why[ACME_WHY_SIZE];
    snprintf(path, sizeof(path), "%s/account.pem", certificates->folder);
    int rc = acme_account_open(&certificates->account, path, why);
    return rc == 0 ? 0 : fail("acme.account_failed", rc, why);
}

static int run_helper(int fd, void *ctx)
{
    return acme_helper_run(fd, ctx);
}

static int start_helper(struct certificates *certificates)
{
    const struct config *config = certificates->config;
    const char *const reads[] = {config->acme_ca, NULL};
    certificates->helper = (struct acme_helper_options){.account = certificates->account,
                                                        .directory = config->acme_directory,
                                                        .email = config->acme_email,
                                                        .ca_file = config->acme_ca,
                                                        .names = config->acme_domains,
                                                        .name_count = config->acme_domain_count};
    const struct outpost_plan plan = {.name = "natternet-acme",
                                      .run = run_helper,
                                      .ctx = &certificates->helper,
                                      .reads = reads,
                                      .sandbox = config->sandbox != SANDBOX_OFF};
    int rc = outpost_start(&plan, &certificates->fd);
    return rc == 0 ? 0
                   : fail("start.failed", rc,
                          "The process that speaks with the certificate authority could not be "
                          "started; see errno.");
}

int certificates_new(struct certificates **out, const struct config *config)
{
    *out = NULL;
    if (config->acme_domain_count == 0)
        return 0;
    OWN(certificates_free) struct certificates *certificates = NEW(struct certificates);
    certificates->config = config;
    certificates->fd = -1;
    certificates->proofs = proofs_new();
    int rc = make_folders(certificates);
    if (rc == 0)
        rc = open_account(certificates);
    if (rc == 0)
        rc = start_helper(certificates);
    if (rc == 0)
        *out = TAKE(certificates);
    return rc;
}

void certificates_free(struct certificates *certificates)
{
    if (!certificates)
        return;
    if (certificates->fd >= 0)
        close(certificates->fd);
    acme_request_free(certificates->request);
    acme_account_free(certificates->account);
    proofs_free(certificates->proofs);
    buf_deinit(&certificates->space);
    xfree(certificates);
}

const char *certificates_file(const struct certificates *certificates)
{
    return certificates->file;
}

struct tls_challenges *certificates_challenges(const struct certificates *certificates)
{
    return proofs_challenges(certificates->proofs);
}

int certificates_fd(const struct certificates *certificates)
{
    return certificates ? certificates->fd : -1;
}

/* ---- when ------------------------------------------------------------------------------------- */

static void tell_due(struct certificates *certificates)
{
    uint64_t now = clock_monotonic_ms();
    int64_t earliest = clock_now_ms();
    if (certificates->earliest_ms > now)
        earliest += (int64_t)(certificates->earliest_ms - now);
    int64_t due = certificates->renewal.at_ms;
    atomic_store(&certificates->metrics_due_ms, due > earliest ? due : earliest);
}

static void pause_for(struct certificates *certificates, uint64_t seconds)
{
    uint64_t ms = seconds * 1000;
    certificates->earliest_ms = clock_monotonic_ms() + ms + random_id() % (ms / 4 + 1);
    tell_due(certificates);
}

static void plan_renewal(struct certificates *certificates, const struct acme_life *life)
{
    renewal_plan(&certificates->renewal, life);
    tell_due(certificates);
}

/* What is in the file decides, once it is known to be usable. */
static bool read_life(const struct certificates *certificates, struct acme_life *life)
{
    OWN(buf_deinit) struct buf text = BUF_INIT;
    char why[PRIVATE_FILE_WHY_SIZE];
    return private_file_read(certificates->file, FILE_BYTES_MAX, &text, why) == 0 &&
           acme_certificate_read(buf_str(&text), certificates->helper.names,
                                 certificates->helper.name_count, life);
}

void certificates_begin(struct certificates *certificates, bool usable)
{
    struct acme_life life;
    if (usable && read_life(certificates, &life))
        plan_renewal(certificates, &life);
    tell_due(certificates);
    if (!usable)
        LOG(LOG_WARN, "acme.no_certificate_yet",
            KV_C("why", "Until the first certificate has come nobody but the certificate authority "
                        "is answered by TLS."));
}

void certificates_retry(struct certificates *certificates)
{
    if (certificates->failures == 0 || certificates->request) {
        LOG(LOG_INFO, "reload.nothing",
            KV_C("why", "Certificates are renewed by themselves, and "
                        "the last order did not fail."));
        return;
    }
    certificates->earliest_ms = 0;
    certificates->failures = 0;
    tell_due(certificates);
}

/* ---- orders ----------------------------------------------------------------------------------- */

static void end_order(struct certificates *certificates)
{
    acme_request_free(TAKE(certificates->request));
    certificates->proved = 0;
    proofs_clear(certificates->proofs);
}

/* The other proof at once where only the first was tried yet; then in turn, ever later. */
static void plan_retry(struct certificates *certificates, uint32_t asked_s)
{
    const struct limits *limits = &certificates->config->limits;
    unsigned failures = ++certificates->failures;
    bool other = certificates->config->has_redirect;
    if (other)
        certificates->proof = certificates->proof == ACME_HTTP_01 ? ACME_TLS_ALPN_01 : ACME_HTTP_01;
    unsigned growth = failures - 1 < GROWTH_MOST ? failures - 1 : GROWTH_MOST;
    uint64_t wait_s = limits->acme_retry_s << growth;
    if (wait_s > limits->acme_retry_most_s)
        wait_s = limits->acme_retry_most_s;
    if (other && failures == 1)
        wait_s = 0;
    pause_for(certificates, wait_s > asked_s ? wait_s : asked_s);
}

/* Texts of the helper are a stranger's: a few hundred bytes of them are enough. */
static struct str clipped(struct str text)
{
    enum { ENOUGH = 500 };
    return str_of(text.ptr, text.len < ENOUGH ? text.len : ENOUGH);
}

static void failed(struct certificates *certificates, uint32_t asked_s, struct str type,
                   struct str detail, struct str name)
{
    enum { A_WEEK_S = 7 * 86400 };
    end_order(certificates);
    atomic_fetch_add(&certificates->failed, 1);
    plan_retry(certificates, asked_s < A_WEEK_S ? asked_s : A_WEEK_S);
    uint64_t now = clock_monotonic_ms();
    uint64_t wait_ms = certificates->earliest_ms > now ? certificates->earliest_ms - now : 0;
    LOG(LOG_ERROR, "acme.failed", KV_STR("type", clipped(type)), KV_STR("detail", clipped(detail)),
        KV_STR("name", clipped(name)), KV_C("advice", acme_advice(type)),
        KV_INT("retry_s", wait_ms / 1000));
}

static void order(struct certificates *certificates)
{
    const struct acme_helper_options *helper = &certificates->helper;
    certificates->request = acme_request_new(helper->names, helper->name_count);
    /* Not once that failed: maybe the one before counts as replaced already. */
    struct str before =
        certificates->failures ? STR_NONE : str_from_c(certificates->renewal.life.id);
    uint32_t http_too = certificates->config->has_redirect ? ACME_ORDER_HTTP_TOO : 0;
    const struct parcel parcel = {.kind = ACME_ORDER,
                                  .number = (uint32_t)certificates->proof | http_too,
                                  .texts = {acme_request_csr(certificates->request), before}};
    atomic_fetch_add(&certificates->orders, 1);
    LOG(LOG_INFO, "acme.ordering", KV_STR("name", helper->names[0]),
        KV_INT("names", helper->name_count), KV_C("directory", helper->directory),
        KV_STR("proof", acme_proof_name(certificates->proof)));
    if (parcel_send(certificates->fd, &parcel) != 0)
        failed(certificates, 0, STR("helper"), STR("it does not take orders"), STR_NONE);
}

/* ---- what the helper says --------------------------------------------------------------------- */

static bool is_ours(const struct certificates *certificates, struct str name)
{
    for (size_t i = 0; i < certificates->helper.name_count; i++)
        if (str_eq(certificates->helper.names[i], name))
            return true;
    return false;
}

/* Only for names that the operator set, only our account, only while we ordered something. */
static bool show(struct certificates *certificates, const struct parcel *asked)
{
    struct str name = asked->texts[0], token = asked->texts[1];
    if (!certificates->request || !is_ours(certificates, name) || !acme_is_token(token) ||
        certificates->proved >= ACME_PROOFS * certificates->helper.name_count)
        return false;
    bool possible = asked->number == ACME_TLS_ALPN_01 ||
                    (asked->number == ACME_HTTP_01 && certificates->config->has_redirect);
    enum acme_proof proof = (enum acme_proof)asked->number;
    if (!possible || !proofs_show(certificates->proofs, certificates->account, proof, name, token))
        return false;
    certificates->proved++;
    atomic_fetch_add(&certificates->shown, 1);
    LOG(LOG_INFO, "acme.proving", KV_STR("name", name), KV_STR("proof", acme_proof_name(proof)));
    return true;
}

static int save(struct certificates *certificates, struct str chain, char *why)
{
    OWN(buf_deinit) struct buf text = BUF_INIT;
    int rc = acme_request_finish(certificates->request, chain, &text, why);
    return rc == 0 ? private_file_write(certificates->file, buf_str(&text), true, why) : rc;
}

static bool take_certificate(struct certificates *certificates, struct str chain)
{
    struct acme_life life;
    char why[ACME_WHY_SIZE] = "what was just written cannot be read again";
    if (!certificates->request)
        return false;
    if (save(certificates, chain, why) != 0 || !read_life(certificates, &life)) {
        failed(certificates, 0, STR(""), str_from_c(why), STR_NONE);
        return false;
    }
    end_order(certificates);
    certificates->failures = 0;
    pause_for(certificates, certificates->config->limits.acme_retry_s);
    plan_renewal(certificates, &life);
    char until[TIME_TEXT_LEN];
    clock_format(life.to_ms, until);
    LOG(LOG_INFO, "acme.certificate", KV_STR("name", certificates->helper.names[0]),
        KV_C("file", certificates->file), KV_STR("until", str_of(until, sizeof(until))));
    return true;
}

static void hello(struct certificates *certificates)
{
    certificates->listening = true;
    renewal_forget(&certificates->renewal);
    atomic_fetch_add(&certificates->helpers, 1);
    if (certificates->request)
        failed(certificates, 0, STR("helper"), STR("the process that was at it died"), STR_NONE);
}

static void hear_window(struct certificates *certificates, const struct parcel *parcel)
{
    struct renewal *renewal = &certificates->renewal;
    if (!renewal_hear(renewal, parcel->number, parcel->texts[0], parcel->texts[1]))
        return;
    char when[TIME_TEXT_LEN];
    clock_format(renewal->at_ms, when);
    LOG(LOG_INFO, "acme.renewal_moved", KV_STR("when", str_of(when, sizeof(when))),
        KV_C("why", "The certificate authority asks for it."));
    tell_due(certificates);
}

/* True: there is a new file. */
static bool hear(struct certificates *certificates, const struct parcel *parcel)
{
    const struct str *texts = parcel->texts;
    switch (parcel->kind) {
    case ACME_HELLO:
        hello(certificates);
        return false;
    case ACME_PROVE: {
        const struct parcel answer = {.kind = ACME_SHOWN, .number = show(certificates, parcel)};
        int rc = parcel_send(certificates->fd, &answer);
        if (rc != 0)
            LOG(LOG_WARN, "acme.unheard", KV_INT("errno", -rc));
        return false;
    }
    case ACME_CERTIFICATE:
        return take_certificate(certificates, texts[0]);
    case ACME_FAILURE:
        if (certificates->request)
            failed(certificates, parcel->number, texts[0], texts[1], texts[2]);
        return false;
    case ACME_WINDOW:
        hear_window(certificates, parcel);
        return false;
    default:
        return false;
    }
}

static void lose_helper(struct certificates *certificates, int rc)
{
    close(certificates->fd);
    certificates->fd = -1;
    end_order(certificates);
    atomic_store(&certificates->gone, true);
    LOG(LOG_ERROR, "acme.gone", KV_INT("errno", -rc),
        KV_C("why", "The processes that speak with the certificate authority were killed, and the "
                    "sandbox lets no new ones start: restart the server before its certificate "
                    "ends (natternet_tls_certificate_seconds)."));
}

static void do_what_is_due(struct certificates *certificates)
{
    struct renewal *renewal = &certificates->renewal;
    if (renewal_is_due(renewal) && clock_monotonic_ms() >= certificates->earliest_ms)
        order(certificates);
    else if (renewal_look(renewal)) {
        const struct parcel asked = {.kind = ACME_LOOK, .texts = {str_from_c(renewal->life.id)}};
        if (parcel_send(certificates->fd, &asked) != 0)
            renewal_forget(renewal);
    }
}

bool certificates_turn(struct certificates *certificates)
{
    bool fresh = false;
    /* A helper that was taken over may send without end; signals are still to be heard. */
    for (int i = 0; i < PARCELS_A_TURN && certificates && certificates->fd >= 0; i++) {
        struct parcel parcel;
        int rc = parcel_receive(certificates->fd, &certificates->space, &parcel);
        if (rc == -EAGAIN)
            break;
        if (rc == 0)
            fresh |= hear(certificates, &parcel);
        else if (rc != -EBADMSG)
            lose_helper(certificates, rc);
    }
    if (certificates && certificates->fd >= 0 && certificates->listening && !certificates->request)
        do_what_is_due(certificates);
    return fresh;
}

/* ---- what others ask -------------------------------------------------------------------------- */

struct str certificates_answer(struct certificates *certificates, struct str token,
                               struct arena *arena)
{
    return certificates ? proofs_answer(certificates->proofs, certificates->account, token, arena)
                        : STR_NONE;
}

static int64_t due_s(const struct certificates *certificates)
{
    int64_t due_ms = atomic_load(&certificates->metrics_due_ms) - clock_now_ms();
    return due_ms > 0 ? due_ms / 1000 : 0;
}

void certificates_tell(const struct certificates *certificates, struct buf *out)
{
    if (!certificates)
        return;
    unsigned failures = atomic_load(&certificates->failures);
    long long next_s = (long long)due_s(certificates);
    if (atomic_load(&certificates->gone))
        buf_put_lit(
            out,
            "renewal: impossible until the server is started anew, see acme.gone in its log\n");
    else if (failures)
        buf_printf(
            out,
            "renewal: failed %u times in a row, see acme.failed in the log; next try in %lld s\n",
            failures, next_s);
    else
        buf_printf(out, "renewal: in %lld s\n", next_s);
}

static void put_metric(struct buf *out, const char *name, const char *type, const char *help,
                       int64_t value)
{
    buf_printf(out, "# HELP natternet_acme_%s %s\n# TYPE natternet_acme_%s %s\n", name, help, name,
               type);
    buf_printf(out, "natternet_acme_%s %lld\n", name, (long long)value);
}

void certificates_metrics(const struct certificates *certificates, struct buf *out)
{
    if (!certificates)
        return;
    put_metric(out, "orders_total", "counter", "Certificates ordered.",
               (int64_t)atomic_load(&certificates->orders));
    put_metric(out, "failures_total", "counter", "Orders that failed.",
               (int64_t)atomic_load(&certificates->failed));
    put_metric(out, "failures_in_a_row", "gauge", "Orders that failed since one did not.",
               (int64_t)atomic_load(&certificates->failures));
    put_metric(out, "proofs_total", "counter", "Names shown to be ours.",
               (int64_t)atomic_load(&certificates->shown));
    put_metric(out, "helpers_total", "counter", "Processes started to speak with the authority.",
               (int64_t)atomic_load(&certificates->helpers));
    put_metric(out, "up", "gauge", "Whether such a process can still be had.",
               !atomic_load(&certificates->gone));
    put_metric(out, "next_order_seconds", "gauge", "Until the next order is due.",
               due_s(certificates));
}
