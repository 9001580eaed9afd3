/* One subject for each slot of rooms (bus/interest.h), subscribed while somebody here is in a room of it,
 * and one for all servers. One thread of the library's gives out what arrives, in order; another flushes
 * what is published. What is published while there is no connection is dropped: the others read the log
 * anyway, and signals that are late are worse than none. */
#include "bus/nats/nats_bus.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "bus/interest.h"
#include "bus/nats/nats_library.h"
#include "core/base62.h"
#include "core/buf.h"

enum {
    SUBJECT_SIZE = 64,
    PING_MS = 2000, /* a connection that is cut is given up after two of them without an answer */
    PINGS_OUT = 2,
    WRITE_MS = 1000,
    RETRY_MS = 250,
    CLOSE_MS = 2000,
};

struct nats_figures {
    _Atomic uint64_t sent, received, dropped, bytes, reconnects, missed, subscriptions;
};

struct nats_bus {
    struct bus_remote remote;
    struct bus *bus;
    natsOptions *options;
    natsConnection *connection;
    natsSubscription *all;
    char prefix[SUBJECT_SIZE / 2];
    atomic_bool connected;
    struct nats_figures figures;
    pthread_mutex_t lock; /* of the subscriptions: a worker's first and another's last may meet */
    natsSubscription *slots[INTEREST_SLOTS];
};

static struct nats_bus *of(struct bus_remote *remote)
{
    return CONTAINER_OF(remote, struct nats_bus, remote);
}

static void count(_Atomic uint64_t *figure, uint64_t more)
{
    atomic_fetch_add_explicit(figure, more, memory_order_relaxed);
}

static void subject_of(const struct nats_bus *nats, int slot, char out[SUBJECT_SIZE])
{
    if (slot < 0)
        snprintf(out, SUBJECT_SIZE, "%s.all", nats->prefix);
    else
        snprintf(out, SUBJECT_SIZE, "%s.rooms.%d", nats->prefix, slot);
}

/* ---- what the library tells, on threads of its own ---------------------------------------------- */

static void on_message(natsConnection *connection UNUSED, natsSubscription *subscription UNUSED,
                       natsMsg *message, void *ctx)
{
    struct nats_bus *nats = ctx;
    count(&nats->figures.received, 1);
    bus_arrive(nats->bus, str_of(natsMsg_GetData(message), (size_t)natsMsg_GetDataLength(message)));
    natsMsg_Destroy(message);
}

static void on_connected(natsConnection *connection UNUSED, void *ctx)
{
    struct nats_bus *nats = ctx;
    count(&nats->figures.reconnects, 1);
    atomic_store(&nats->connected, true);
    bus_missed(nats->bus);
}

static void on_disconnected(natsConnection *connection UNUSED, void *ctx)
{
    atomic_store(&((struct nats_bus *)ctx)->connected, false);
}

/* Most of all that we were too slow, and the library threw messages away. */
static void on_error(natsConnection *connection UNUSED, natsSubscription *subscription UNUSED,
                     natsStatus status, void *ctx)
{
    struct nats_bus *nats = ctx;
    count(&nats->figures.missed, 1);
    if (status == NATS_SLOW_CONSUMER)
        bus_missed(nats->bus);
}

/* ---- the remote --------------------------------------------------------------------------------- */

static void send_bytes(struct bus_remote *remote, int slot, struct str bytes)
{
    struct nats_bus *nats = of(remote);
    char subject[SUBJECT_SIZE];
    subject_of(nats, slot, subject);
    bool sent =
        atomic_load_explicit(&nats->connected, memory_order_relaxed) &&
        natsConnection_Publish(nats->connection, subject, bytes.ptr, (int)bytes.len) == NATS_OK;
    count(sent ? &nats->figures.sent : &nats->figures.dropped, 1);
    count(&nats->figures.bytes, sent ? bytes.len : 0);
}

static void look(struct bus_remote *remote, unsigned slot)
{
    struct nats_bus *nats = of(remote);
    char subject[SUBJECT_SIZE];
    subject_of(nats, (int)slot, subject);
    pthread_mutex_lock(&nats->lock);
    bool wanted = bus_wants(nats->bus, slot), there = nats->slots[slot] != NULL;
    if (wanted && !there &&
        natsConnection_Subscribe(&nats->slots[slot], nats->connection, subject, on_message, nats) ==
            NATS_OK)
        count(&nats->figures.subscriptions, 1);
    if (!wanted && there) {
        natsSubscription_Destroy(TAKE(nats->slots[slot]));
        atomic_fetch_sub_explicit(&nats->figures.subscriptions, 1, memory_order_relaxed);
    }
    pthread_mutex_unlock(&nats->lock);
}

static bool is_ready(struct bus_remote *remote)
{
    return atomic_load_explicit(&of(remote)->connected, memory_order_relaxed);
}

