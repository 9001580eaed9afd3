/* How NATS is connected to: servers, TLS, times; and what is wrong where that cannot go well. */
#include "bus/nats/nats_connect.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base.h"
#include "core/clock.h"
#include "core/config.h"

enum {
    PING_MS = 2000, /* a connection that is cut is given up after two of them without an answer */
    PINGS_OUT = 2,
    WRITE_MS = 1000,
    RETRY_MS = 250,
    HOST_SIZE = 256,
    ANSWER_MS = 2000, /* in which a server has to answer that is connected to */
    PROBES = 4,
    PROBE_REST_MS = 500,     /* from one to the next */
    PROBE_ANSWERS_MS = 8000, /* all servers, one after the other, when they are only looked at; */
    PROBE_ANSWER_MS = 250,   /* but each has as long as that, until the time of all is over */
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

struct servers {
    char *text; /* of what is below */
    const char *urls[BUS_SERVERS_MOST];
    int count;
};

/* False: there are more. To be freed either way. */
static bool split(struct servers *servers, const char *urls)
{
    size_t size = strlen(urls) + 1;
    *servers = (struct servers){.text = memcpy(xmalloc(size), urls, size)};
    char *rest = servers->text;
    for (char *one; servers->count < BUS_SERVERS_MOST && (one = strsep(&rest, ","));)
        if (*one)
            servers->urls[servers->count++] = one;
    return !rest || !*rest;
}

/* The library takes a list of servers one by one; as one URL it would be one server of a strange name. */
static natsStatus set_servers(natsOptions *options, const char *urls)
{
    struct servers servers;
    natsStatus s = split(&servers, urls)
                       ? natsOptions_SetServers(options, servers.urls, servers.count)
                       : NATS_INVALID_ARG;
    xfree(servers.text);
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

struct probe {
    natsOptions *options;
    const struct nats_clock *clock;
    struct servers servers; /* that are still to be looked at */
    uint64_t until_ms;
    int each_ms;
    bool was_seen; /* all of them, once */
    natsStatus wrong;
};

static int left_ms(const struct probe *probe)
{
    const uint64_t now_ms = probe->clock->now_ms();
    return now_ms < probe->until_ms ? (int)(probe->until_ms - now_ms) : 0;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int answer_ms(int servers)
{
    int each = PROBE_ANSWERS_MS / (servers ? servers : 1);
    return least(each > PROBE_ANSWER_MS ? each : PROBE_ANSWER_MS, ANSWER_MS);
}

/* Not by the library's list of servers: it would wait for each that is silent as often as for one that is wrong. */
static natsStatus look_at(struct probe *probe, const char *server, int most_ms)
{
    natsConnection *connection = NULL;
    natsStatus s = natsOptions_SetServers(probe->options, &server, 1);
    if (s == NATS_OK)
        s = natsOptions_SetTimeout(probe->options, least(probe->each_ms, most_ms));
    if (s == NATS_OK)
        s = natsConnection_Connect(&connection, probe->options);
    if (connection)
        natsConnection_Destroy(connection);
    return s;
}

/* Whether one of them is as it must be. Those that may be wrong are left: which is also what is said of a NATS that stops and
 * cuts us off. */
static bool find_right_one(struct probe *probe)
{
    struct servers *servers = &probe->servers;
    int kept = 0;
    for (int i = 0; i < servers->count; i++) {
        const int left = left_ms(probe);
        natsStatus s = probe->was_seen ? NATS_SSL_ERROR : NATS_TIMEOUT; /* as it was before */
        if (left > 0)
            s = look_at(probe, servers->urls[i], left);
        if (s == NATS_OK)
            return true;
        if (s == NATS_SECURE_CONNECTION_WANTED)
            probe->wrong = s;
        if (s == NATS_SSL_ERROR)
            servers->urls[kept++] = servers->urls[i];
    }
    servers->count = kept;
    probe->was_seen = true;
    return false;
}

static natsStatus probe_all(struct probe *probe)
{
    for (int n = 1;; n++) {
        if (find_right_one(probe))
            return NATS_OK;
        if (probe->servers.count == 0)
            return probe->wrong;
        if (n == PROBES || left_ms(probe) <= PROBE_REST_MS)
            return NATS_SSL_ERROR;
        probe->clock->rest(PROBE_REST_MS);
    }
}

natsStatus nats_connect_probe(natsOptions *options, const char *urls,
                              const struct nats_clock *clock)
{
    struct probe probe = {.options = options,
                          .clock = clock,
                          .until_ms = clock->now_ms() + NATS_PROBE_MOST_MS,
                          .wrong = NATS_OK};
    (void)split(&probe.servers, urls); /* that there are not too many was seen before */
    probe.each_ms = answer_ms(probe.servers.count);
    natsStatus s = probe_all(&probe);
    xfree(probe.servers.text);
    natsStatus restored = set_servers(options, urls);
    if (restored == NATS_OK)
        restored = natsOptions_SetTimeout(options, ANSWER_MS);
    return s == NATS_OK ? restored : s;
}

static void rest(uint64_t ms)
{
    const struct timespec span = {.tv_sec = (time_t)(ms / 1000),
                                  .tv_nsec = (long)(ms % 1000) * 1000000};
    (void)nanosleep(&span, NULL);
}

const struct nats_clock nats_real_clock = {.now_ms = clock_monotonic_ms, .rest = rest};

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
