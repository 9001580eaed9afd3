#include "server/server.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "auth/accounts.h"
#include "bus/bus.h"
#include "bus/nats/nats_bus.h"
#include "chat/chat.h"
#include "core/clock.h"
#include "core/data_dir.h"
#include "filter/filter_current.h"
#include "proto/content.h"
#include "proto/encode.h"
#include "search/search.h"
#include "server/certificates.h"
#include "server/deadline.h"
#include "server/https.h"
#include "server/page.h"
#include "server/sandbox.h"
#include "server/signals.h"
#include "server/worker.h"
#include "store/mongo/mongo_store.h"
#include "store/sqlite/sqlite_error.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store_mark.h"
#include "store/store_wait.h"

enum {
    WHY_SIZE = DATA_DIR_WHY_SIZE,
    DRAIN_LOOK_MS = 10,
    READY_LOOK_MS = 1000,
    FINISH_LOOK_MS = 1,
    END_MS = 1000, /* for all that follows the drain */
    SAVE_MS = 500, /* of it, for when people were last seen */
};
enum { URL_SIZE = ADDRESS_TEXT_SIZE + 24 };

struct server {
    const struct config *config;
    struct store *store;
    struct bus *bus;
    struct filter_current *filter;
    struct auth *auth;
    struct chat *chat;
    struct search *search;
    struct certificates *certificates; /* NULL without --acme-domain */
    struct https https;
    struct static_files page;
    struct api_shared shared;
    const char *files; /* what keeps us from the rest of them, in a word for the log */
    struct worker workers[API_WORKERS_MAX];
    unsigned worker_count;
    int data_lock;   /* of the data directory; -1: the store holds it, or nobody yet */
    uint64_t pauses; /* of accepting, when last looked at */
    bool is_short;   /* of files or the like, and the log says so */
    struct deadline deadline;
};

/* ---- putting it together -------------------------------------------------------------------------- */

static int fail(const char *what, int rc, const char *why)
{
    LOG(LOG_ERROR, what, KV_C("why", why), KV_INT("errno", -rc));
    return rc;
}

static bool is_remote(const struct config *config)
{
    return strcmp(config->store, "sqlite") != 0;
}

static bool has_peers(const struct config *config)
{
    return strcmp(config->bus, "local") != 0;
}

static int fail_at_database(const struct server *server, int rc)
{
    char why[WHY_SIZE];
    snprintf(
        why, sizeof(why),
        "the database in %s opens, but cannot be read and written: %s; mend that, then start again",
        is_remote(server->config) ? "--store" : server->config->data, sqlite_errno_text(rc));
    return fail("store.failed", rc, why);
}

static void warn_of_root(void)
{
    if (geteuid() == 0)
        LOG(LOG_WARN, "start.as_root",
            KV_C("advice", "Let an ordinary user that owns the data directory run NatterNet; "
                           "packaging/natternet.service does."));
}

static void give_up_files(struct server *server)
{
    const char *data = server->config->data;
    /* What is too much to sort in memory is as private as the rest. */
    (void)setenv("SQLITE_TMPDIR", data, false);
    const struct config *config = server->config;
    const char *again[4] = {config->bus_ca, NULL}; /* ends with NULL */
    size_t count = config->bus_ca ? 1 : 0;
    if (config->tls_cert) {
        again[count++] = config->tls_cert;
        again[count] = config->tls_key;
    }
    server->files = server->config->sandbox == SANDBOX_OFF
                        ? SANDBOX_NONE
                        : sandbox_files(data, is_remote(server->config), again);
}

static void give_up_calls(const struct server *server)
{
    const char *calls = server->config->sandbox == SANDBOX_OFF
                            ? SANDBOX_NONE
                            : sandbox_calls(is_remote(server->config));
    LOG(LOG_INFO, "sandbox", KV_C("files", server->files), KV_C("calls", calls));
}

static int open_sqlite(struct store **out, const struct config *config, char *why)
{
    struct sqlite_options options = {.data_dir = config->data,
                                     .readers = (unsigned)config->limits.store_readers,
                                     .batch = config->limits.store_batch,
                                     .cache_kib = config->limits.store_cache_kib,
                                     .reader_cache_kib = config->limits.store_reader_cache_kib};
    return sqlite_store_open(out, &options, why);
}

