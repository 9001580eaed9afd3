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
static void tell_end(const struct https *https, const char *file, int64_t life_s)
{
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
    atomic_store(&https->ends_at, clock_now_ms() + life_s * 1000);
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

void https_metrics(const struct https *https, struct buf *out)
{
    if (!https->context)
        return;
    buf_put_lit(out, "# HELP natternet_tls_certificate_seconds Until the certificate ends.\n"
                     "# TYPE natternet_tls_certificate_seconds gauge\n");
    buf_printf(out, "natternet_tls_certificate_seconds %lld\n",
               (long long)((atomic_load(&https->ends_at) - clock_now_ms()) / 1000));
}

void https_close(struct https *https)
{
    tls_context_unref(TAKE(https->context));
    tls_tickets_free(TAKE(https->tickets));
}
