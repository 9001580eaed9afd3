/* How NATS is connected to: servers, TLS, times; and what is wrong where that cannot go well. */
#include "bus/nats/nats_connect.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base.h"
#include "core/config.h"

enum {
    PING_MS = 2000, /* a connection that is cut is given up after two of them without an answer */
    PINGS_OUT = 2,
    WRITE_MS = 1000,
    RETRY_MS = 250,
    HOST_SIZE = 256,
    PROBES = 4,
    PROBE_MS = 500,          /* from one to the next */
    ANSWER_MS = 2000,        /* in which a server has to answer that is connected to */
    PROBE_ANSWERS_MS = 8000, /* all of them, one after the other, when they are only looked at; */
    PROBE_ANSWER_MS = 250,   /* but each has as long as that */
};

/* The name in the first of the URLs, in `out`. */
static bool first_host(const char *urls, char *out, size_t size)
{
    const char *end = urls + strcspn(urls, ",");
    const char *at = strstr(urls, "://");
    at = at && at < end ? at + 3 : urls;
    for (const char *c = at; c < end; c++)
        if (*c == '@')
            at = c + 1; /* behind name and password */
    bool v6 = *at == '[';
    at += v6;
    size_t len = strcspn(at, v6 ? "]" : ":/,");
    if (len == 0 || len >= size)
        return false;
    memcpy(out, at, len);
    out[len] = '\0';
    return true;
}

/* By itself the library takes any certificate of a root that it trusts, whatever name is in it; and it knows one
 * name for all servers: the first one's, which certificates of a cluster have to hold. Servers that want TLS get it by
 * nats://, too. */
static natsStatus set_tls(natsOptions *options, const struct nats_options *asked)
{
    char host[HOST_SIZE];
    const bool wants_tls = strstr(asked->urls, "tls://") != NULL;
    if (!first_host(asked->urls, host, sizeof(host)))
        return NATS_INVALID_ARG;
    natsStatus s = natsOptions_SetExpectedHostname(options, host);
    if (s == NATS_ILLEGAL_STATE && !wants_tls)
        return NATS_OK; /* a library that was built without TLS speaks none */
    if (s == NATS_OK && wants_tls)
        s = natsOptions_SetSecure(options, true);
    if (s == NATS_OK && asked->ca)
        s = natsOptions_LoadCATrustedCertificates(options, asked->ca);
    return s;
}

/* The library takes a list of servers one by one; as one URL it would be one server of a strange name. */
static natsStatus set_servers(natsOptions *options, const char *urls)
{
    const char *servers[BUS_SERVERS_MOST];
    int count = 0;
    char *copy = memcpy(xmalloc(strlen(urls) + 1), urls, strlen(urls) + 1);
    char *rest = copy;
    for (char *one; count < BUS_SERVERS_MOST && (one = strsep(&rest, ","));)
        if (*one)
            servers[count++] = one;
    natsStatus s =
        rest && *rest ? NATS_INVALID_ARG : natsOptions_SetServers(options, servers, count);
    xfree(copy);
    return s;
}

natsStatus nats_connect_options(natsOptions **out, const struct nats_options *asked)
{
    natsStatus s = natsOptions_Create(out);
    natsOptions *options = *out;
    if (s == NATS_OK)
        s = set_servers(options, asked->urls);
    if (s == NATS_OK)
        s = set_tls(options, asked);
    if (s == NATS_OK)
        s = natsOptions_SetName(options, "NatterNet " NATTERNET_VERSION);
    if (s == NATS_OK)
        s = natsOptions_SetNoEcho(options, true);
    if (s == NATS_OK)
        s = natsOptions_SetMaxReconnect(options, -1);
    if (s == NATS_OK)
        s = natsOptions_SetReconnectWait(options, RETRY_MS);
    if (s == NATS_OK)
        s = natsOptions_SetPingInterval(options, PING_MS);
    if (s == NATS_OK)
        s = natsOptions_SetMaxPingsOut(options, PINGS_OUT);
    if (s == NATS_OK) /* else a peer that reads nothing would hold up the workers */
        s = natsOptions_SetWriteDeadline(options, WRITE_MS);
    if (s == NATS_OK)
        s = natsOptions_UseGlobalMessageDelivery(options, true);
    return s;
}

/* ---- what is wrong ------------------------------------------------------------------------------ */

static natsStatus probe_all(natsOptions *options)
{
    const struct timespec rest = {.tv_nsec = PROBE_MS * 1000000L};
    natsStatus s = NATS_OK;
    for (int n = 0; n < PROBES; n++) {
        natsConnection *probe = NULL;
        s = natsConnection_Connect(&probe, options);
        if (probe)
            natsConnection_Destroy(probe);
        if (s == NATS_SECURE_CONNECTION_WANTED)
            return s;
        if (s != NATS_SSL_ERROR) /* which is also said where a NATS that stops cuts us off */
            return NATS_OK;
        if (n + 1 < PROBES)
            (void)nanosleep(&rest, NULL);
    }
    return s;
}

int nats_connect_probe_ms(const char *urls)
{
    int servers = 1;
    for (const char *c = urls; (c = strchr(c, ',')) != NULL; c++)
        servers++;
    int each = PROBE_ANSWERS_MS / servers;
    each = each > PROBE_ANSWER_MS ? each : PROBE_ANSWER_MS;
    return each < ANSWER_MS ? each : ANSWER_MS;
}

natsStatus nats_connect_probe(natsOptions *options, const char *urls)
{
    natsStatus s = natsOptions_SetTimeout(options, nats_connect_probe_ms(urls));
    if (s == NATS_OK)
        s = probe_all(options);
    return s == NATS_OK ? natsOptions_SetTimeout(options, ANSWER_MS) : s;
}

static const char *advice_on(natsStatus s)
{
    if (s == NATS_SECURE_CONNECTION_WANTED)
        return "they speak no TLS: say nats:// for tls://, or give them a certificate";
    if (s == NATS_ILLEGAL_STATE)
        return "this libnats was built without TLS: say nats:// for tls://, or install another";
    if (s == NATS_SSL_ERROR)
        return "look at their certificates: --bus-ca (with tls://) or the system trusts them, and "
               "each holds the first host's name";
    return "look at the URL, at the name and the password in it";
}

void nats_connect_why(natsStatus s, char *why, size_t size)
{
    snprintf(why, size, "the NATS servers of --bus cannot be used: %s; %s", natsStatus_GetText(s),
             advice_on(s));
}