static int open_mongo(struct store **out, const struct config *config, char *why)
{
#if NATTERNET_MONGO
    struct mongo_options options = {.uri = config->store,
                                    .readers = (unsigned)config->limits.store_readers,
                                    .batch = config->limits.store_batch,
                                    .shared = has_peers(config)};
    return mongo_store_open(out, &options, why);
#else
    (void)out;
    (void)config;
    snprintf(why, WHY_SIZE,
             "this program was built without MongoDB: install libmongoc-dev and build it again, or "
             "keep the data in --store sqlite");
    return -ENOTSUP;
#endif
}

/* What is in it besides a store, such as the index of searches, is one server's too. */
static int hold_data_dir(struct server *server, char *why)
{
    int rc = data_dir_make(server->config->data, why);
    return rc == 0 ? data_dir_lock(server->config->data, &server->data_lock, why) : rc;
}

static int open_store(struct server *server)
{
    const struct config *config = server->config;
    char why[WHY_SIZE] = "";
    if (has_peers(config) && !is_remote(config))
        return fail("start.failed", -EINVAL,
                    "Servers that hear of each other by --bus must share their data: say --store "
                    "mongodb://... too, or leave --bus away.");
    int rc = is_remote(config) ? hold_data_dir(server, why) : 0;
    if (rc == 0)
        rc = is_remote(config) ? open_mongo(&server->store, config, why)
                               : open_sqlite(&server->store, config, why);
    if (rc == 0)
        rc = store_is_whole(server->store, why, sizeof(why));
    return rc == 0 ? 0 : fail("store.open_failed", rc, why);
}

static int open_auth(struct server *server)
{
    char why[WHY_SIZE] = "";
    struct auth_options options = {.store = server->store,
                                   .bus = server->bus,
                                   .limits = &server->config->limits,
                                   .filter = server->filter,
                                   .data_dir = server->config->data,
                                   .shares_keys = is_remote(server->config),
                                   .has_peers = has_peers(server->config),
                                   .signup = server->config->signup};
    int rc = auth_new(&server->auth, &options, why);
    return rc == 0 ? 0 : fail("auth.keys_failed", rc, why);
}

static int open_search(struct server *server)
{
    char why[SEARCH_WHY_SIZE] = "";
    struct search_options options = {.store = server->store,
                                     .data_dir = server->config->data,
                                     .limits = &server->config->limits};
    int rc = search_open(&server->search, &options, why);
    return rc == 0 ? 0 : fail("search.failed", rc, why);
}

static int open_chat(struct server *server)
{
    struct chat_options options = {.store = server->store,
                                   .bus = server->bus,
                                   .search = server->search,
                                   .filter = server->filter,
                                   .limits = &server->config->limits,
                                   .workers = server->worker_count,
                                   .has_peers = has_peers(server->config),
                                   .words_of = content_words,
                                   .evidence_of = encode_evidence,
                                   .vote_of = encode_vote};
    int rc = chat_new(&server->chat, &options);
    return rc == 0 ? 0 : fail_at_database(server, rc);
}

/* Behind the workers, to whose inboxes what arrives is posted. */
static int open_bus(struct server *server)
{
    if (!has_peers(server->config))
        return 0;
#if NATTERNET_NATS
    char why[NATS_WHY_SIZE] = "";
    struct bus_remote *remote = NULL;
    struct nats_options options = {.urls = server->config->bus,
                                   .ca = server->config->bus_ca,
                                   .cluster = chat_cluster_id(server->chat)};
    int rc = nats_bus_open(&remote, server->bus, &options, why);
    if (rc != 0)
        return fail("bus.open_failed", rc, why);
    bus_connect(server->bus, remote);
    return 0;
#else
    return fail("bus.open_failed", -ENOTSUP,
                "this program was built without NATS: install libnats-dev and build it again, or "
                "leave --bus away");
#endif
}

