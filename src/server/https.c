#include "server/https.h"

#include "core/clock.h"
#include "net/tls_tickets.h"

enum { WARN_DAYS = 14, DAY_S = 86400 };

static int load(struct https *https, struct ssl_ctx_st **context)
{
    const struct config *config = https->config;
    char why[TLS_WHY_SIZE];
    int rc = tls_context_new(context, config->tls_cert, config->tls_key, https->tickets, why);
    if (rc != 0) {
        LOG(LOG_ERROR, "tls.certificate_refused", KV_C("why", why));
        return rc;
    }
    int64_t life_s = tls_context_life_s(*context);
    atomic_store(&https->ends_at, clock_now_ms() + life_s * 1000);
    if (life_s < WARN_DAYS * DAY_S)
        LOG(LOG_WARN, "tls.certificate_ends", KV_C("file", config->tls_cert),
            KV_INT("days", life_s / DAY_S));
    return 0;
}

int https_open(struct https *https, const struct config *config)
{
    https->config = config;
    if (!config->tls_cert)
        return 0;
    https->tickets = tls_tickets_new();
    return load(https, &https->context);
}

bool https_reload(struct https *https)
{
    struct ssl_ctx_st *context;
    if (!https->context) {
        LOG(LOG_INFO, "reload.nothing", KV_C("why", "There is no --tls-cert to be read anew."));
        return false;
    }
    if (load(https, &context) != 0) {
        LOG(LOG_WARN, "tls.certificate_kept",
            KV_C("why", "The one that was read before is used on."));
        return false;
    }
    tls_context_unref(https->context);
    https->context = context;
    LOG(LOG_INFO, "tls.certificate_read", KV_C("file", https->config->tls_cert));
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