static void figure(struct buf *out, const char *name, const char *kind, const char *help,
                   uint64_t value)
{
    buf_printf(out,
               "# HELP natternet_bus_%s %s\n# TYPE natternet_bus_%s %s\nnatternet_bus_%s %llu\n",
               name, help, name, kind, name, (unsigned long long)value);
}

static uint64_t look_at(const _Atomic uint64_t *value)
{
    return atomic_load_explicit(value, memory_order_relaxed);
}

static void metrics(struct bus_remote *remote, struct buf *out)
{
    const struct nats_figures *figures = &of(remote)->figures;
    figure(out, "ready", "gauge", "1 while other servers can be told.", is_ready(remote));
    figure(out, "sent_total", "counter", "Messages to other servers.", look_at(&figures->sent));
    figure(out, "sent_bytes_total", "counter", "Bytes of them.", look_at(&figures->bytes));
    figure(out, "received_total", "counter", "Messages of other servers.",
           look_at(&figures->received));
    figure(out, "dropped_total", "counter", "Messages not sent, as there was no connection.",
           look_at(&figures->dropped));
    figure(out, "connections_total", "counter", "Times the bus was connected or came back.",
           look_at(&figures->reconnects));
    figure(out, "errors_total", "counter", "Errors of the connection; too slow a reader's too.",
           look_at(&figures->missed));
    figure(out, "subscriptions", "gauge", "Slots of rooms that somebody here is in.",
           look_at(&figures->subscriptions));
}

static void close_all(struct bus_remote *remote)
{
    struct nats_bus *nats = of(remote);
    for (unsigned slot = 0; slot < INTEREST_SLOTS; slot++)
        if (nats->slots[slot])
            natsSubscription_Destroy(nats->slots[slot]);
    if (nats->all)
        natsSubscription_Destroy(nats->all);
    if (nats->connection)
        natsConnection_Destroy(nats->connection);
    if (nats->options)
        natsOptions_Destroy(nats->options);
    nats_CloseAndWait(
        CLOSE_MS); /* its threads have ended, and nothing of ours is called any more */
    nats_library.handle = NULL;
    pthread_mutex_destroy(&nats->lock);
    xfree(nats);
}

/* ---- opening ------------------------------------------------------------------------------------ */

static natsStatus set_options(struct nats_bus *nats, const char *urls)
{
    natsStatus s = natsOptions_Create(&nats->options);
    natsOptions *options = nats->options;
    if (s == NATS_OK)
        s = natsOptions_SetURL(options, urls);
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

static natsStatus set_callbacks(struct nats_bus *nats)
{
    natsOptions *options = nats->options;
    natsStatus s = natsOptions_SetErrorHandler(options, on_error, nats);
    if (s == NATS_OK)
        s = natsOptions_SetDisconnectedCB(options, on_disconnected, nats);
    if (s == NATS_OK)
        s = natsOptions_SetClosedCB(options, on_disconnected, nats);
    if (s == NATS_OK)
        s = natsOptions_SetReconnectedCB(options, on_connected, nats);
    if (s == NATS_OK)
        s = natsOptions_SetRetryOnFailedConnect(options, true, on_connected, nats);
    return s;
}

static natsStatus connect_to(struct nats_bus *nats)
{
    char subject[SUBJECT_SIZE];
    natsStatus s = natsConnection_Connect(&nats->connection, nats->options);
    if (s == NATS_OK) {
        count(&nats->figures.reconnects, 1);
        atomic_store(&nats->connected, true);
    }
    if (s != NATS_OK && s != NATS_NOT_YET_CONNECTED)
        return s;
    subject_of(nats, -1, subject);
    return natsConnection_Subscribe(&nats->all, nats->connection, subject, on_message, nats);
}

int nats_bus_open(struct bus_remote **out, struct bus *bus, const struct nats_options *options,
                  char *why)
{
    int rc = nats_library_load(why, NATS_WHY_SIZE);
    if (rc != 0)
        return rc;
    struct nats_bus *nats = NEW(struct nats_bus);
    char cluster[BASE62_LEN];
    nats->remote = (struct bus_remote){send_bytes, look, is_ready, metrics, close_all};
    nats->bus = bus;
    pthread_mutex_init(&nats->lock, NULL);
    base62_print(options->cluster, cluster);
    snprintf(nats->prefix, sizeof(nats->prefix), "natternet.%.*s", (int)BASE62_LEN, cluster);
    natsStatus s = set_options(nats, options->urls);
    if (s == NATS_OK)
        s = set_callbacks(nats);
    if (s == NATS_OK)
        s = connect_to(nats);
    if (s == NATS_OK) {
        *out = &nats->remote;
        return 0;
    }
    snprintf(
        why, NATS_WHY_SIZE,
        "the NATS servers of --bus cannot be used: %s; look at the URL, and at the name and the "
        "password in it",
        natsStatus_GetText(s));
    close_all(&nats->remote);
    return -EINVAL;
}