static bool is_ready(void *ctx, struct buf *told)
{
    struct server *server = ctx;
    bool stores = store_is_ready(server->store);
    if (!stores)
        buf_put_lit(told, "store: it does not answer\n");
    bool hears = bus_is_ready(server->bus);
    if (!hears)
        buf_put_lit(told, "bus: it does not answer\n");
    bool greets = https_tell(&server->https, told);
    certificates_tell(server->certificates, told);
    return stores && hears && greets;
}

static void metrics(void *ctx, struct buf *out)
{
    const struct server *server = ctx;
    store_metrics(server->store, out);
    bus_metrics(server->bus, out);
    search_metrics(server->search, out);
    https_metrics(&server->https, out);
    certificates_metrics(server->certificates, out);
}

static struct str proof(void *ctx, struct str token, struct arena *arena)
{
    return certificates_answer(((struct server *)ctx)->certificates, token, arena);
}

static int make_workers(struct server *server)
{
    server->shared = (struct api_shared){.chat = server->chat,
                                         .auth = server->auth,
                                         .bus = server->bus,
                                         .config = server->config,
                                         .page = &server->page,
                                         .is_ready = is_ready,
                                         .metrics = metrics,
                                         .proof = proof,
                                         .ctx = server,
                                         .started_at = clock_now_ms(),
                                         .workers = server->worker_count};
    api_shared_init(&server->shared);
    for (unsigned w = 0; w < server->worker_count; w++) {
        int rc = worker_init(&server->workers[w], &server->shared, w);
        if (rc != 0)
            return fail("start.failed", rc, "A worker could not be made; see errno.");
        if (server->https.context)
            api_secure(server->workers[w].api, server->https.context);
    }
    return 0;
}

static void print_url(const struct ip_address *address, uint16_t port, const char *scheme,
                      char out[URL_SIZE])
{
    char text[ADDRESS_TEXT_SIZE];
    address_print(address, text);
    bool v4 = address_is_v4(address);
    snprintf(out, URL_SIZE, "%s://%s%s%s:%u", scheme, v4 ? "" : "[", text, v4 ? "" : "]", port);
}

/* All workers at one address; `flag` is the setting that names it. */
static int listen_at(struct server *server, const struct ip_address *address, uint16_t *port,
                     int (*open)(struct api *api, uint16_t *port, bool exclusive), const char *flag)
{
    for (unsigned w = 0; w < server->worker_count; w++) {
        int rc = open(server->workers[w].api, port, w == 0);
        if (rc == 0)
            continue;
        char text[ADDRESS_TEXT_SIZE], why[WHY_SIZE];
        address_print(address, text);
        snprintf(why, sizeof(why), "%s port %u %s another %s.", text, *port,
                 rc == -EADDRINUSE ? "is taken by another program; stop it or choose"
                                   : "cannot be listened on; choose",
                 flag);
        return fail("listen.failed", rc, why);
    }
    return 0;
}

static int listen_all(struct server *server)
{
    const struct config *config = server->config;
    uint16_t port = config->port, plain_port = config->redirect_port;
    char url[URL_SIZE], plain_url[URL_SIZE];
    int rc = listen_at(server, &config->listen, &port, api_listen, "--listen");
    if (rc == 0 && config->has_redirect)
        rc = listen_at(server, &config->redirect, &plain_port, api_listen_plain, "--http-redirect");
    if (rc != 0)
        return rc;
    server->shared.https_port = port;
    print_url(&config->listen, port, server->https.context ? "https" : "http", url);
    print_url(&config->redirect, plain_port, "http", plain_url);
    give_up_calls(server);
    for (unsigned w = 0; w < server->worker_count; w++) {
        rc = worker_start(&server->workers[w]);
        if (rc != 0)
            return fail("start.failed", rc, "A thread could not be started; see errno.");
    }
    if (config->has_redirect)
        LOG(LOG_INFO, "redirecting", KV_C("url", plain_url));
    LOG(LOG_ALWAYS, "listening", KV_C("url", url), KV_INT("workers", server->worker_count));
    return 0;
}

