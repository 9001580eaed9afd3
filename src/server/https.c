#include "server/https.h"

#include <unistd.h>

#include "core/clock.h"
#include "net/tls_tickets.h"
#include "server/certificates.h"

enum { WARN_DAYS = 14, DAY_S = 86400 };

/* The file that a certificate is read from; NULL: there is none yet. */
static const char *file_of(const struct https *https)
{
    if (!https->certificates)
        return https->config->tls_cert;
    const char *file = certificates_file(https->certificates);
    return access(file, F_OK) == 0 ? file : NULL;
}

static int make_context(const struct https *https, const char *file, struct ssl_ctx_st **context,
                        char *why)
{
    if (!https->certificates)
        return tls_context_new(context, file, https->config->tls_key, https->tickets, why);
    return tls_context_new_proving(context, file, https->tickets,
                                   certificates_challenges(https->certificates), why);
}

/* By whom a certificate is renewed decides whether its end is worth a word. */
static void tell_end(struct https *https, const char *file, int64_t life_s)
{
    https->told_ms = clock_monotonic_ms();
    if (life_s < WARN_DAYS * DAY_S && !https->certificates)
        LOG(LOG_WARN, "tls.certificate_ends", KV_C("file", file), KV_INT("days", life_s / DAY_S));
}

static int load(struct https *https, const char *file, struct ssl_ctx_st **context)
{
    char why[TLS_WHY_SIZE];
    int rc = make_context(https, file, context, why);
    if (rc != 0) {
        LOG(LOG_ERROR, "tls.certificate_refused", KV_C("why", why));
        return rc;
    }
    int64_t life_s = tls_context_life_s(*context);
    atomic_store(&https->ends_at, file ? clock_now_ms() + life_s * 1000 : 0);
    if (file)
        tell_end(https, file, life_s);
    return 0;
}

/* A stored certificate that cannot be used is no reason not to start: another one is ordered. */
static int open_ordered(struct https *https)
{
    const char *file = file_of(https);
    bool usable = file && load(https, file, &https->context) == 0;
    int rc = usable ? 0 : load(https, NULL, &https->context);
    certificates_begin(https->certificates, usable);
    return rc;
}

int https_open(struct https *https, const struct config *config, struct certificates *certificates)
{
    https->config = config;
    https->certificates = certificates;
    if (!config_has_tls(config))
        return 0;
    https->tickets = tls_tickets_new();
    return certificates ? open_ordered(https) : load(https, config->tls_cert, &https->context);
}

bool https_reload(struct https *https)
{
    struct ssl_ctx_st *context;
    if (!https->context) {
        LOG(LOG_INFO, "reload.nothing", KV_C("why", "There is no --tls-cert to be read anew."));
        return false;
    }
    const char *file = file_of(https);
    if (load(https, file, &context) != 0) {
        LOG(LOG_WARN, "tls.certificate_kept",
            KV_C("why", "The one that was read before is used on."));
        return false;
    }
    tls_context_unref(https->context);
    https->context = context;
    LOG(LOG_INFO, "tls.certificate_read", KV_C("file", file));
    return true;
}

static int64_t life_s(const struct https *https)
{
    int64_t ends_at = atomic_load(&https->ends_at);
    return ends_at ? (ends_at - clock_now_ms()) / 1000 : 0;
}

void https_look(struct https *https)
{
    uint64_t since_ms = clock_monotonic_ms() - https->told_ms;
    if (https->context && !https->certificates && since_ms >= (uint64_t)DAY_S * 1000)
        tell_end(https, https->config->tls_cert, life_s(https));
}

bool https_tell(const struct https *https, struct buf *out)
{
    if (!https->context)
        return true;
    bool there = atomic_load(&https->ends_at) != 0;
    int64_t left_s = life_s(https);
    if (!there)
        buf_put_lit(out, "certificate: none yet, so https refuses everybody\n");
    else if (left_s <= 0)
        buf_put_lit(out, "certificate: it has ended, browsers refuse it\n");
    else
        buf_printf(out, "certificate: good for %lld s (%lld days)\n", (long long)left_s,
                   (long long)(left_s / DAY_S));
    return there;
}

void https_metrics(const struct https *https, struct buf *out)
{
    if (!https->context)
        return;
    buf_put_lit(out, "# HELP natternet_tls_certificate_seconds Until the certificate ends.\n"
                     "# TYPE natternet_tls_certificate_seconds gauge\n");
    buf_printf(out, "natternet_tls_certificate_seconds %lld\n", (long long)life_s(https));
}

void https_close(struct https *https)
{
    tls_context_unref(TAKE(https->context));
    tls_tickets_free(TAKE(https->tickets));
}
