/* One subject for each slot of rooms (bus/interest.h), subscribed while somebody here is in a room of it,
 * one for all servers, and one for each. One thread of the library's gives out what arrives, in order; another flushes
 * what is published. What is published while there is no connection is dropped: the others read the log
 * anyway, and signals that are late are worse than none.
 *
 * The library connects again by itself, but gives a connection up for good once a server has refused its
 * sign-in twice, as one does while its accounts are changed. So a thread of ours, the mender, makes another
 * one then, and goes on for as long as it takes. */
#include "bus/nats/nats_bus.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bus/interest.h"
#include "bus/nats/nats_connect.h"
#include "bus/nats/nats_library.h"
#include "core/base62.h"
#include "core/buf.h"

enum {
    SUBJECT_SIZE = 64,
    MEND_MS = 500, /* before another connection is made; doubled up to the most */
    MEND_MOST_MS = 15000,
    CLOSE_MS = 2000,
};

struct nats_figures {
    _Atomic uint64_t sent, received, dropped, bytes, reconnects, missed, subscriptions;
};

struct nats_bus {
    struct bus_remote remote;
    struct bus *bus;
    natsOptions *options;
    char prefix[SUBJECT_SIZE / 2];
    atomic_bool connected;
    struct nats_figures figures;
    pthread_t mender;
    bool mends;           /* the mender runs */
    pthread_rwlock_t way; /* of the pointer alone: senders share it, the mender puts a new one in */
    natsConnection *connection;
    pthread_mutex_t lock; /* of what follows: a worker's first and another's last may meet */
    pthread_cond_t turn;  /* given up, or stopping */
    bool given_up, stopping;
    natsSubscription *all, *own;
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

static void subject_of_server(const struct nats_bus *nats, uint64_t server, char out[SUBJECT_SIZE])
{
    char id[BASE62_LEN];
    base62_print(server, id);
    snprintf(out, SUBJECT_SIZE, "%s.servers.%.*s", nats->prefix, (int)BASE62_LEN, id);
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

/* What is told late of a connection that was given up says nothing of the one that took its place. */
static bool is_current(struct nats_bus *nats, const natsConnection *connection)
{
    pthread_rwlock_rdlock(&nats->way);
    bool same = nats->connection == connection;
    pthread_rwlock_unlock(&nats->way);
    return same;
}

/* With the lock: what the library says now, as what it told may be told late, and by two threads at once. */
static bool look_whether_connected(struct nats_bus *nats)
{
    bool connected = natsConnection_Status(nats->connection) == NATS_CONN_STATUS_CONNECTED;
    atomic_store(&nats->connected, connected);
    return connected;
}

static bool is_there(struct nats_bus *nats)
{
    pthread_mutex_lock(&nats->lock); /* its subscriptions may just be made */
    bool connected = look_whether_connected(nats);
    pthread_mutex_unlock(&nats->lock);
    count(&nats->figures.reconnects, connected);
    return connected;
}

static void on_connected(natsConnection *connection, void *ctx)
{
    struct nats_bus *nats = ctx;
    if (!is_current(nats, connection))
        return; /* it is being put in, and whoever does that looks whether it is connected */
    if (is_there(nats))
        bus_rejoined(nats->bus);
}

static void on_disconnected(natsConnection *connection, void *ctx)
{
    struct nats_bus *nats = ctx;
    pthread_mutex_lock(&nats->lock);
    if (is_current(nats, connection))
        (void)look_whether_connected(nats);
    pthread_mutex_unlock(&nats->lock);
}

/* The last that is told of a connection. */
static void on_closed(natsConnection *connection, void *ctx)
{
    struct nats_bus *nats = ctx;
    pthread_mutex_lock(&nats->lock);
    if (is_current(nats, connection)) {
        atomic_store(&nats->connected, false);
        nats->given_up = true;
        pthread_cond_signal(&nats->turn);
    }
    pthread_mutex_unlock(&nats->lock);
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

static bool publish(struct nats_bus *nats, const char *subject, struct str bytes)
{
    if (!atomic_load_explicit(&nats->connected, memory_order_relaxed))
        return false;
    pthread_rwlock_rdlock(&nats->way);
    natsStatus s = natsConnection_Publish(nats->connection, subject, bytes.ptr, (int)bytes.len);
    pthread_rwlock_unlock(&nats->way);
    return s == NATS_OK;
}

static void publish_counted(struct nats_bus *nats, const char *subject, struct str bytes)
{
    bool sent = publish(nats, subject, bytes);
    count(sent ? &nats->figures.sent : &nats->figures.dropped, 1);
    count(&nats->figures.bytes, sent ? bytes.len : 0);
}

static void send_bytes(struct bus_remote *remote, int slot, struct str bytes)
{
    struct nats_bus *nats = of(remote);
    char subject[SUBJECT_SIZE];
    subject_of(nats, slot, subject);
    publish_counted(nats, subject, bytes);
}

static void send_to(struct bus_remote *remote, uint64_t server, struct str bytes)
{
    struct nats_bus *nats = of(remote);
    char subject[SUBJECT_SIZE];
    subject_of_server(nats, server, subject);
    publish_counted(nats, subject, bytes);
}

/* With the lock. Where it fails the connection is given up, and another one subscribes all. */
static void subscribe(struct nats_bus *nats, unsigned slot)
{
    char subject[SUBJECT_SIZE];
    subject_of(nats, (int)slot, subject);
    if (natsConnection_Subscribe(&nats->slots[slot], nats->connection, subject, on_message, nats) ==
        NATS_OK)
        count(&nats->figures.subscriptions, 1);
}

static void unsubscribe(struct nats_bus *nats, unsigned slot)
{
    natsSubscription_Destroy(TAKE(nats->slots[slot]));
    atomic_fetch_sub_explicit(&nats->figures.subscriptions, 1, memory_order_relaxed);
}

static void look(struct bus_remote *remote, unsigned slot)
{
    struct nats_bus *nats = of(remote);
    pthread_mutex_lock(&nats->lock);
    bool wanted = bus_wants(nats->bus, slot), there = nats->slots[slot] != NULL;
    if (wanted && !there)
        subscribe(nats, slot);
    if (!wanted && there)
        unsubscribe(nats, slot);
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

static void stop_mender(struct nats_bus *nats)
{
    if (!nats->mends)
        return;
    pthread_mutex_lock(&nats->lock);
    nats->stopping = true;
    pthread_cond_signal(&nats->turn);
    pthread_mutex_unlock(&nats->lock);
    pthread_join(nats->mender, NULL);
}

static void unsubscribe_all(struct nats_bus *nats)
{
    for (unsigned slot = 0; slot < INTEREST_SLOTS; slot++)
        if (nats->slots[slot])
            unsubscribe(nats, slot);
    if (nats->all)
        natsSubscription_Destroy(TAKE(nats->all));
    if (nats->own)
        natsSubscription_Destroy(TAKE(nats->own));
}

static void close_all(struct bus_remote *remote)
{
    struct nats_bus *nats = of(remote);
    stop_mender(nats);
    unsubscribe_all(nats);
    if (nats->connection)
        natsConnection_Destroy(nats->connection);
    if (nats->options)
        natsOptions_Destroy(nats->options);
    nats_library_close(CLOSE_MS);
    pthread_cond_destroy(&nats->turn);
    pthread_mutex_destroy(&nats->lock);
    pthread_rwlock_destroy(&nats->way);
    xfree(nats);
}

/* ---- opening ------------------------------------------------------------------------------------ */

static natsStatus set_callbacks(struct nats_bus *nats)
{
    natsOptions *options = nats->options;
    natsStatus s = natsOptions_SetErrorHandler(options, on_error, nats);
    if (s == NATS_OK)
        s = natsOptions_SetDisconnectedCB(options, on_disconnected, nats);
    if (s == NATS_OK)
        s = natsOptions_SetClosedCB(options, on_closed, nats);
    if (s == NATS_OK)
        s = natsOptions_SetReconnectedCB(options, on_connected, nats);
    if (s == NATS_OK)
        s = natsOptions_SetRetryOnFailedConnect(options, true, on_connected, nats);
    return s;
}

static natsStatus subscribe_all(struct nats_bus *nats)
{
    char subject[SUBJECT_SIZE];
    subject_of(nats, -1, subject);
    for (unsigned slot = 0; slot < INTEREST_SLOTS; slot++)
        if (bus_wants(nats->bus, slot))
            subscribe(nats, slot);
    natsStatus s =
        natsConnection_Subscribe(&nats->all, nats->connection, subject, on_message, nats);
    subject_of_server(nats, bus_server(nats->bus), subject);
    return s == NATS_OK
               ? natsConnection_Subscribe(&nats->own, nats->connection, subject, on_message, nats)
               : s;
}

/* Where there is nobody yet the library goes on trying. */
static natsStatus connect_to(struct nats_bus *nats, natsConnection **out)
{
    natsStatus s = natsConnection_Connect(out, nats->options);
    return s == NATS_NOT_YET_CONNECTED ? NATS_OK : s;
}

/* ---- mending ------------------------------------------------------------------------------------ */

/* With the lock, in place of one that was given up. The new one may be given up at once, too. */
static void put_in(struct nats_bus *nats, natsConnection *connection)
{
    unsubscribe_all(nats);
    pthread_rwlock_wrlock(&nats->way);
    natsConnection *old = nats->connection;
    nats->connection = connection;
    pthread_rwlock_unlock(&nats->way);
    natsConnection_Destroy(old);
    (void)subscribe_all(nats);
    nats->given_up = natsConnection_IsClosed(connection);
}

static bool mend(struct nats_bus *nats)
{
    natsConnection *connection = NULL;
    if (connect_to(nats, &connection) != NATS_OK)
        return false;
    pthread_mutex_lock(&nats->lock);
    put_in(nats, connection);
    pthread_mutex_unlock(&nats->lock);
    if (is_there(nats))
        bus_rejoined(nats->bus);
    return true;
}

/* With the lock: until it is given up, or stopping. */
static void await_turn(struct nats_bus *nats)
{
    while (!nats->stopping && !nats->given_up)
        pthread_cond_wait(&nats->turn, &nats->lock);
}

/* With the lock: so long, or until we stop. */
static void rest(struct nats_bus *nats, uint64_t ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(ms / 1000);
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (!nats->stopping && pthread_cond_timedwait(&nats->turn, &nats->lock, &until) == 0) {
    }
}

static void *mender_main(void *arg)
{
    struct nats_bus *nats = arg;
    pthread_setname_np(pthread_self(), "natternet-bus");
    uint64_t wait = MEND_MS;
    pthread_mutex_lock(&nats->lock);
    for (;;) {
        await_turn(nats);
        if (!nats->stopping)
            rest(nats, wait);
        if (nats->stopping)
            break;
        pthread_mutex_unlock(&nats->lock);
        bool mended = mend(nats);
        pthread_mutex_lock(&nats->lock);
        wait = mended ? MEND_MS : wait * 2 < MEND_MOST_MS ? wait * 2 : MEND_MOST_MS;
    }
    pthread_mutex_unlock(&nats->lock);
    return NULL;
}

static void init_locks(struct nats_bus *nats)
{
    pthread_rwlockattr_t writers_first; /* else senders that never end would keep the mender out */
    pthread_rwlockattr_init(&writers_first);
    pthread_rwlockattr_setkind_np(&writers_first, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&nats->way, &writers_first);
    pthread_rwlockattr_destroy(&writers_first);
    pthread_mutex_init(&nats->lock, NULL);
    pthread_condattr_t by_clock;
    pthread_condattr_init(&by_clock);
    pthread_condattr_setclock(&by_clock, CLOCK_MONOTONIC);
    pthread_cond_init(&nats->turn, &by_clock);
    pthread_condattr_destroy(&by_clock);
}

/* The first connection, and the mender. A sign-in that is refused now is a mistake of the settings. */
static natsStatus begin(struct nats_bus *nats)
{
    natsStatus s = connect_to(nats, &nats->connection);
    if (s == NATS_OK)
        s = subscribe_all(nats);
    if (s != NATS_OK)
        return s;
    (void)is_there(nats);
    nats->given_up = natsConnection_IsClosed(nats->connection);
    nats->mends = pthread_create(&nats->mender, NULL, mender_main, nats) == 0;
    return nats->mends ? NATS_OK : NATS_NO_MEMORY;
}

int nats_bus_open(struct bus_remote **out, struct bus *bus, const struct nats_options *options,
                  char *why)
{
    int rc = nats_library_load(why, NATS_WHY_SIZE);
    if (rc != 0)
        return rc;
    struct nats_bus *nats = NEW(struct nats_bus);
    char cluster[BASE62_LEN];
    nats->remote = (struct bus_remote){send_bytes, send_to, look, is_ready, metrics, close_all};
    nats->bus = bus;
    init_locks(nats);
    base62_print(options->cluster, cluster);
    snprintf(nats->prefix, sizeof(nats->prefix), "natternet.%.*s", (int)BASE62_LEN, cluster);
    natsStatus s = nats_connect_options(&nats->options, options);
    if (s == NATS_OK)
        s = nats_connect_probe(nats->options, options->urls, &nats_real_clock);
    if (s == NATS_OK)
        s = set_callbacks(nats);
    if (s == NATS_OK)
        s = begin(nats);
    if (s == NATS_OK) {
        *out = &nats->remote;
        return 0;
    }
    nats_connect_why(s, why, NATS_WHY_SIZE);
    close_all(&nats->remote);
    return -EINVAL;
}