/* ---- accounts whose end a crash interrupted ------------------------------------------------------- */

struct unfinished {
    struct store_job job;
    struct arena arena;
    struct user_list users;
};

static int run_unfinished(struct store_job *job, struct store_conn *conn)
{
    struct unfinished *unfinished = CONTAINER_OF(job, struct unfinished, job);
    return store_users_unfinished(conn, &unfinished->arena, &unfinished->users);
}

static int finish_deletions(struct server *server)
{
    struct unfinished unfinished = {.job.run = run_unfinished, .arena = ARENA_INIT};
    int rc = store_read_wait(server->store, &unfinished.job);
    for (size_t i = 0; rc == 0 && i < unfinished.users.count; i++)
        act_leave_everywhere(server->chat, loop_inbox(server->workers[0].loop),
                             unfinished.users.items[i].id);
    arena_deinit(&unfinished.arena);
    return rc == 0 ? 0 : fail_at_database(server, rc);
}

int server_new(struct server **out, const struct config *config)
{
    OWN(server_free) struct server *server = NEW(struct server);
    server->filter = filter_current_new();
    server->config = config;
    server->data_lock = -1;
    server->worker_count = config->workers;
    REQUIRE(server->worker_count >= 1 && server->worker_count <= API_WORKERS_MAX);

    signals_block();
    warn_of_root();
    int rc = certificates_new(&server->certificates, config);
    if (rc != 0)
        return rc;
    give_up_files(server);
    server->bus = bus_local_new(server->worker_count, server->config->limits.connections);
    bus_compress(server->bus, server->config->limits.deflate_min_bytes);
    server->page = page_files();
    rc = https_open(&server->https, config, server->certificates);
    if (rc == 0)
        rc = open_store(server);
    if (rc == 0)
        rc = open_auth(server);
    if (rc == 0)
        rc = open_search(server);
    if (rc == 0)
        rc = open_chat(server);
    if (rc == 0)
        rc = make_workers(server);
    if (rc == 0)
        rc = open_bus(server);
    if (rc == 0)
        rc = finish_deletions(server);
    if (rc == 0)
        rc = listen_all(server);
    if (rc != 0)
        return rc;
    *out = TAKE(server);
    return 0;
}

/* ---- running and stopping --------------------------------------------------------------------------- */

static bool all_idle(const struct server *server)
{
    for (unsigned w = 0; w < server->worker_count; w++)
        if (!atomic_load(&server->workers[w].idle))
            return false;
    return true;
}

static void drain(struct server *server)
{
    uint64_t deadline = clock_monotonic_ms() + server->config->limits.drain_s * 1000;
    store_hurry(server->store);
    chat_stop_leading(server->chat);
    for (unsigned w = 0; w < server->worker_count; w++)
        worker_drain(&server->workers[w]);
    while (!all_idle(server) && clock_monotonic_ms() < deadline) {
        int signal_number = signals_wait(DRAIN_LOOK_MS, -1);
        if (signal_number != 0 && signal_number != SIGHUP)
            return; /* asked twice: no more waiting */
    }
}

static void use_new_certificate(struct server *server)
{
    if (!https_reload(&server->https))
        return;
    for (unsigned w = 0; w < server->worker_count; w++)
        worker_secure(&server->workers[w], server->https.context);
}

static void reload(struct server *server)
{
    if (server->certificates)
        certificates_retry(server->certificates);
    else
        use_new_certificate(server);
}

/* Layers below only return errors; that the store fails and comes back is said here, once. */
static bool tell_readiness(const struct server *server, bool was_ready)
{
    bool ready = store_is_ready(server->store);
    if (was_ready && !ready)
        LOG(LOG_ERROR, "store.unavailable",
            KV_C("why", is_remote(server->config)
                            ? "The database that --store names does not answer: look at its "
                              "servers, and at the network between. All goes on as soon as it does."
                            : "The database cannot be written: look at the space, the rights and "
                              "the health of the disk that holds --data. Reading goes on, and "
                              "writing too as soon as it can."));
    if (!was_ready && ready)
        LOG(LOG_WARN, "store.recovered", KV_C("why", "The database can be written again."));
    return ready;
}

static bool tell_bus_readiness(const struct server *server, bool was_ready)
{
    bool ready = bus_is_ready(server->bus);
    if (was_ready && !ready)
        LOG(LOG_ERROR, "bus.unavailable",
            KV_C("why",
                 "The servers that --bus names do not answer, or do not let us in: look at "
                 "them, at the name and password, and at the network between. People hear of "
                 "other servers' events a second late until they do."));
    if (!was_ready && ready)
        LOG(LOG_WARN, "bus.recovered", KV_C("why", "Other servers are heard again."));
    return ready;
}

static uint64_t pauses_of_accepting(const struct server *server)
{
    uint64_t pauses = 0;
    for (unsigned w = 0; w < server->worker_count; w++)
        pauses += api_accept_pauses(server->workers[w].api);
    return pauses;
}

/* What the system has no more of; said once when it begins and once when it is over. */
static void tell_shortage(struct server *server)
{
    uint64_t pauses = pauses_of_accepting(server);
    bool is_short = pauses != server->pauses;
    if (is_short && !server->is_short)
        LOG(LOG_ERROR, "accept.paused",
            KV_C("why", "The system gives no more open files (or memory for sockets): new "
                        "connections wait, those that are there go on. Raise ulimit -n or "
                        "LimitNOFILE=, or find out who holds so many."));
    if (!is_short && server->is_short)
        LOG(LOG_WARN, "accept.resumed", KV_C("why", "New connections are taken again."));
    server->pauses = pauses;
    server->is_short = is_short;
}

int server_run(struct server *server)
{
    bool ready = true, bus_ready = true;
    int signal_number;
    while ((signal_number = signals_wait(READY_LOOK_MS, certificates_fd(server->certificates))) ==
               0 ||
           signal_number == SIGHUP) {
        if (signal_number == SIGHUP)
            reload(server);
        if (certificates_turn(server->certificates))
            use_new_certificate(server);
        ready = tell_readiness(server, ready);
        bus_ready = tell_bus_readiness(server, bus_ready);
        https_look(&server->https);
        tell_shortage(server);
    }
    LOG(LOG_INFO, "stopping", KV_INT("signal", signal_number));
    deadline_set(&server->deadline, server->config->limits.drain_s * 1000 + END_MS);
    search_pause(server->search); /* at once: where the processor is full, its end takes a while */
    drain(server);
    return 0;
}

/* What the threads sent each other last is still done, by this one thread, and what the store has
 * of them comes back first: nothing may arrive at an inbox that is gone. */
static void stop_workers(struct server *server)
{
    for (unsigned w = 0; w < server->worker_count; w++)
        worker_join(&server->workers[w]);
    bool more = true;
    for (unsigned w = 0; server->chat && w < server->worker_count; w++) {
        chat_stop_leading(server->chat);
        chat_take_back(server->chat, w);
        chat_tell_servers(server->chat, w);
    }
    bus_disconnect(server->bus);
    while (more) {
        more = server->store && !store_is_idle(server->store);
        more |= !search_is_idle(server->search);
        if (more)
            (void)signals_wait(FINISH_LOOK_MS, -1);
        for (unsigned w = 0; w < server->worker_count; w++)
            more |= worker_finish(&server->workers[w]);
    }
}

void server_free(struct server *server)
{
    if (!server)
        return;
    stop_workers(server);
    search_close(server->search);
    if (server->chat)
        presence_save(server->chat, SAVE_MS);
    /* Their threads post to the workers' inboxes: they end before these do. */
    store_close(server->store); /* runs what is queued, auth's jobs among it */
    auth_free(server->auth);
    for (unsigned w = 0; w < server->worker_count; w++)
        worker_deinit(&server->workers[w]);
    api_shared_deinit(&server->shared);
    chat_free(server->chat);
    filter_current_free(server->filter);
    bus_free(server->bus);
    https_close(&server->https);
    certificates_free(server->certificates);
    if (server->data_lock >= 0)
        close(server->data_lock);
    deadline_lift(&server->deadline);
    xfree(server);
}
